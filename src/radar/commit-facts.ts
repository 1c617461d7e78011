import { findMergeBase } from '../git/ancestry.ts';
import type { Git } from '../git/git.ts';
import { resolveRevision } from '../git/refs.ts';

/** What never changes about commits, asked of git once. A process costs a large program several milliseconds. */
export type CommitFacts = {
  readonly treeOf: (commit: string) => Promise<string>;
  /** The commit from which both came; null when they have no history in common. */
  readonly sharedBy: (one: string, other: string) => Promise<string | null>;
};

/** Learns about commits as they are asked for; what could not be learnt is asked again. */
export function learnCommits(git: Git): CommitFacts {
  const trees = new Map<string, Promise<string>>();
  const shared = new Map<string, Promise<string | null>>();
  return {
    treeOf: (commit) => learn(trees, commit, () => resolveRevision(git, `${commit}^{tree}`)),
    sharedBy: (one, other) =>
      learn(shared, `${one} ${other}`, async () => {
        if (one === other) return one;
        return findMergeBase(git, one, other);
      }),
  };
}

function learn<Fact>(
  known: Map<string, Promise<Fact>>,
  key: string,
  ask: () => Promise<Fact>,
): Promise<Fact> {
  const before = known.get(key);
  if (before !== undefined) return before;
  const answer = ask();
  known.set(key, answer);
  answer.catch(() => known.delete(key));
  return answer;
}
