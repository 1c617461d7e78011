import { GitError, linesOf, type Git } from './git.ts';

/** A remote of a repository, with the URL that git would use: `url.….insteadOf` is applied. Empty: it has none. */
export type NamedRemote = { readonly name: string; readonly url: string };

/** The remotes that a repository's configuration names. */
export async function listRemotes(git: Git): Promise<readonly NamedRemote[]> {
  const names = linesOf(await git.run(['remote']));
  return Promise.all(
    names.map(async (name) => {
      const answer = await git.probe(['remote', 'get-url', '--', name]);
      return { name, url: answer.code === 0 ? answer.stdout.trim() : '' };
    }),
  );
}

/** Takes a remote, and the refs that were fetched from it, out of a repository. */
export async function removeRemote(git: Git, name: string): Promise<void> {
  await git.run(['remote', 'remove', name]);
}

/** A repository elsewhere, and the environment that opens it. */
export type RemotePlace = { readonly url: string; readonly env: NodeJS.ProcessEnv };

/** The beginning of a fetch that changes nothing but the refs that it is asked for. */
export const fetchingQuietly = [
  ...['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance'],
] as const;

/** The id that a ref has elsewhere now; null when there is none. Nothing is fetched. Throws a `GitError`. */
export async function findRemoteRef(
  git: Git,
  { url, env }: RemotePlace,
  ref: string,
): Promise<string | null> {
  const found = await git.run(['ls-remote', '--', url, ref], { env });
  return found.split(/\s/u)[0] || null;
}

/** Brings a ref from elsewhere, whatever ours is at; false when there is none. Throws a `GitError`. */
export async function fetchRemoteRef(
  git: Git,
  { url, env }: RemotePlace,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<boolean> {
  try {
    await git.run([...fetchingQuietly, '--', url, `+${from}:${to}`], { env });
    return true;
  } catch (error) {
    if (error instanceof GitError && /couldn't find remote ref/iu.test(error.stderr)) return false;
    throw error;
  }
}

export type RemotePush = {
  readonly ref: string;
  /** What the ref must be at there; empty: it must not be there. */
  readonly lease: string;
  /** What it will be at; empty: it is deleted. */
  readonly commit: string;
};

/** Sets a ref elsewhere, on a condition. Throws a `GitError` when it does not hold, or the other side refuses. */
export async function pushRef(
  git: Git,
  { url, env }: RemotePlace,
  { ref, lease, commit }: RemotePush,
): Promise<void> {
  await git.run(
    [
      ...['push', '--quiet', '--no-verify', '--no-follow-tags'],
      ...[`--force-with-lease=${ref}:${lease}`, '--', url, `${commit}:${ref}`],
    ],
    { env },
  );
}

/** Deletes a branch elsewhere, on a condition. Throws a `GitError` when it does not hold, or the other side refuses. */
export async function deleteRemoteBranch(
  git: Git,
  { url, env }: RemotePlace,
  { ref, lease }: Omit<RemotePush, 'commit'>,
): Promise<void> {
  const condition = `--force-with-lease=${ref}:${lease}`;
  await git.run(['push', '--quiet', '--no-verify', condition, '--', url, `:${ref}`], { env });
}

/** Brings all branches of a repository on this disk to refs below a name of ours, whatever those are at; none is deleted. */
export async function fetchBranches(git: Git, repository: string, under: string): Promise<void> {
  await git.run([
    ...fetchingQuietly,
    ...['--no-prune', '--no-recurse-submodules', '--', repository],
    `+refs/heads/*:${under}/*`,
  ]);
}
