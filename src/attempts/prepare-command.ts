import { join } from 'node:path';
import type { AgentCommand } from '../agents/agent.ts';
import type { FleetMember } from '../services/fleet.ts';
import type { Room, RunTools } from '../services/run-tools.ts';
import { layOutFiles } from './agent-files.ts';
import { plausibleSession } from './plausible-words.ts';

export type CommandOptions = {
  readonly member: FleetMember;
  readonly room: Room;
  readonly workspace: string;
  /** The session to continue; null for a new one. */
  readonly session: string | null;
  /** What it may cost in US dollars; null: nothing holds it. */
  readonly maxCostUsd: number | null;
};

/** The agent's command for one attempt, with the files that it is to find. */
export async function prepareCommand(
  tools: RunTools,
  { member, room, workspace, session, maxCostUsd }: CommandOptions,
): Promise<AgentCommand> {
  const filesDirectory = join(tools.controlDirectory(room), 'agent');
  const prepared = member.agent.command(member.program, {
    ...{ model: member.model, maxTurns: tools.settings.maxTurns, maxCostUsd, filesDirectory },
    session: plausibleSession(session),
    allowedCommands: [
      ...tools.checks.map(({ command }) => command),
      ...(tools.setup === null ? [] : [tools.setup]),
    ],
    isSandboxed: tools.isSandboxed,
    gitDirectories: [join(workspace, '.git')],
  });
  await layOutFiles(filesDirectory, prepared);
  return prepared;
}
