import { err, ok, type Result } from '../model/result.ts';
import type { Agent } from './agent.ts';
import { claudeAgent } from './claude.ts';
import { commandAgent } from './command.ts';

/** The user named an agent that there is none of. */
export type AgentUnknown = {
  readonly code: 'agent-unknown';
  readonly agent: string;
  readonly known: string[];
};

const commandPrefix = 'command:';

/** The agent that the user names: `claude`, or `command:` and any command that reads a prompt on standard input. */
export function findAgent(name: string): Result<Agent, AgentUnknown> {
  if (name === 'claude') return ok(claudeAgent());
  const command = name.startsWith(commandPrefix) ? name.slice(commandPrefix.length).trim() : '';
  if (command !== '') return ok(commandAgent(command));
  return err({ code: 'agent-unknown', agent: name, known: ['claude', 'command:<command>'] });
}
