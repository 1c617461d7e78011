import { join } from 'node:path';
import type { AgentCommand, AgentProgram, OpenRequest } from '../../agents/agent.ts';
import { layOutFiles } from '../../attempts/agent-files.ts';
import { plausibleSession } from '../../attempts/plausible-words.ts';
import { gitAt } from '../../git/git.ts';
import { openableSession, visitParts } from '../../model/state/attachment.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { identifySelf } from '../../process/identity.ts';
import { runInTerminal, type TerminalEnd } from '../../process/run-in-terminal.ts';
import { openRunRecord } from '../../services/run-record.ts';
import type { FleetMember } from '../../services/fleet.ts';
import { openUserHolds, type FoundRun, type Place } from '../place/find-place.ts';
import { readBaseEvidence } from '../plan/base-evidence.ts';
import { locateMember } from '../run/build-fleet.ts';
import { openRooms, type RoomsParams } from '../run/build-workspaces.ts';
import { chooseSandbox } from '../run/carry-out.ts';
import { givenAgain } from '../settings/given-flags.ts';
import { resolveSettings } from '../settings/settings.ts';
import { withoutSinkVariables } from '../settings/without-sink-variables.ts';
import { readTrustedConfiguration } from '../trust/read-trusted.ts';
import type { AppContext } from '../user-interface.ts';
import { taskOf } from './require-attachable.ts';

/** All that is needed to open the session of an agent, looked for before the agent at work is ended. */
export type PreparedSession = Omit<RoomsParams, 'holds'> & {
  readonly member: FleetMember;
  readonly open: (program: AgentProgram, request: OpenRequest) => AgentCommand;
  readonly allowedCommands: readonly string[];
};

/** Settles the options as the run has them, and finds agent and sandbox. Throws a `UserError` for what the user must fix. */
export async function prepareSession(
  params: FoundRun & { readonly place: Place; readonly agent: string },
  context: AppContext,
): Promise<PreparedSession> {
  const { place, journal, state } = params;
  const options = givenAgain({}, state.settings.given);
  const configuration = await readTrustedConfiguration({ place, options, context });
  const settings = resolveSettings(options, configuration, context.env);
  const env = withoutSinkVariables(context.env, settings);
  const member = await locateMember(params.agent, settings, env);
  const { open } = member.agent;
  if (open === undefined) throw new Error(`${params.agent} opens no session`);
  const clone = gitAt(place.state.clone, env);
  const { checks, setup } = await readBaseEvidence(clone, state.base.sha, settings);
  return {
    ...{ place, settings, env, member, open },
    record: openRunRecord({ journal, run: state.run, onBroken: () => undefined }),
    fleet: { first: member, own: new Map(), fallbacks: [] },
    sandbox: await chooseSandbox(settings, env),
    allowedCommands: [...checks.map(({ command }) => command), ...(setup === null ? [] : [setup])],
  };
}

/**
 * Opens a task's session in our terminal, with the environment and in the sandbox that its agent has, and waits until the
 * program has ended.
 */
export async function openSession(
  prepared: PreparedSession,
  params: {
    readonly state: RunState;
    readonly ordinal: number;
    readonly request: number;
    readonly signal: AbortSignal;
  },
): Promise<TerminalEnd> {
  const { ordinal, signal } = params;
  const { member } = prepared;
  const task = taskOf(params.state, ordinal);
  const session = plausibleSession(openableSession(task)?.session ?? null);
  const workspace = task.workspace?.path ?? null;
  if (session === null || workspace === null) throw new Error(`Task ${ordinal} has no session`);
  prepared.record.catchUp();
  const holds = openUserHolds(prepared.place, await identifySelf());
  try {
    const rooms = openRooms({ ...prepared, holds });
    const environment = await rooms.openEnvironment(ordinal);
    try {
      const filesDirectory = join(rooms.controlDirectory(ordinal), 'agent');
      const command = prepared.open(member.program, {
        ...{ session, filesDirectory, model: member.model },
        allowedCommands: prepared.allowedCommands,
        isSandboxed: rooms.isSandboxed,
        gitDirectories: [join(workspace, '.git')],
      });
      await layOutFiles(filesDirectory, command);
      return await runInTerminal({
        argv: await rooms.enter({ room: ordinal, workspace, argv: command.argv }),
        cwd: workspace,
        env: { ...environment.variables, ...member.variables, ...command.env },
        marker: rooms.marker(ordinal, ...visitParts(params.request)),
        signal,
      });
    } finally {
      environment.leave();
    }
  } finally {
    holds.close();
  }
}
