import { realpath } from 'node:fs/promises';
import type { BareClone } from '../git/bare-clone.ts';
import { records, type Git } from '../git/git.ts';
import { changedPaths, readChangedPaths, type ChangedPaths } from './changed-paths.ts';
import type { CommitFacts } from './commit-facts.ts';
import type { MergeRepository } from './merge-repository.ts';
import { commitSnapshot, openCamera, type WorktreeCamera } from './snapshot-worktree.ts';

/** What the radar watches: a worktree that is worked in, or the commit that finished work is at. */
export type WatchedSide =
  | { readonly task: number; readonly path: string }
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
  readonly heads: ReadonlyMap<string, string>;
  readonly base: string;
  readonly hasBaseMoved: boolean;
  readonly cameras: Map<string, WorktreeCamera>;
  readonly snapshots: Map<number, Snapshot>;
};

/** Takes a snapshot of one side. A worktree that cannot be read now (it is being made, or goes) is for the next round. */
export async function lookAt(side: WatchedSide, place: LookPlace): Promise<Look> {
  const { task } = side;
  const { cameras, snapshots } = place;
  try {
    const seen = 'path' in side ? await photograph(side, place) : await readTree(side, place);
    if (seen === null) return { task, how: 'unread' };
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
    if ('path' in side) cameras.delete(side.path);
    return { task, how: 'unread' };
  }
}

async function pathsBetween(git: Git, root: string, commit: string): Promise<ChangedPaths> {
  return root === commit ? changedPaths([]) : readChangedPaths(git, root, commit);
}

type Seen = Pick<Snapshot, 'head' | 'tree'>;

async function photograph(
  { task, path }: Extract<WatchedSide, { path: string }>,
  { repository, commits, heads, cameras }: LookPlace,
): Promise<Seen | null> {
  const head = heads.get(await realpath(path).catch(() => path));
  if (head === undefined) return null;
  const headTree = await commits.treeOf(head);
  const camera =
    cameras.get(path) ?? openCamera({ repository, id: `${task}`, path, head, headTree });
  cameras.set(path, camera);
  return { head, tree: await camera.look() };
}

async function readTree(
  { commit }: Extract<WatchedSide, { commit: string }>,
  { commits }: LookPlace,
): Promise<Seen> {
  return { head: commit, tree: await commits.treeOf(commit) };
}

/** The commits that the clone's worktrees have checked out, by path. */
export async function readHeads(clone: BareClone): Promise<Map<string, string>> {
  const heads = new Map<string, string>();
  let path = '';
  const list = ['worktree', 'list', '--porcelain', '-z'];
  for (const line of records(await clone.exclusively(() => clone.git.run(list)))) {
    if (line.startsWith('worktree ')) path = line.slice('worktree '.length);
    if (line.startsWith('HEAD ') && !/^HEAD 0+$/u.test(line))
      heads.set(path, line.slice('HEAD '.length));
  }
  return heads;
}

/** A ref for each snapshot: `refs/flotilla/radar/<task>` of the radar's own repository. */
export async function keepByRefs(
  { git }: MergeRepository,
  snapshots: ReadonlyMap<number, Snapshot>,
): Promise<void> {
  const lines = [...snapshots].map(
    ([task, { commit }]) => `update refs/flotilla/radar/${task} ${commit}\n`,
  );
  if (lines.length > 0) await git.run(['update-ref', '--stdin'], { input: lines.join('') });
}
