import type { Git } from './git.ts';

// Each works on an index of our own, a file by its absolute path, and never on that of a work tree.

/** Puts a tree, or that of a commit, into an index in place of all that it holds. */
export async function readTreeInto(git: Git, index: string, tree: string): Promise<void> {
  await git.run(['read-tree', tree], { env: { GIT_INDEX_FILE: index } });
}

/**
 * Takes files into an index, over what is in their place: each entry as `<mode> <id>` TAB `<path>`, or as `listEntries` has
 * it. Mode 0 takes a file out of it.
 */
export async function putIntoIndex(
  git: Git,
  index: string,
  entries: readonly string[],
): Promise<void> {
  const env = { GIT_INDEX_FILE: index };
  const input = entries.map((entry) => `${entry}\0`).join('');
  await git.run(['update-index', '--add', '--replace', '-z', '--index-info'], { env, input });
}

/** Stores what an index holds as a tree; gives its id. */
export async function writeTree(git: Git, index: string): Promise<string> {
  return (await git.run(['write-tree'], { env: { GIT_INDEX_FILE: index } })).trim();
}
