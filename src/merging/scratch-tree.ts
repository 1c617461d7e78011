import { fetchRef, type BareClone } from '../git/bare-clone.ts';
import { readStatus } from '../workspace/work-status.ts';
import type { Worktrees } from '../workspace/worktrees.ts';
import type { MergeRepository } from './merge-repository.ts';

/** One work tree in which commits are looked at one after another. What setup and checks left stays where git ignores it. */
export type ScratchTree = AsyncDisposable & {
  readonly directory: string;
  /** Puts the files of a commit of the merge repository there. */
  readonly show: (commit: string) => Promise<void>;
};

export type ScratchOrder = {
  readonly clone: BareClone;
  readonly worktrees: Worktrees;
  readonly repository: MergeRepository;
  readonly directory: string;
  /** Keeps the shown commit in the clone meanwhile: `refs/flotilla/union/…`. */
  readonly ref: string;
};

/** Opens a scratch tree; it is made with the first commit that is shown. */
export function openScratchTree(order: ScratchOrder): ScratchTree {
  const { clone, worktrees, repository, directory, ref } = order;
  const git = worktrees.git(directory);
  let isMade = false;
  let shown = '';
  const show = async (commit: string): Promise<void> => {
    const name = 'refs/flotilla/shown';
    await repository.git.run(['update-ref', name, commit]);
    await fetchRef(clone, { repository: repository.directory, from: name, to: ref });
    shown = commit;
    if (!isMade) {
      await worktrees.create({ path: directory, branch: null, commit });
      isMade = true;
      return;
    }
    await git.run(['reset', '--quiet', '--hard', commit]);
    await git.run(['clean', '--quiet', '-f', '-d']);
  };
  const close = async (): Promise<void> => {
    // One that a process which died left behind goes as well.
    if (!isMade && !(await worktrees.exists(directory))) return;
    // Nobody worked here: whatever is dirty was made by setup and checks.
    const { head, entries } = await readStatus(git, 'normal');
    await worktrees.remove({
      path: directory,
      safe: { commit: isMade ? shown : head, ref },
      salvageAs: 'union',
      artefacts: new Set(entries.map(({ path }) => path)),
    });
    await clone.exclusively(() => clone.git.run(['update-ref', '-d', ref]));
  };
  return { directory, show, [Symbol.asyncDispose]: close };
}
