import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCommit } from '../git/combine-commits.ts';
import type { Git, GitIdentity } from '../git/git.ts';
import { readerOf, type ChangedGround } from './check-ground.ts';
import { withOldTests } from './test-settings.ts';

export type PutBackOrder = {
  /** Git of a bare repository that has both commits. */
  readonly git: Git;
  readonly identity: GitIdentity;
  /** The commit whose work must be checked. */
  readonly commit: string;
  /** The one whose checks are to judge it. */
  readonly first: string;
  readonly ground: ChangedGround;
};

/** Makes a commit with a commit's work and an earlier one's checks. Touches no work tree and no branch. */
export async function putBackChecks(order: PutBackOrder): Promise<string> {
  const { git, identity, commit } = order;
  const directory = (await git.run(['rev-parse', '--absolute-git-dir'])).trim();
  const index = join(directory, `original-${randomUUID()}.index`);
  const env = { GIT_INDEX_FILE: index };
  try {
    await git.run(['read-tree', commit], { env });
    const input = (await entriesOf(order)).join('');
    await git.run(['update-index', '-z', '--replace', '--index-info'], { env, input });
    const tree = (await git.run(['write-tree'], { env })).trim();
    const message = 'The work, with the checks that the run began with';
    return await makeCommit(git, { tree, parents: [commit], message, identity });
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
}

/** The lines by which git takes files into an index, or out of it. */
async function entriesOf({ git, commit, first, ground }: PutBackOrder): Promise<string[]> {
  const { restored, removed, manifests } = ground;
  const gone = removed.map((path) => `0 ${'0'.repeat(commit.length)}\t${path}\0`);
  const back = restored.length === 0 ? [] : await treeEntries(git, first, restored);
  const mixed: string[] = [];
  for (const path of manifests) {
    const text = withOldTests(await readerOf(git, first)(path), await readerOf(git, commit)(path));
    if (text === null) mixed.push(...(await treeEntries(git, first, [path])));
    else {
      const blob = await git.run(['hash-object', '-w', '--stdin'], { input: text });
      mixed.push(`100644 ${blob.trim()}\t${path}\0`);
    }
  }
  return [...gone, ...back, ...mixed];
}

/** A commit's entries of these paths, each as `<mode> <type> <blob>` TAB `<path>` NUL. */
async function treeEntries(git: Git, commit: string, paths: readonly string[]): Promise<string[]> {
  const entries: string[] = [];
  for (let at = 0; at < paths.length; at += 200) {
    const some = paths.slice(at, at + 200);
    const output = await git.run(['ls-tree', '-z', '--full-tree', commit, '--', ...some]);
    entries.push(...output.split('\0').filter((entry) => entry !== ''));
  }
  return entries.map((entry) => `${entry}\0`);
}
