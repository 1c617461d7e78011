import type { Git, GitCallOptions } from './git.ts';

/** What git calls itself: `git version 2.47.1`. Throws a `GitError` when there is no git. */
export async function gitVersion(git: Git): Promise<string> {
  return git.run(['--version']);
}

/** Whether git finds a repository where it works. */
export async function isRepository(git: Git): Promise<boolean> {
  return (await git.probe(['rev-parse', '--git-dir'])).code === 0;
}

/** Whether the history breaks off, since only a part of it was fetched. */
export async function isShallow(git: Git, options: GitCallOptions = {}): Promise<boolean> {
  const answer = await git.run(['rev-parse', '--is-shallow-repository'], options);
  return answer.trim() === 'true';
}

/** The absolute path of the git directory. */
export async function gitDirectoryOf(git: Git): Promise<string> {
  return (await git.run(['rev-parse', '--absolute-git-dir'])).trim();
}

/** By which digest objects are named: `sha1` or `sha256`. */
export async function objectFormatOf(git: Git): Promise<string> {
  return (await git.run(['rev-parse', '--show-object-format'])).trim();
}

/** Makes a repository with a work tree, on a branch `main` without commits. */
export async function initRepository(git: Git): Promise<void> {
  await git.run(['init', '--quiet', '--initial-branch=main']);
}

/** A repository as git sees it from a directory in it. */
export type LocatedCommit = {
  /** The relative path to the root of its work tree; empty at the root, and in a bare repository. */
  readonly wayUp: string;
  /** The commit that was asked for; null when there is none of that name. */
  readonly commit: string | null;
};

/** Finds the repository around a directory and a commit in it, from one git; null where there is no repository. */
export async function locateCommit(git: Git, name: string): Promise<LocatedCommit | null> {
  const places = ['--path-format=absolute', '--git-common-dir', '--show-cdup'];
  const wanted = ['--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const { code, stdout } = await git.probe(['rev-parse', ...places, ...wanted]);
  const found = stdout.split('\n').slice(0, -1);
  if (found.length === 0) return null;
  const commit = code === 0 ? (found.pop() ?? '') : null;
  // A bare repository has no way up, and says nothing of one.
  const [, wayUp = ''] = found;
  return { wayUp, commit };
}
