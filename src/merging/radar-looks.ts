import { realpath } from 'node:fs/promises';
import type { BareClone } from '../git/bare-clone.ts';
import { records } from '../git/git.ts';
import { readChangedPaths, type ChangedPaths } from './changed-paths.ts';
import type { MergeRepository } from './merge-repository.ts';
import { commitSnapshot, openCamera, type WorktreeCamera } from './snapshot-worktree.ts';

/** A worktree that the radar watches. */
export type WatchedWorktree = { readonly task: number; readonly path: string };

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
  readonly heads: ReadonlyMap<string, string>;
  readonly base: string;
  readonly hasBaseMoved: boolean;
  readonly cameras: Map<string, WorktreeCamera>;
  readonly snapshots: Map<number, Snapshot>;
};

/** Takes a snapshot of one worktree. One that cannot be read now (it is being made, or goes) is for the next round. */
export async function lookAt({ task, path }: WatchedWorktree, place: LookPlace): Promise<Look> {
  const { repository, heads, base, cameras, snapshots } = place;
  const head = heads.get(await realpath(path).catch(() => path));
  if (head === undefined) return { task, how: 'unread' };
  const before = snapshots.get(task);
  try {
    const id = `${task}`;
    const camera = cameras.get(path) ?? openCamera({ repository, id, path, head });
    cameras.set(path, camera);
    const tree = await camera.look();
    const isSame = before?.tree === tree && before.head === head;
    if (isSame && !place.hasBaseMoved) return { task, how: 'same' };
    const { git } = repository;
    const commit = isSame ? before.commit : await commitSnapshot(git, { tree, head });
    const shared = await git.probe(['merge-base', base, head]);
    const root = shared.code === 0 ? shared.stdout.trim() : null;
    const paths = root === null ? null : await readChangedPaths(git, root, commit);
    snapshots.set(task, { commit, head, tree, paths, root });
    return { task, how: isSame ? 'same' : 'moved' };
  } catch {
    cameras.delete(path);
    return { task, how: 'unread' };
  }
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
