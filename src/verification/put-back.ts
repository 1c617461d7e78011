import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCommit } from '../git/commits.ts';
import type { Git, GitIdentity } from '../git/git.ts';
import { putIntoIndex, readTreeInto, writeTree } from '../git/index-file.ts';
import { storeBlob } from '../git/objects.ts';
import { gitDirectoryOf } from '../git/repository.ts';
import { listEntries } from '../git/trees.ts';
import { readerOf, type ChangedGround } from './check-ground.ts';
import { withOldTests } from './test-settings.ts';

export type PutBackParams = {
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
export async function putBackChecks(params: PutBackParams): Promise<string> {
  const { git, identity, commit } = params;
  const directory = await gitDirectoryOf(git);
  const index = join(directory, `original-${randomUUID()}.index`);
  try {
    await readTreeInto(git, index, commit);
    await putIntoIndex(git, index, await entriesOf(params));
    const tree = await writeTree(git, index);
    const message = 'The work, with the checks that the run began with';
    return await makeCommit(git, { tree, parents: [commit], message, identity });
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
}

/** The entries by which git takes files into an index, or out of it. */
async function entriesOf({ git, commit, first, ground }: PutBackParams): Promise<string[]> {
  const { restored, removed, manifests } = ground;
  const gone = removed.map((path) => `0 ${'0'.repeat(commit.length)}\t${path}`);
  const back = restored.length === 0 ? [] : await treeEntries(git, first, restored);
  const mixed: string[] = [];
  for (const path of manifests) {
    const text = withOldTests(await readerOf(git, first)(path), await readerOf(git, commit)(path));
    if (text === null) mixed.push(...(await treeEntries(git, first, [path])));
    else {
      const blob = await storeBlob(git, text);
      mixed.push(`100644 ${blob}\t${path}`);
    }
  }
  return [...gone, ...back, ...mixed];
}

/** A commit's entries of these paths, however many there are. */
async function treeEntries(git: Git, commit: string, paths: readonly string[]): Promise<string[]> {
  const entries: string[] = [];
  for (let at = 0; at < paths.length; at += 200) {
    const some = paths.slice(at, at + 200);
    entries.push(...(await listEntries(git, commit, some)));
  }
  return entries;
}
