import { join } from 'node:path';
import type { AgentCommand } from '../agents/agent.ts';
import type { Mailbox } from '../questions/mailbox.ts';
import type { FleetMember } from '../services/fleet.ts';
import type { Room } from '../services/run-workspaces.ts';
import type { Services } from '../services/run-services.ts';
import { layOutFiles } from './agent-files.ts';
import { plausibleSession } from './plausible-words.ts';

export type CommandOptions = {
  readonly member: FleetMember;
  readonly room: Room;
  readonly workspace: string;
  /** The session to continue; null for a new one. */
  readonly session: string | null;
  /** Where it may ask people; null, or left out: it cannot. */
  readonly mailbox?: Mailbox | null;
  /** What it may cost in US dollars; null: nothing holds it. */
  readonly maxCostUsd: number | null;
};

/** A client must not give up before we do. */
const askingGraceSeconds = 600;

/** The agent's command for one attempt, with the files that it is to find. */
export async function prepareCommand(
  services: Services<'record' | 'workspaces' | 'settings'>,
  { member, room, workspace, session, maxCostUsd, mailbox = null }: CommandOptions,
): Promise<AgentCommand> {
  const filesDirectory = join(services.workspaces.controlDirectory(room), 'agent');
  const { maxTurns = null } = services.record.state().settings;
  const prepared = member.agent.command(member.program, {
    ...{ model: member.model, maxTurns, maxCostUsd, filesDirectory },
    session: plausibleSession(session),
    allowedCommands: [
      ...services.settings.checks.map(({ command }) => command),
      ...(services.settings.setup === null ? [] : [services.settings.setup]),
    ],
    isSandboxed: services.workspaces.isSandboxed,
    gitDirectories: [join(workspace, '.git')],
    asking:
      mailbox === null
        ? null
        : {
            server: [process.execPath, mailbox.server, mailbox.ask],
            timeoutSeconds: services.settings.questionPatienceSeconds + askingGraceSeconds,
          },
  });
  await layOutFiles(filesDirectory, prepared);
  return prepared;
}
