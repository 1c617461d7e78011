import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Holds } from '../../../coordination/holds.ts';
import { isInHistory } from '../../../git/ancestry.ts';
import type { Git } from '../../../git/git.ts';
import { cloneLocally, pushLocally } from '../../../git/local-transport.ts';
import {
  deleteRef,
  findRevision,
  listRefNames,
  resolveRevision,
  updateRef,
} from '../../../git/refs.ts';
import {
  deleteRemoteBranch,
  fetchRemoteRef,
  findRemoteRef,
  pushRef,
  removeRemote,
} from '../../../git/remotes.ts';
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
  readonly push: (params: MirrorPush) => Promise<void>;
  /** The commit that a branch of GitHub's is at now; null when there is no such branch. Nothing is fetched. */
  readonly remoteSha: (branch: string) => Promise<string | null>;
  /** Deletes a branch on GitHub while it is still at this commit; a missing one is not an error. */
  readonly remove: (params: { readonly branch: string; readonly at: string }) => Promise<void>;
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

export type MirrorParams = {
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
export async function openMirror(params: MirrorParams): Promise<Mirror> {
  const { directory, repository } = params;
  const exclusively = <T>(work: () => Promise<T>): Promise<T> =>
    params.holds.during(`mirror:${directory}`, work);
  await exclusively(() => ensureMirror(params));
  const git = params.git.at(directory);
  const accessTo = (to: MirrorPush['to']): GitAccess => gitAccess({ ...params, to });
  return {
    directory,
    fetchBranch: (branch, fork = repository) =>
      exclusively(() => fetchBranch({ ...params, git }, branch, accessTo(fork))),
    remoteSha: (branch) => readRemote({ ...params, git }, branch, accessTo(repository)),
    remove: (removing) => remove({ ...params, git }, removing, accessTo(repository)),
    push: (pushing) => exclusively(() => push({ ...params, git }, pushing, accessTo(pushing.to))),
  };
}

async function ensureMirror({ directory, source, git }: MirrorParams): Promise<void> {
  if (await stat(directory).catch(() => null)) return;
  await mkdir(dirname(directory), { recursive: true, mode: 0o700 });
  const draft = `${directory}.new`;
  await rm(draft, { recursive: true, force: true });
  await cloneLocally(git.at(dirname(directory)), { source, into: draft });
  const inDraft = git.at(draft);
  await removeRemote(inDraft, 'origin');
  // The user's branches say nothing about GitHub's: the objects stay, the branches are deleted.
  for (const ref of await listRefNames(inDraft)) await deleteRef(inDraft, ref);
  await rename(draft, directory);
}

async function fetchBranch(
  { git, host }: MirrorParams,
  branch: string,
  access: GitAccess,
): Promise<string | null> {
  const ref = `refs/heads/${branch}`;
  try {
    if (!(await fetchRemoteRef(git, access, { from: ref, to: ref }))) return null;
  } catch (error) {
    throw pushProblem(error, { branch, host: host.host });
  }
  return resolveRevision(git, `${ref}^{commit}`);
}

async function push(params: MirrorParams, pushing: MirrorPush, access: GitAccess): Promise<void> {
  const { git, host } = params;
  const { from, commit, branch, expected } = pushing;
  const ref = `refs/heads/${branch}`;
  // Two refs distinguish our own work from others': what we put on GitHub, and what may have got there when we died.
  const [begun, done] = [`refs/flotilla/pushing/${branch}`, `refs/flotilla/pushed/${branch}`];
  const mine = [await findRevision(git, done), await findRevision(git, begun), commit];
  await pushLocally(git.at(from), { into: params.directory, commit, ref: begun });
  try {
    const theirs = await findRemoteRef(git, access, ref);
    if (theirs !== commit) {
      // A lease on what we put there ourselves, or build on; on anything else, the lease is on there being nothing.
      const known = expected === undefined ? mine : [...mine, expected];
      const isOurs =
        theirs !== null && (known.includes(theirs) || (await isInHistory(git, theirs, commit)));
      const lease = isOurs ? theirs : '';
      await pushRef(git, access, { ref, lease, commit });
    }
  } catch (error) {
    const theirs = await findRemoteRef(git, access, ref).catch(() => null);
    // The answer got lost, and not the push.
    if (theirs !== commit)
      throw pushProblem(error, { branch, host: host.host, ...(theirs === null ? {} : { theirs }) });
  }
  await updateRef(git, done, commit);
  await updateRef(git, ref, commit);
}

async function readRemote(
  { git, host }: MirrorParams,
  branch: string,
  access: GitAccess,
): Promise<string | null> {
  try {
    return await findRemoteRef(git, access, `refs/heads/${branch}`);
  } catch (error) {
    throw pushProblem(error, { branch, host: host.host });
  }
}

async function remove(
  { git, host }: MirrorParams,
  { branch, at }: { readonly branch: string; readonly at: string },
  access: GitAccess,
): Promise<void> {
  const ref = `refs/heads/${branch}`;
  try {
    if ((await findRemoteRef(git, access, ref)) === null) return;
    await deleteRemoteBranch(git, access, { ref, lease: at });
  } catch (error) {
    const theirs = await findRemoteRef(git, access, ref).catch(() => '');
    if (theirs !== null) throw pushProblem(error, { branch, host: host.host, theirs });
  }
}
