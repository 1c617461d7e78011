import { fetchRef, type BareClone } from '../git/bare-clone.ts';
import type { MergeRepository } from '../git/merge-repository.ts';
import { tryDeleteRef, updateRef } from '../git/refs.ts';
import type { Workspaces } from '../workspace/workspaces.ts';

/** One place in which commits are looked at one after another, each in a fresh checkout. */
export type ScratchTree = AsyncDisposable & {
  readonly directory: string;
  /** Puts the files of a commit of the merge repository there, and nothing else. */
  readonly show: (commit: string) => Promise<void>;
};

export type ScratchParams = {
  readonly clone: BareClone;
  readonly workspaces: Workspaces;
  readonly repository: MergeRepository;
  readonly directory: string;
  /** Keeps the shown commit in the clone meanwhile, {@link shownRef}, and in the merge repository. */
  readonly ref: string;
  /** Gets a copy of each checkout's index. */
  readonly index?: string;
};

/** The ref of the clone that is at the commit which a run's scratch tree shows; of several, in the place so named. */
export function shownRef(run: string, place = 1): string {
  return place === 1 ? `refs/flotilla/union/${run}` : `${placesRef(run)}/${place}`;
}

/** Where the refs of all places but the first are. */
export function placesRef(run: string): string {
  return `refs/flotilla/places/${run}`;
}

/**
 * Opens a scratch tree; it is made with the first commit that is shown. Checks run the code of agents, and nothing that
 * they leave plays a part in what is looked at next.
 */
export function openScratchTree(params: ScratchParams): ScratchTree {
  const { clone, workspaces, repository, directory, ref } = params;
  const show = async (commit: string): Promise<void> => {
    await updateRef(repository.git, ref, commit);
    await fetchRef(clone, { repository: repository.directory, from: ref, to: ref });
    await workspaces.discard(directory);
    const { index } = params;
    const checkout = { path: directory, branch: null, commit };
    await workspaces.create(index === undefined ? checkout : { ...checkout, index });
  };
  const close = async (): Promise<void> => {
    // One that a process which died left behind goes as well.
    await workspaces.discard(directory);
    await clone.exclusively(() => tryDeleteRef(clone.git, ref));
  };
  return { directory, show, [Symbol.asyncDispose]: close };
}
