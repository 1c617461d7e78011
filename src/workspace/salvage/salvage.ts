import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { isInHistory } from '../../git/ancestry.ts';
import { fetchRef, type BareClone } from '../../git/bare-clone.ts';
import { makeCommit } from '../../git/commits.ts';
import type { Git, GitIdentity } from '../../git/git.ts';
import { ensureLargeFiles } from '../../git/large-files.ts';
import { openMergeRepository } from '../../git/merge-repository.ts';
import { findRevision, listRefs, updateRef } from '../../git/refs.ts';
import type { Confinement } from '../sandbox/confinement.ts';
import { collectCommits } from './collect-commits.ts';
import { collectLargeFiles } from './collect-large-files.ts';
import { snapshotWorkspace } from './snapshot-workspace.ts';

/** A ref that keeps something reachable; never the same twice, so that no salvage replaces another. */
export function salvageRef(name: string): string {
  return `refs/flotilla/salvage/${name}/${randomUUID().slice(0, 8)}`;
}

/** A branch that is about to be set to another commit keeps its old ones reachable. */
export async function salvageBranch(git: Git, branch: string, commit: string): Promise<void> {
  const old = await findRevision(git, `refs/heads/${branch}`);
  if (old === null || old === commit || (await isInHistory(git, old, commit))) return;
  await updateRef(git, salvageRef(branch), old);
}

/** A larger file is data that does not belong in git. */
const mostBytes = 100 * 1024 * 1024;

export type SalvageOptions = {
  readonly clone: BareClone;
  readonly confinement: Confinement;
  readonly identity: GitIdentity;
  readonly workspace: string;
  /** A repository within the workspace, when that is what is meant: its work tree, and its git directory. */
  readonly inner?: { readonly directory: string; readonly repository: string };
  /** What the salvage ref is named after. */
  readonly name: string;
  /** Whether the repository is there: else the files alone are taken. */
  readonly hasHistory: boolean;
  readonly signal?: AbortSignal | undefined;
};

/** What became of a directory's files and commits: reachable from a ref of our clone, or why they are not. */
export type Salvage =
  | { readonly ok: true; readonly ref: string }
  | { readonly ok: false; readonly why: string };

/**
 * Brings a workspace's whole tree into our clone, uncommitted and untracked files included, on top of what its HEAD
 * holds; all but what git ignores. Nothing of the workspace is changed. Throws a `ForeignGitError` when it cannot be
 * read.
 */
export async function salvageWorkspace(options: SalvageOptions): Promise<Salvage> {
  const { clone, confinement, workspace, inner, signal, identity } = options;
  const head = options.hasHistory ? await collectHead(options) : null;
  await using scratch = await openMergeRepository({
    directory: join(clone.directory, `salvage-${randomUUID()}.git`),
    from: clone.git,
  });
  const { tree, tooLarge } = await snapshotWorkspace({
    ...{ confinement, workspace, repository: scratch.directory, signal, mostBytes },
    ...(inner === undefined ? {} : { directory: inner.directory }),
    index: join(scratch.directory, 'index'),
    ground: head,
  });
  if (tooLarge.length > 0) return { ok: false, why: tooLargeWords(tooLarge) };
  const commit = await makeCommit(scratch.git, {
    ...{ tree, identity, parents: head === null ? [] : [head] },
    message: 'Salvaged by Flotilla: the whole work tree, uncommitted files included\n',
  });
  const from = 'refs/flotilla/salvage';
  const ref = salvageRef(options.name);
  await updateRef(scratch.git, from, commit);
  await fetchRef(clone, { repository: scratch.directory, from, to: ref });
  const { git } = clone;
  await ensureLargeFiles({ git, commit, from: scratch.git, to: git });
  if (inner === undefined) await collectLargeFiles({ clone, confinement, workspace, commit });
  return { ok: true, ref };
}

/** Null when its history cannot be read, for example because it is damaged: then its files are what can be saved. */
async function collectHead(options: SalvageOptions): Promise<string | null> {
  const { inner, ...reading } = options;
  const repository = inner === undefined ? {} : { repository: inner.repository };
  const collect = (have: readonly string[]): Promise<readonly string[] | null> =>
    collectCommits({ ...reading, ...repository, want: 'HEAD', have }).catch(() => null);
  // A workspace builds on what the clone has: only what is new is packed. It may have lost that, and hold all itself.
  const known = inner === undefined ? await knownCommits(options.clone.git) : [];
  const heads = (known.length === 0 ? null : await collect(known)) ?? (await collect([]));
  return heads?.[0] ?? null;
}

/** What branches and bases of the clone are at. */
async function knownCommits(git: Git): Promise<readonly string[]> {
  const all = await Promise.all(
    ['refs/heads', 'refs/flotilla/base'].map((under) => listRefs(git, under)),
  );
  return [...new Set(all.flat().map(({ id }) => id))].slice(0, mostKnown);
}

/** Any of them has most of the history. */
const mostKnown = 50;

function tooLargeWords(paths: readonly string[]): string {
  const named = paths.slice(0, 3).join(', ');
  const more = paths.length > 3 ? ` and ${paths.length - 3} more` : '';
  return `it holds files of more than 100 MB, too large for git: ${named}${more}`;
}
