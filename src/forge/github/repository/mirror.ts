import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Holds } from '../../../coordination/holds.ts';
import { GitError, type Git } from '../../../git/git.ts';
import { cloningLocally, pushLocally } from '../../../git/local-transport.ts';
import { gitAccess, type GitAccess } from './git-access.ts';
import { pushProblem } from './push-problem.ts';
import type { GitHubHost, GitHubRepository } from './place.ts';

/**
 * A bare repository of ours between the workspaces and GitHub. Git runs in it with the token, and never where an agent
 * writes configuration: there, a filter could be a program that reads the environment.
 */
export type Mirror = {
  readonly directory: string;
  /**
   * Brings a branch of GitHub's, or of a fork there, to `refs/heads/…` here; gives its commit, or null when there is no
   * such branch.
   */
  readonly fetchBranch: (branch: string, fork?: MirrorPush['to']) => Promise<string | null>;
  /** Publishes a commit as a branch; commits that are not ours stay. */
  readonly push: (order: MirrorPush) => Promise<void>;
  /** The commit that a branch of GitHub's is at now; null when there is no such branch. Nothing is fetched. */
  readonly remoteSha: (branch: string) => Promise<string | null>;
  /** Deletes a branch on GitHub while it is still at this commit; a missing one is not an error. */
  readonly remove: (order: { readonly branch: string; readonly at: string }) => Promise<void>;
};

export type MirrorPush = {
  /** The work tree or git directory that has the commit. */
  readonly from: string;
  readonly commit: string;
  readonly branch: string;
  /** What the branch must still be at; left out: whatever we put there. */
  readonly expected?: string;
  /** Where the branch goes: the repository, or a fork of it. */
  readonly to: Pick<GitHubRepository, 'owner' | 'repo'>;
};

export type MirrorOrder = {
  readonly directory: string;
  /** The user's git directory: its objects need not be fetched again. */
  readonly source: string;
  readonly git: Git;
  readonly holds: Holds;
  readonly host: GitHubHost;
  readonly repository: GitHubRepository;
  readonly token: string;
  readonly env: NodeJS.ProcessEnv;
};

/** Opens the mirror; it is made when missing. */
export async function openMirror(order: MirrorOrder): Promise<Mirror> {
  const { directory, repository } = order;
  const exclusively = <T>(work: () => Promise<T>): Promise<T> =>
    order.holds.during(`mirror:${directory}`, work);
  await exclusively(() => ensureMirror(order));
  const git = order.git.at(directory);
  const accessTo = (to: MirrorPush['to']): GitAccess => gitAccess({ ...order, to });
  return {
    directory,
    fetchBranch: (branch, fork = repository) =>
      exclusively(() => fetchBranch({ ...order, git }, branch, accessTo(fork))),
    remoteSha: (branch) => readRemote({ ...order, git }, branch, accessTo(repository)),
    remove: (removing) => remove({ ...order, git }, removing, accessTo(repository)),
    push: (pushing) => exclusively(() => push({ ...order, git }, pushing, accessTo(pushing.to))),
  };
}

async function ensureMirror({ directory, source, git }: MirrorOrder): Promise<void> {
  if (await stat(directory).catch(() => null)) return;
  await mkdir(dirname(directory), { recursive: true, mode: 0o700 });
  const draft = `${directory}.new`;
  await rm(draft, { recursive: true, force: true });
  await git.at(dirname(directory)).run([...cloningLocally, '--no-tags', '--', source, draft]);
  const inDraft = git.at(draft);
  await inDraft.run(['remote', 'remove', 'origin']);
  // The user's branches say nothing about GitHub's: the objects stay, the branches are deleted.
  const refs = await inDraft.run(['for-each-ref', '--format=%(refname)']);
  for (const ref of refs.split('\n').filter((name) => name !== ''))
    await inDraft.run(['update-ref', '-d', ref]);
  await rename(draft, directory);
}

async function fetchBranch(
  { git, host }: MirrorOrder,
  branch: string,
  access: GitAccess,
): Promise<string | null> {
  const ref = `refs/heads/${branch}`;
  try {
    await git.run(
      [
        ...['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance'],
        ...['--', access.url, `+${ref}:${ref}`],
      ],
      { env: access.env },
    );
  } catch (error) {
    if (error instanceof GitError && /couldn't find remote ref/iu.test(error.stderr)) return null;
    throw pushProblem(error, { branch, host: host.host });
  }
  return (await git.run(['rev-parse', '--verify', `${ref}^{commit}`])).trim();
}

async function push(order: MirrorOrder, pushing: MirrorPush, access: GitAccess): Promise<void> {
  const { git, host } = order;
  const { from, commit, branch, expected } = pushing;
  const ref = `refs/heads/${branch}`;
  // Two refs distinguish our own work from others': what we put on GitHub, and what may have got there when we died.
  const [begun, done] = [`refs/flotilla/pushing/${branch}`, `refs/flotilla/pushed/${branch}`];
  const mine = [await shaOf(git, done), await shaOf(git, begun), commit];
  await pushLocally(git.at(from), { into: order.directory, commit, ref: begun });
  try {
    const theirs = await remoteSha(git, ref, access);
    if (theirs !== commit) {
      // A lease on what we put there ourselves, or build on; on anything else, the lease is on there being nothing.
      const known = expected === undefined ? mine : [...mine, expected];
      const isOurs =
        theirs !== null && (known.includes(theirs) || (await holds(git, theirs, commit)));
      const lease = isOurs ? theirs : '';
      await git.run(
        [
          ...['push', '--quiet', '--no-verify', '--no-follow-tags'],
          ...[`--force-with-lease=${ref}:${lease}`, '--', access.url, `${commit}:${ref}`],
        ],
        { env: access.env },
      );
    }
  } catch (error) {
    const theirs = await remoteSha(git, ref, access).catch(() => null);
    // The answer got lost, and not the push.
    if (theirs !== commit)
      throw pushProblem(error, { branch, host: host.host, ...(theirs === null ? {} : { theirs }) });
  }
  await git.run(['update-ref', done, commit]);
  await git.run(['update-ref', ref, commit]);
}

async function shaOf(git: Git, ref: string): Promise<string | null> {
  const answer = await git.probe(['rev-parse', '--verify', '--quiet', ref]);
  return answer.code === 0 ? answer.stdout.trim() : null;
}

async function remoteSha(git: Git, ref: string, access: GitAccess): Promise<string | null> {
  const found = await git.run(['ls-remote', '--', access.url, ref], { env: access.env });
  return found.split(/\s/u)[0] || null;
}

/** Whether a commit has another one in its history. */
async function holds(git: Git, older: string, newer: string): Promise<boolean> {
  return (await git.probe(['merge-base', '--is-ancestor', older, newer])).code === 0;
}

async function readRemote(
  { git, host }: MirrorOrder,
  branch: string,
  access: GitAccess,
): Promise<string | null> {
  try {
    return await remoteSha(git, `refs/heads/${branch}`, access);
  } catch (error) {
    throw pushProblem(error, { branch, host: host.host });
  }
}

async function remove(
  { git, host }: MirrorOrder,
  { branch, at }: { readonly branch: string; readonly at: string },
  access: GitAccess,
): Promise<void> {
  const ref = `refs/heads/${branch}`;
  try {
    if ((await remoteSha(git, ref, access)) === null) return;
    await git.run(
      [
        ...['push', '--quiet', '--no-verify', `--force-with-lease=${ref}:${at}`],
        ...['--', access.url, `:${ref}`],
      ],
      { env: access.env },
    );
  } catch (error) {
    const theirs = await remoteSha(git, ref, access).catch(() => '');
    if (theirs !== null) throw pushProblem(error, { branch, host: host.host, theirs });
  }
}
