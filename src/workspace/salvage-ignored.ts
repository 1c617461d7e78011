import { randomUUID } from 'node:crypto';
import { readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCommit } from '../git/combine-commits.ts';
import type { Git, GitIdentity } from '../git/git.ts';
import type { IgnoredFile } from './ignored-work.ts';
import { salvageRef } from './salvage-tree.ts';

export type IgnoredSalvage = {
  /** Git of the bare clone: nothing that is configured in the workspace is heeded. */
  readonly clone: Git;
  readonly identity: GitIdentity;
  readonly path: string;
  readonly files: readonly IgnoredFile[];
  /** Names the salvage ref: `<run>/<task>`. */
  readonly salvageAs: string;
};

/** Commits files that git ignores, as they are, to a ref of their own; gives its name. Links stay links. */
export async function salvageIgnored(order: IgnoredSalvage): Promise<string> {
  const { clone, identity } = order;
  const directory = (await clone.run(['rev-parse', '--absolute-git-dir'])).trim();
  const index = join(directory, `salvage-${randomUUID()}.index`);
  const env = { GIT_INDEX_FILE: index };
  try {
    const input = (await entriesOf(order)).join('');
    await clone.run(['update-index', '-z', '--add', '--index-info'], { env, input });
    const tree = (await clone.run(['write-tree'], { env })).trim();
    const message = 'Salvaged by Flotilla: files that git ignores';
    const commit = await makeCommit(clone, { tree, parents: [], message, identity });
    const ref = salvageRef(`${order.salvageAs}/ignored`);
    await clone.run(['update-ref', ref, commit]);
    return ref;
  } finally {
    await rm(index, { force: true });
  }
}

const modes: Record<IgnoredFile['kind'], string> = {
  file: '100644',
  program: '100755',
  link: '120000',
};

async function entriesOf({ clone, path: root, files }: IgnoredSalvage): Promise<string[]> {
  const links = files.filter(({ kind }) => kind === 'link');
  const plain = files.filter(({ kind }) => kind !== 'link');
  const input = plain.map(({ path }) => `${quoted(join(root, path))}\n`).join('');
  const hashing = ['hash-object', '-w', '--no-filters', '--stdin-paths'];
  const blobs = plain.length === 0 ? [] : (await clone.run(hashing, { input })).trim().split('\n');
  const entries = plain.map(({ path, kind }, at) => `${modes[kind]} ${blobs[at]}\t${path}\0`);
  for (const { path, kind } of links) {
    const target = await readlink(join(root, path));
    const blob = await clone.run(['hash-object', '-w', '--stdin'], { input: target });
    entries.push(`${modes[kind]} ${blob.trim()}\t${path}\0`);
  }
  return entries;
}

/** A path on a line of its own, as git unquotes it. */
function quoted(path: string): string {
  return `"${path.replaceAll(/["\\]/gu, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"`;
}
