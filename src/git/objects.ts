import { randomUUID } from 'node:crypto';
import type { Git, GitCallOptions } from './git.ts';

/** Whether a commit is here. */
export async function hasCommit(git: Git, commit: string): Promise<boolean> {
  return (await git.probe(['cat-file', '-e', `${commit}^{commit}`])).code === 0;
}

/**
 * A file of a commit as `git show` prints it, which converts by the attributes if they say so; a folder is a list of its
 * names. Null when it is not there.
 */
export async function findFileAt(git: Git, commit: string, path: string): Promise<string | null> {
  const answer = await git.probe(['show', `${commit}:${path}`]);
  return answer.code === 0 ? answer.stdout : null;
}

/** The same of a file that must be there; throws a `GitError` when it is not. */
export async function readFileAt(git: Git, commit: string, path: string): Promise<string> {
  return git.run(['show', `${commit}:${path}`]);
}

/** The text of a file, by its id or as `commit:path`; null when it is not there, or is no file. */
export async function findBlob(git: Git, name: string): Promise<string | null> {
  const answer = await git.probe(['cat-file', 'blob', name]);
  return answer.code === 0 ? answer.stdout : null;
}

/**
 * The texts of some objects, by names without line feeds; empty for one that is not there. One process, unless one is
 * missing. A mark that nobody can foresee stands before each.
 */
export async function readTexts(git: Git, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const mark = `object-${randomUUID()}\n`;
  const output = await git.run(['cat-file', `--batch=${mark.trim()}`], {
    input: names.map((name) => `${name}\n`).join(''),
  });
  const [, ...texts] = output.split(mark);
  if (texts.length === names.length) return texts;
  // One is missing, which git reports between the others.
  const answers = await Promise.all(names.map((name) => findBlob(git, name)));
  return answers.map((text) => text ?? '');
}

/** The files among some objects, whose names are lines, with their sizes in bytes. */
export async function readBlobSizes(
  git: Git,
  names: string,
  options: Omit<GitCallOptions, 'input'>,
): Promise<Map<string, number>> {
  const format = '%(objecttype) %(objectname) %(objectsize)';
  const asked = ['cat-file', '--buffer', `--batch-check=${format}`];
  const told = await git.run(asked, { ...options, input: names });
  return new Map(
    told.split('\n').flatMap((line): [string, number][] => {
      const [kind, blob, bytes] = line.split(' ');
      return kind === 'blob' && blob !== undefined ? [[blob, Number(bytes)]] : [];
    }),
  );
}

/** Stores a file's content as it is, without filters; gives its id. */
export async function storeBlob(git: Git, content: string | Buffer): Promise<string> {
  const asked = ['hash-object', '-w', '--no-filters', '--stdin'];
  return (await git.run(asked, { input: content })).trim();
}

/** Stores the tree without files; gives its id. */
export async function storeEmptyTree(git: Git): Promise<string> {
  return (await git.run(['hash-object', '-t', 'tree', '-w', '--stdin'], { input: '' })).trim();
}

/** Whether any file of a commit holds a text. */
export async function isInFiles(
  git: Git,
  { commit, text }: { readonly commit: string; readonly text: string },
  options: Omit<GitCallOptions, 'input'>,
): Promise<boolean> {
  // On standard input: arguments can be seen by every user of the machine.
  const search = ['grep', '--quiet', '--fixed-strings', '-f', '-', commit];
  return (await git.probe(search, { ...options, input: `${text}\n` })).code === 0;
}
