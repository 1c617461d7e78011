import type { Mailbox } from '../questions/mailbox.ts';
import type { BareClone } from '../git/bare-clone.ts';
import type { GitIdentity } from '../git/git.ts';
import type { TaskEnvironment } from '../workspace/environment/task-environment.ts';
import { mostMergePlaces } from '../model/options/configuration-keys.ts';
import type { Workspaces } from '../workspace/workspaces.ts';

/** Where the programs of a run work: its checkouts, and what each of them has around it. */
export type RunWorkspaces = Workspaces & {
  /** The bare clone on whose objects they build, and into which their commits come. */
  readonly clone: BareClone;
  /** Ours: for commits of what an agent left uncommitted. */
  readonly identity: GitIdentity;
  /** Names what a part of this run starts, unlike anything of any other run on this machine. */
  readonly marker: (...parts: readonly (string | number)[]) => string;
  /** Where a task's control files go: `attempt-1/`, check logs; never inside its workspace. */
  readonly controlDirectory: (room: Room) => string;
  readonly workspacePath: (room: Room) => string;
  readonly openEnvironment: (room: Room) => Promise<TaskEnvironment>;
  /** Forgets the leases and folders of tasks whose orchestrator died, and the checkouts in which it checked something. */
  readonly discardEnvironments: (rooms: readonly Room[]) => Promise<void>;
  /** Copies ignored files that the configuration names into a workspace. */
  readonly copyIgnored: (workspace: string) => Promise<void>;
  /** Whether programs run in our sandbox. */
  readonly isSandboxed: boolean;
  /** What to run in place of a program, so that it runs in the sandbox; the same where there is none. */
  readonly enter: (params: EnterParams) => Promise<readonly [string, ...string[]]>;
  /** Forgets what the programs of a room kept in their private home. */
  readonly forgetSandbox: (room: Room) => Promise<void>;
};

/**
 * Where programs run, with a home, temporary files and ports of their own: where a task is worked on, where the base is
 * looked at, where a task's commit is checked, apart from all that its agent left in its own room, or where a task runs a
 * second time alone.
 */
export type Room = number | BaseRoom | `${number}-check` | `${number}-solo`;

/** Where the base is looked at, and what is going to be the base: several at once in rooms of their own. */
export type BaseRoom = 'base' | `base-${number}`;

/** The room of a place; the first is 1. */
export function baseRoom(place: number): BaseRoom {
  return place === 1 ? 'base' : `base-${place}`;
}

/** The parts of the marker of what runs in such a room; all are below that of the first. */
export function baseMarker(room: BaseRoom): readonly string[] {
  return room === 'base' ? [room] : ['base', room];
}

/** Whether it is such a room. */
export function isBaseRoom(room: Room): room is BaseRoom {
  return typeof room === 'string' && room.startsWith('base');
}

/** Where the commits of a task are checked. */
export function checkRoom(ordinal: number): Room {
  return `${ordinal}-check`;
}

/** Where a task runs a second time alone. */
export function soloRoom(ordinal: number): Room {
  return `${ordinal}-solo`;
}

/** The rooms that a task has besides the one that it is worked on in, or the base besides its first. */
export function otherRooms(room: Room): Room[] {
  if (room === 'base')
    return Array.from({ length: mostMergePlaces }, (_, index) => baseRoom(index + 2));
  return typeof room === 'number' ? [checkRoom(room), soloRoom(room)] : [];
}

export type EnterParams = {
  readonly room: Room;
  readonly workspace: string;
  readonly argv: readonly [string, ...string[]];
  /** Where the program may ask people: it sees the programs and the answers there, and writes to the questions. */
  readonly mailbox?: Pick<Mailbox, 'directory' | 'questions'> | null;
};

/** The argv of a shell command of the user's (never of issue text) in a workspace. */
export function shellIn(
  { enter }: RunWorkspaces,
  params: { readonly room: Room; readonly workspace: string; readonly command: string },
): Promise<readonly [string, ...string[]]> {
  return enter({ ...params, argv: ['/bin/sh', '-c', params.command] });
}
