import { err, ok, type Result } from '../model/result.ts';
import type { Agent } from './agent.ts';
import { acpAgent } from './acp/acp.ts';
import { claudeAgent } from './claude/claude.ts';
import { codexAgent } from './codex.ts';
import { commandAgent } from './program/command.ts';
import { copilotAgent } from './copilot.ts';
import { geminiAgent } from './gemini.ts';
import { opencodeAgent } from './opencode.ts';

/** The user named an agent that does not exist. */
export type AgentUnknown = {
  readonly code: 'agent-unknown';
  readonly agent: string;
  readonly known: string[];
};

const programs: Readonly<Record<string, () => Agent>> = {
  claude: claudeAgent,
  codex: codexAgent,
  gemini: geminiAgent,
  opencode: opencodeAgent,
  copilot: copilotAgent,
};

/** The agents that have a name of their own. */
export const agentNames: readonly string[] = Object.keys(programs);

const acpPrefix = 'acp:';
const commandPrefix = 'command:';

/** The agent that the user names: `claude`, `codex` and the like, or `command:` and any command that reads a prompt on standard input. */
export function findAgent(name: string): Result<Agent, AgentUnknown> {
  const program = Object.hasOwn(programs, name) ? programs[name] : undefined;
  if (program !== undefined) return ok(program());
  const spoken = name.startsWith(acpPrefix) ? name.slice(acpPrefix.length).trim() : '';
  if (spoken !== '') return ok(acpAgent(spoken));
  const command = name.startsWith(commandPrefix) ? name.slice(commandPrefix.length).trim() : '';
  if (command !== '') return ok(commandAgent(command));
  return err({
    code: 'agent-unknown',
    agent: name,
    known: [...agentNames, 'acp:<command>', 'command:<command>'],
  });
}
