import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Holds } from '../coordination/holds.ts';
import type { Git } from './git.ts';
import { cloneLocally, readingLocally } from './local-transport.ts';
import { fetchingQuietly, removeRemote } from './remotes.ts';

/** A bare repository of ours that was cloned from the user's, and the mutex that guards it. */
export type BareClone = {
  readonly directory: string;
  readonly git: Git;
  /** Runs what must not run during a fetch into the same clone, or a change of its configuration. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
};

export type CloneParams = {
  readonly directory: string;
  /** The user's git directory. */
  readonly source: string;
  readonly branch: string;
  readonly git: Git;
  readonly holds: Holds;
};

/**
 * Makes the bare clone when it is missing: local and hard-linked, without remotes, hooks, or the user's other branches.
 * It appears whole or not at all.
 */
export async function ensureBareClone(params: CloneParams): Promise<BareClone> {
  const { directory, source, branch } = params;
  const exclusively = <T>(work: () => Promise<T>): Promise<T> =>
    params.holds.during(`clone:${directory}`, work);
  await mkdir(dirname(directory), { recursive: true, mode: 0o700 });
  await exclusively(async () => {
    if (await stat(directory).catch(() => null)) return;
    const draft = `${directory}.new`;
    await rm(draft, { recursive: true, force: true });
    const git = params.git.at(dirname(directory));
    await cloneLocally(git, { source, into: draft, branch });
    await removeRemote(git.at(draft), 'origin');
    // Loose objects are hard links of the user's own.
    await git.at(draft).run(['repack', '--quiet', '-d', '-l']);
    // Workspaces build on its objects: nothing may prune them, not even a user who looks around here.
    await git.at(draft).run(['config', 'extensions.preciousObjects', 'true']);
    await rename(draft, directory);
  });
  return { directory, git: params.git.at(directory), exclusively };
}

/** Brings a ref of another repository with its history into a bare clone, under a name of the clone's own. */
export async function fetchRef(
  clone: BareClone,
  params: { readonly repository: string; readonly from: string; readonly to: string },
): Promise<void> {
  await clone.exclusively(() =>
    clone.git.run([
      ...fetchingQuietly,
      ...[readingLocally, '--', params.repository, `+${params.from}:${params.to}`],
    ]),
  );
}
