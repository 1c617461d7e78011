import { tryTrees, type MergePair } from '../git/combine-commits.ts';
import type { Git } from '../git/git.ts';
import type { ConflictedFile } from '../model/merge/conflict.ts';
import { readConflictHunks } from './conflict-hunks.ts';
import { readMergeAnswers, type MergeAnswer } from './merge-tree-output.ts';

/** What became of trying to merge two commits. */
export type MergeTrial = MergePair &
  (
    | { readonly kind: 'clean'; readonly tree: string }
    | {
        readonly kind: 'conflicted';
        /** Holds both sides between markers. */
        readonly tree: string;
        readonly files: readonly ConflictedFile[];
      }
    /** Git would not even try: there is no common history. */
    | { readonly kind: 'refused'; readonly message: string }
  );

/**
 * Tries merges without a work tree or an index; the trees that come of them stay in the repository of `git`. One process
 * for all of them, as long as git can do them all.
 */
export async function tryMerges(git: Git, pairs: readonly MergePair[]): Promise<MergeTrial[]> {
  if (pairs.length === 0) return [];
  const trials = await tryTogether(git, pairs);
  const conflicted = trials.filter((trial) => trial.kind === 'conflicted');
  const hunks = await readConflictHunks(git, conflicted);
  return trials.map((trial) => {
    if (trial.kind !== 'conflicted') return trial;
    const found = hunks.get(trial);
    const files = trial.files.map((file) => ({ ...file, hunks: found?.get(file.path) ?? [] }));
    return { ...trial, files };
  });
}

/** Tries one merge. */
export async function tryMerge(git: Git, pair: MergePair): Promise<MergeTrial> {
  const [trial] = await tryMerges(git, [pair]);
  if (trial === undefined) throw new Error('A merge that was tried has no result');
  return trial;
}

async function tryTogether(git: Git, pairs: readonly MergePair[]): Promise<MergeTrial[]> {
  const tried = await tryTrees(git, pairs);
  if (tried.kind === 'tried') {
    const answers = readMergeAnswers(tried.output);
    if (answers.length !== pairs.length)
      throw new Error(`git merge-tree answered ${answers.length} of ${pairs.length} merges`);
    return pairs.map((pair, index) => trialOf(pair, answers[index] as MergeAnswer));
  }
  const [only] = pairs;
  // One that git refuses ends the whole batch: the others are tried without it.
  if (pairs.length === 1 && only !== undefined)
    return [{ ...only, kind: 'refused', message: tried.why.slice(-500) }];
  const middle = Math.ceil(pairs.length / 2);
  const first = await tryTogether(git, pairs.slice(0, middle));
  return [...first, ...(await tryTogether(git, pairs.slice(middle)))];
}

function trialOf(pair: MergePair, { tree, isClean, files }: MergeAnswer): MergeTrial {
  return isClean ? { ...pair, kind: 'clean', tree } : { ...pair, kind: 'conflicted', tree, files };
}
