import { realpath } from 'node:fs/promises';
import { UserError, type UserProblem } from '../model/user-error.ts';
import { gitAt, GitError, type Git, type GitAnswer, type GitIdentity } from './git.ts';
import { findRevision } from './refs.ts';
import { gitVersion } from './repository.ts';

/** The repository of the user's current directory. It is only read; it gets fetched refs and nothing else. */
export type UserRepository = {
  /** The root of its work tree, with symbolic links resolved. */
  readonly root: string;
  /** Its git directory; that of the main work tree when the user is in a linked one. */
  readonly gitDirectory: string;
  readonly git: Git;
  /** Author of the user's own commits; a neutral identity if none is configured. */
  readonly identity: GitIdentity;
};

const oldestGit: readonly [number, number] = [2, 39];

/** Finds the repository around a directory. Throws a `UserError` where there is none, or none with commits. */
export async function openUserRepository(
  directory: string,
  env: NodeJS.ProcessEnv,
): Promise<UserRepository> {
  const git = gitAt(directory, env);
  await requireGit(git);
  const [top, common] = await Promise.all([
    git.probe(['rev-parse', '--show-toplevel']),
    git.probe(['rev-parse', '--path-format=absolute', '--git-common-dir']),
  ]);
  if (top.code !== 0) throw new UserError(await whyNotHere(git, top.stderr));
  const [root, gitDirectory] = await Promise.all([pathIn(top), pathIn(common)]);
  const inRoot = git.at(root);
  if ((await findRevision(inRoot, 'HEAD^{commit}')) === null)
    throw new UserError({ code: 'no-commits-yet', repository: root });
  const identity = await readIdentity(inRoot);
  return { root, gitDirectory, git: inRoot, identity };
}

/** The one path that git answered with, with symbolic links resolved. It may hold line breaks. */
function pathIn({ stdout }: GitAnswer): Promise<string> {
  return realpath(stdout.replace(/\n$/u, ''));
}

/** Why git finds no work tree around its directory, by what it said. */
async function whyNotHere(git: Git, said: string): Promise<UserProblem> {
  const { directory } = git;
  const foreign = /detected dubious ownership in repository at '(?<path>.*)'/su.exec(said)?.groups;
  if (foreign !== undefined)
    return { code: 'foreign-repository', repository: foreign['path'] ?? directory };
  const isBare = await git.probe(['rev-parse', '--is-bare-repository']);
  return isBare.stdout.trim() === 'true'
    ? { code: 'no-work-tree', repository: directory }
    : { code: 'no-repository', directory };
}

async function requireGit(git: Git): Promise<void> {
  const version = await gitVersion(git).catch((error: unknown) => {
    if (error instanceof GitError) throw new UserError({ code: 'git-missing' });
    throw error;
  });
  const found = /(\d+)\.(\d+)\S*/u.exec(version);
  const [major, minor] = [Number(found?.[1]), Number(found?.[2])];
  const [needMajor, needMinor] = oldestGit;
  if (major < needMajor || (major === needMajor && minor < needMinor))
    throw new UserError({
      code: 'git-too-old',
      found: found?.[0] ?? version.trim(),
      needed: oldestGit.join('.'),
    });
}

async function readIdentity(git: Git): Promise<GitIdentity> {
  const [name, email] = await Promise.all(
    ['user.name', 'user.email'].map(async (key) =>
      (await git.probe(['config', key])).stdout.trim(),
    ),
  );
  return { name: name || 'Flotilla', email: email || 'flotilla@localhost' };
}

/**
 * The branch that work starts from: the one asked for, otherwise the remote's default, otherwise `main` or `master`, otherwise the
 * one that is checked out.
 */
export async function findBase(
  repository: UserRepository,
  wanted: string | null,
): Promise<{ branch: string; sha: string }> {
  const { git } = repository;
  const shaOf = (branch: string): Promise<string | null> =>
    findRevision(git, `refs/heads/${branch}^{commit}`);
  if (wanted !== null) {
    const sha = await shaOf(wanted);
    if (sha === null)
      throw new UserError({ code: 'no-base', branch: wanted, repository: repository.root });
    return { branch: wanted, sha };
  }
  const remote = await git.probe(['symbolic-ref', '--quiet', 'refs/remotes/origin/HEAD']);
  const current = await git.probe(['symbolic-ref', '--quiet', '--short', 'HEAD']);
  const candidates = [
    remote.stdout.trim().replace('refs/remotes/origin/', ''),
    'main',
    'master',
    current.stdout.trim(),
  ];
  for (const branch of candidates.filter((name) => name !== '')) {
    const sha = await shaOf(branch);
    if (sha !== null) return { branch, sha };
  }
  throw new UserError({ code: 'no-base', branch: '(detached HEAD)', repository: repository.root });
}
