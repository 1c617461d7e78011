import { join } from 'node:path';
import type { Git } from '../git/git.ts';
import type { MergeRepository } from '../git/merge-repository.ts';
import { updateRefs } from '../git/refs.ts';
import type { Confinement } from '../workspace/sandbox/confinement.ts';
import { snapshotWorkspace } from '../workspace/salvage/snapshot-workspace.ts';
import { changedPaths, readChangedPaths, type ChangedPaths } from '../trial/changed-paths.ts';
import { commitTree } from '../git/commits.ts';
import type { CommitFacts } from './commit-facts.ts';

/** What the radar watches: a workspace that is worked in, or the commit that finished work is at. */
export type WatchedSide =
  | {
      readonly task: number;
      readonly path: string;
      /** The commit of ours that the work builds on. */
      readonly ground: string;
      /** The index of its checkout, as we keep it. */
      readonly index?: string;
    }
  | { readonly task: number; readonly commit: string };

/** One side of a merge as the radar last saw it. */
export type Snapshot = {
  readonly commit: string;
  readonly head: string;
  readonly tree: string;
  /** Null: without common history with the base, nothing can be said of what it changes. */
  readonly paths: ChangedPaths | null;
  /** The commit that it shares with the base. */
  readonly root: string | null;
};

export type Look = { readonly task: number; readonly how: 'moved' | 'same' | 'unread' };

/** The tasks whose look went one way. */
export function tasksThat(looks: readonly Look[], how: Look['how']): number[] {
  return looks.filter((one) => one.how === how).map(({ task }) => task);
}

/** What a look needs to know, and what it leaves for the next one. */
export type LookPlace = {
  readonly repository: MergeRepository;
  readonly commits: CommitFacts;
  readonly confinement: Confinement;
  readonly base: string;
  readonly hasBaseMoved: boolean;
  readonly snapshots: Map<number, Snapshot>;
};

/** Takes a snapshot of one side. A workspace that cannot be read now (it is being made, or goes) is for the next round. */
export async function lookAt(side: WatchedSide, place: LookPlace): Promise<Look> {
  const { task } = side;
  const { snapshots } = place;
  try {
    const seen = 'path' in side ? await readFiles(side, place) : await readTree(side, place);
    const before = snapshots.get(task);
    const isSame = before?.tree === seen.tree && before.head === seen.head;
    if (isSame && !place.hasBaseMoved) return { task, how: 'same' };
    const { git } = place.repository;
    const isUntouched = seen.tree === (await place.commits.treeOf(seen.head));
    const commit = isSame
      ? before.commit
      : isUntouched
        ? seen.head
        : await commitSnapshot(git, seen);
    const root = await place.commits.sharedBy(place.base, seen.head);
    const paths = root === null ? null : await pathsBetween(git, root, commit);
    snapshots.set(task, { ...seen, commit, paths, root });
    return { task, how: isSame ? 'same' : 'moved' };
  } catch {
    return { task, how: 'unread' };
  }
}

async function pathsBetween(git: Git, root: string, commit: string): Promise<ChangedPaths> {
  return root === commit ? changedPaths([]) : readChangedPaths(git, root, commit);
}

type Seen = Pick<Snapshot, 'head' | 'tree'>;

/** A larger file is data; to read it at every look would take longer than it is worth. */
const mostBytes = 32 * 1024 * 1024;
/** An agent at work can leave something at which git would wait. */
const lookLimitMs = 30_000;

async function readFiles(
  { task, path, ground, index }: Extract<WatchedSide, { path: string }>,
  { repository, confinement }: LookPlace,
): Promise<Seen> {
  const { tree } = await snapshotWorkspace({
    ...{ confinement, workspace: path, repository: repository.directory, ground, mostBytes },
    index: join(repository.directory, `index-${task}`),
    seed: index,
    signal: AbortSignal.timeout(lookLimitMs),
  });
  return { head: ground, tree };
}

async function readTree(
  { commit }: Extract<WatchedSide, { commit: string }>,
  { commits }: LookPlace,
): Promise<Seen> {
  return { head: commit, tree: await commits.treeOf(commit) };
}

/** A ref for each snapshot: `refs/flotilla/radar/<task>` of the radar's own repository. */
export async function keepByRefs(
  { git }: MergeRepository,
  snapshots: ReadonlyMap<number, Snapshot>,
): Promise<void> {
  const refs = [...snapshots].map(([task, { commit }]) => ({
    name: `refs/flotilla/radar/${task}`,
    id: commit,
  }));
  await updateRefs(git, refs);
}

/** Makes the same tree on the same parent always the same commit, so that nothing moves when nothing changed. */
async function commitSnapshot(
  git: Git,
  { tree, head }: { tree: string; head: string },
): Promise<string> {
  return commitTree(git, {
    ...{ tree, parents: [head], message: 'Snapshot' },
    identity: { name: 'Flotilla', email: 'flotilla@localhost' },
    date: '2000-01-01T00:00:00Z',
  });
}
