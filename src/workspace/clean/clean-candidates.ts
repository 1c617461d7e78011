import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { TaskState } from '../../model/state/task-state.ts';
import { attemptMarker } from '../environment/markers.ts';
import type { StateDirectory } from '../state/state-directory.ts';
import { temporaryPrefix } from '../environment/temporary-directory.ts';
import { judgeWorkspace, type Candidate, type KnownRun, type Owner } from './clean-candidate.ts';
import { tasksWithLiveClaim, userOf, type ProcessUse } from './live-use.ts';

/** Everything that cleaning reads to find what could be removed. */
export type CleanView = {
  readonly state: StateDirectory;
  /** Where tasks have their temporary directories. */
  readonly temporary: string;
  /** The workspaces, listed before the runs were read: each was journalled before it was made. */
  readonly workspaces: readonly string[];
  readonly runs: readonly KnownRun[];
  /** Whether what has this name, or begins with it, may be of a run whose journal is damaged; left out: nothing is. */
  readonly isDamaged?: (name: string) => boolean;
  readonly uses: readonly ProcessUse[];
  /** The branch of a remote that contains a commit; null when none does. */
  readonly findPushed: (commit: string) => Promise<string | null>;
  /** A repository in a workspace that the workspace's own does not know; null also when it is unknown. */
  readonly findInnerRepository: (workspace: string) => Promise<string | null>;
  /** Milliseconds since the epoch. */
  readonly now: number;
};

/** Logs of a finished run are kept this long: people look things up. */
const daysOfLogs = 14;
/** Somebody may still be typing. */
const hoursOfDrafts = 1;
const dayMs = 24 * 60 * 60 * 1000;

/** Finds everything of one repository that could be cleaned away, or is kept for a reason. */
export async function findCandidates(view: CleanView): Promise<Candidate[]> {
  const live = new Map<string, ReadonlyMap<string, number>>();
  for (const run of await readdir(view.state.runs).catch(() => []))
    live.set(run, await tasksWithLiveClaim(join(view.state.runs, run)));
  const seen: Seen = { ...view, live };
  const found = await Promise.all([
    findWorkspaces(seen),
    findTrash(seen),
    findTemporary(seen),
    findCaches(seen),
    findHistory(seen),
    findLogs(seen),
    findDrafts(seen),
  ]);
  return found.flat();
}

/** With the living claims of each run, by the name of the task's control directory. */
type Seen = CleanView & { readonly live: ReadonlyMap<string, ReadonlyMap<string, number>> };

async function findWorkspaces(seen: Seen): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const path of seen.workspaces) candidates.push(await workspaceCandidate(seen, path));
  return candidates;
}

async function workspaceCandidate(seen: Seen, path: string): Promise<Candidate> {
  const owned = ownerOf(seen, basename(path));
  const task = owned?.run.state.tasks.find(({ ordinal }) => ordinal === owned.owner.task) ?? null;
  const pushedAs = task === null ? null : await findPushedWork(seen, task);
  const verdict = judgeWorkspace({
    owner: owned?.owner ?? null,
    status: task?.status ?? null,
    isCurrent: task !== null && isWorkspaceOf(task, path),
    pushedAs,
    isRunDamaged: seen.isDamaged?.(basename(path)) ?? false,
    isRunBusy: owned?.run.isBusy ?? false,
    user: taskUser(seen, owned?.owner ?? null, path),
    innerRepository: await seen.findInnerRepository(path),
  });
  const base = owned?.run.state.base;
  return {
    ...verdict,
    kind: 'workspace',
    path,
    owner: owned?.owner ?? null,
    safe:
      owned?.owner.task === 'base' && base !== undefined
        ? { commit: base.sha, ref: base.branch }
        : safeWork(task, pushedAs),
    isNobodysWork: owned?.owner.task === 'base',
  };
}

/** Where the base was checked, or the commits of a task, or where one ran again alone: nobody's work is there. */
const checkedPlace = /^-task-(?:base(?:-\d+)?|\d+-check|\d+-solo)(?:-original)?$/u;

type Owned = { readonly run: KnownRun; readonly owner: Owner };

/** Whether the task has its workspace in this directory still. */
export function isWorkspaceOf({ workspace }: TaskState, path: string): boolean {
  return (
    workspace !== null &&
    workspace.state !== 'removed' &&
    basename(workspace.path) === basename(path)
  );
}

function ownerOf(seen: Seen, name: string): Owned | null {
  for (const run of seen.runs) {
    const task = run.workspaces.get(name);
    if (task !== undefined) return { run, owner: { run: run.state.run, task } };
    if (checkedPlace.test(name.slice(run.state.run.length)) && name.startsWith(run.state.run))
      return { run, owner: { run: run.state.run, task: 'base' } };
  }
  return null;
}

async function findPushedWork(seen: Seen, { pushedHead }: TaskState): Promise<string | null> {
  return pushedHead === null ? null : seen.findPushed(pushedHead);
}

function safeWork(task: TaskState | null, pushedAs: string | null): Candidate['safe'] {
  if (task === null || task.pushedHead === null || pushedAs === null) return null;
  return { commit: task.pushedHead, ref: pushedAs };
}

/** Who uses a task's directory: a keeper with a claim, a process that works there, or one that the task started. */
function taskUser(seen: Seen, owner: Owner | null, path: string): number | null {
  const claimed = owner === null ? undefined : seen.live.get(owner.run)?.get(`task-${owner.task}`);
  const marker = owner === null ? null : markerOf(seen, owner);
  return claimed ?? userOf(seen.uses, { path, marker });
}

/** What the owner's processes carry: one task's, or those of the whole run. */
function markerOf({ state }: Seen, { run, task }: Owner): string {
  return attemptMarker(state.root, run, ...(task === null ? [] : [task]));
}

async function findTrash(seen: Seen): Promise<Candidate[]> {
  const paths = await entriesIn(seen.state.trash);
  return paths.map((path) =>
    candidate(seen, {
      kind: 'trash',
      path,
      owner: null,
      why: 'put aside before; its tree is in a pushed or a salvage ref',
    }),
  );
}

async function findTemporary(seen: Seen): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const path of await directoriesIn(seen.temporary)) {
    const name = basename(path);
    const run = seen.runs.find(({ state }) =>
      name.startsWith(temporaryPrefix(seen.state.root, state.run)),
    );
    if (run === undefined || !(await isOurs(path))) continue;
    const task = taskNamed(name.slice(name.lastIndexOf('-') + 1));
    const owner = { run: run.state.run, task };
    candidates.push(
      candidate(seen, {
        kind: 'temporary',
        path,
        owner,
        why: 'temporary files of an agent that has ended',
      }),
    );
  }
  return candidates;
}

async function findCaches(seen: Seen): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const directory of await directoriesIn(seen.state.runs))
    for (const task of await directoriesIn(directory)) {
      const path = join(task, 'cache');
      if ((await stat(path).catch(() => null)) === null) continue;
      const owner = {
        run: basename(directory),
        task: taskNamed(basename(task).replace('task-', '')),
      };
      candidates.push(
        candidate(seen, { kind: 'cache', path, owner, why: 'the cache of a task that has ended' }),
      );
    }
  return candidates;
}

async function findHistory(seen: Seen): Promise<Candidate[]> {
  const path = await realpath(seen.state.history).catch(() => null);
  const why = 'what is kept of past runs; runs, metrics and list make it again from the journal';
  return path === null ? [] : [candidate(seen, { kind: 'cache', path, owner: null, why })];
}

function taskNamed(name: string): Owner['task'] {
  if (/^base(?:-\d+)?$/u.test(name)) return 'base';
  return /^\d+$/u.test(name) ? Number(name) : null;
}

/** What was typed into the dashboard and never started: the others are the issues of their runs. */
async function findDrafts(seen: Seen): Promise<Candidate[]> {
  const started = new Set(seen.runs.map(({ state }) => basename(state.source)));
  const candidates: Candidate[] = [];
  for (const path of await entriesIn(seen.state.drafts)) {
    const found = await stat(path).catch(() => null);
    if (found === null || started.has(basename(path))) continue;
    const hours = (seen.now - found.mtimeMs) / (dayMs / 24);
    const draft = { kind: 'draft', path, owner: null } as const;
    const why = 'typed into the dashboard, and never started';
    candidates.push(
      hours < hoursOfDrafts
        ? {
            ...candidate(seen, { ...draft, why }),
            when: 'never',
            why: 'typed into the dashboard just now',
          }
        : candidate(seen, { ...draft, why }),
    );
  }
  return candidates;
}

async function findLogs(seen: Seen): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const path of await directoriesIn(seen.state.runs)) {
    const run = seen.runs.find(({ state }) => state.run === basename(path));
    const since = run?.lastEventAt ?? (await stat(path)).mtimeMs;
    const days = Math.floor((seen.now - since) / dayMs);
    const isFinished =
      run === undefined || run.state.ended === 'finished' || run.state.ended === 'cancelled';
    const found = { kind: 'logs', path, owner: { run: basename(path), task: null } } as const;
    const because = isFinished ? `they are kept for ${daysOfLogs} days` : 'its run is not finished';
    candidates.push(
      isFinished && days >= daysOfLogs
        ? {
            ...candidate(
              seen,
              {
                ...found,
                why: `agents' output and logs of ${days} days ago; flotilla logs --raw reads them`,
              },
              'all',
            ),
          }
        : { ...candidate(seen, { ...found, why: `agents' output and logs; ${because}` }, 'never') },
    );
  }
  return candidates;
}

/** A candidate that holds nobody's work, unless somebody still uses it. */
function candidate(
  seen: Seen,
  found: Pick<Candidate, 'kind' | 'path' | 'owner' | 'why'>,
  when: Candidate['when'] = 'now',
): Candidate {
  const rest = { safe: null, isNobodysWork: true } as const;
  const user = ownersUser(seen, found);
  if (user !== null) return { ...found, ...rest, when: 'never', why: `in use by process ${user}` };
  if (found.owner !== null && seen.isDamaged?.(`${found.owner.run}-task-`))
    return { ...found, ...rest, when: 'never', why: 'the journal of its run is damaged' };
  const isBusy = seen.runs.some(({ state, isBusy: is }) => is && state.run === found.owner?.run);
  if (isBusy) return { ...found, ...rest, when: 'never', why: 'its run is being worked on' };
  return { ...found, ...rest, when };
}

function ownersUser(seen: Seen, { owner, path }: Pick<Candidate, 'owner' | 'path'>): number | null {
  if (owner === null || owner.task !== null) return taskUser(seen, owner, path);
  const [claimed] = seen.live.get(owner.run)?.values() ?? [];
  return claimed ?? userOf(seen.uses, { path, marker: markerOf(seen, owner) });
}

async function isOurs(path: string): Promise<boolean> {
  return process.getuid === undefined || (await lstat(path)).uid === process.getuid();
}

async function entriesIn(directory: string): Promise<string[]> {
  const real = await realpath(directory).catch(() => directory);
  return (await readdir(real).catch(() => [])).map((name) => join(real, name));
}

/** The directories in a directory, with symbolic links resolved; none when it is not there. */
export async function directoriesIn(directory: string): Promise<string[]> {
  const real = await realpath(directory).catch(() => directory);
  const entries = await readdir(real, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(real, name));
}
