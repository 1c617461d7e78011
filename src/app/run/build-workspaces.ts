import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Holds } from '../../coordination/holds.ts';
import type { Forge } from '../../forge/forge.ts';
import { ensureBareClone, fetchRef, type BareClone } from '../../git/bare-clone.ts';
import { ensureLargeFiles } from '../../git/large-files.ts';
import { updateRef } from '../../git/refs.ts';
import { issueKey } from '../../model/issue/issue.ts';
import { membersOf, type Fleet } from '../../services/fleet.ts';
import type { RunRecord } from '../../services/run-record.ts';
import {
  isBaseRoom,
  otherRooms,
  type BaseRoom,
  type EnterParams,
  type Room,
  type RunWorkspaces,
} from '../../services/run-workspaces.ts';
import { runtimePaths } from '../../reporting/files/runtime-paths.ts';
import { deleteTrees } from '../../workspace/clean/delete-trees.ts';
import { enterSandbox } from '../../workspace/sandbox/enter-sandbox.ts';
import { attemptMarker } from '../../workspace/environment/markers.ts';
import { openConfinement } from '../../workspace/sandbox/confinement.ts';
import type { Sandbox } from '../../workspace/sandbox/sandbox.ts';
import { copyIgnored } from '../../workspace/environment/copy-ignored.ts';
import {
  discardTaskFolders,
  openTaskEnvironment,
  type TaskEnvironment,
} from '../../workspace/environment/task-environment.ts';
import { taskFoldersOf, type TaskFolders } from '../../workspace/environment/task-folders.ts';
import { workspacesOf, type Workspaces } from '../../workspace/workspaces.ts';
import type { Place } from '../place/find-place.ts';
import type { Settings } from '../settings/settings.ts';

export type WorkspacesParams = RoomsParams & {
  readonly forge: Forge;
};

/** What is needed to start a program where a task of a run is worked on. */
export type RoomsParams = {
  readonly place: Place;
  readonly holds: Holds;
  readonly record: RunRecord;
  readonly fleet: Fleet;
  readonly settings: Settings;
  readonly env: NodeJS.ProcessEnv;
  /** Null: programs run outside any. */
  readonly sandbox: Sandbox | null;
};

/** Where the programs of a run work, without the checkouts themselves. */
export type RunRooms = Pick<
  RunWorkspaces,
  'marker' | 'controlDirectory' | 'workspacePath' | 'openEnvironment' | 'isSandboxed' | 'enter'
>;

/** Opens what the programs of a run have around them. */
export function openRooms(params: RoomsParams): RunRooms {
  const { place, record, sandbox } = params;
  const { run } = record;
  const { state } = place;
  return {
    marker: (...parts) => attemptMarker(state.root, run, ...parts),
    controlDirectory: (task) => join(state.runs, run, `task-${task}`),
    workspacePath: (room) => join(state.workspaces, `${run}-task-${room}`),
    openEnvironment: (room) => openEnvironment(params, room),
    isSandboxed: sandbox !== null,
    enter: (entering) => enterWorkspace(params, entering),
  };
}

/** Opens what the programs of a run work in: its checkouts, and what each of them has around it. */
export async function buildWorkspaces(params: WorkspacesParams): Promise<RunWorkspaces> {
  const { place, settings } = params;
  const { repository } = place;
  const { clone, workspaces } = await openWorkspaces(params);
  return {
    ...workspaces,
    ...openRooms(params),
    clone,
    identity: repository.identity,
    discardEnvironments: (rooms) => discardRooms(params, workspaces, rooms),
    copyIgnored: async (to) => {
      const patterns = settings.copy;
      await copyIgnored({ patterns, userGit: repository.git, from: repository.root, to });
    },
    forgetSandbox: (room) => deleteTrees([join(taskFolders(params, room).directory, 'sandbox')]),
  };
}

/** Asking who holds ports forgets the dead ones'. */
async function discardRooms(
  params: WorkspacesParams,
  workspaces: Workspaces,
  rooms: readonly Room[],
): Promise<void> {
  const { place, record, holds } = params;
  await holds.heldNames('port:');
  const all = rooms.flatMap((room) => [room, ...otherRooms(room)]);
  await Promise.all(all.map((room) => discardTaskFolders(taskFolders(params, room))));
  for (const room of all.filter((one) => typeof one === 'string')) {
    const path = join(place.state.workspaces, `${record.run}-task-${room}`);
    for (const checkout of [path, `${path}-original`]) await workspaces.discard(checkout);
  }
}

type OpenedWorkspaces = { readonly clone: BareClone; readonly workspaces: Workspaces };

/** The bare clone behind the workspaces, with the forge's base in it. */
async function openWorkspaces(params: WorkspacesParams): Promise<OpenedWorkspaces> {
  const { place, holds, forge, record } = params;
  const { repository, state } = place;
  const { branch } = record.state().base;
  const clone = await ensureBareClone({
    directory: state.clone,
    // The forge has the base for sure; the user's repository may have no such branch.
    source: forge.repository,
    branch,
    git: repository.git,
    holds,
  });
  const ref = `refs/heads/${branch}`;
  const base = `refs/flotilla/base/${branch}`;
  await fetchRef(clone, { repository: forge.repository, from: ref, to: base });
  await ensureLargeFiles({ git: clone.git, commit: base, from: repository.git, to: clone.git });
  // What agents see as the base follows.
  await clone.exclusively(() => updateRef(clone.git, ref, base));
  const { sandbox, env } = params;
  const confinement = openConfinement({ sandbox, env, home: homedir(), clone: clone.directory });
  const { trash } = state;
  const { identity } = repository;
  const workspaces = workspacesOf({ clone, confinement, trash, identity, baseBranch: branch });
  return { clone, workspaces };
}

async function enterWorkspace(
  params: RoomsParams,
  { room, workspace, argv, mailbox = null }: EnterParams,
): Promise<readonly [string, ...string[]]> {
  const { sandbox, settings, place, record, fleet } = params;
  if (sandbox === null) return argv;
  const { directory, temporary } = taskFolders(params, room);
  const status = dirname(runtimePaths(place.repository.root, record.state()).status(1));
  return enterSandbox({
    sandbox,
    argv: [...argv],
    env: params.env,
    home: homedir(),
    workspace,
    clone: place.state.clone,
    directory: join(directory, 'sandbox'),
    writable: [
      ...[join(directory, 'cache'), temporary, join(directory, 'git'), ...settings.writable],
      ...(mailbox === null ? [] : [mailbox.questions]),
    ],
    shown: [
      ...membersOf(fleet).flatMap(({ agent }) => agent.home),
      { path: join(directory, 'agent'), mode: 'read' },
      { path: status, mode: 'read' },
      ...(mailbox === null ? [] : [{ path: mailbox.directory, mode: 'read' as const }]),
      ...settings.visible.map((path) => ({ path, mode: 'read' as const })),
    ],
  });
}

function openEnvironment(params: RoomsParams, room: Room): Promise<TaskEnvironment> {
  const { place, record, settings } = params;
  const { issue, settings: now } = record.state();
  return openTaskEnvironment({
    holds: params.holds,
    env: params.env,
    home: homedir(),
    named: settings.variables,
    identity: place.repository.identity,
    ...taskFolders(params, room),
    facts: {
      MASTER_ISSUE: issueKey(issue),
      TIMEOUT: String(now.timeoutSeconds),
      ...(isBaseRoom(room) ? {} : taskFacts(params, room)),
    },
  });
}

function taskFolders({ place, record }: RoomsParams, room: Room): TaskFolders {
  return taskFoldersOf(place.state, record.run, room);
}

function taskFacts(
  { place, record }: RoomsParams,
  room: Exclude<Room, BaseRoom>,
): Record<string, string> {
  const ordinal = Number.parseInt(String(room), 10);
  const task = record.task(ordinal);
  return {
    AGENT_ID: `agent-${ordinal}`,
    SUB_ISSUE: String(task.issueNumber ?? ''),
    BRANCH_NAME: task.workspace?.branch ?? '',
    WORKING_DIR: join(place.state.workspaces, `${record.run}-task-${room}`),
    STATUS_FILE: runtimePaths(place.repository.root, record.state()).status(ordinal),
  };
}
