import type { Git } from '../../git/git.ts';
import { resolveTrees } from '../../git/refs.ts';
import type { CheckedPrefix, CheckedTree } from '../../model/merge/checked-tree.ts';
import type { CheckResult } from '../../model/failure/failure.ts';
import type { RunChecks } from '../../trial/judge-union.ts';
import type { ScratchTree } from '../../trial/scratch-tree.ts';

/** A place in which one commit at a time is checked. */
export type CheckPlace = {
  readonly scratch: Pick<ScratchTree, 'directory' | 'show'>;
  readonly runChecks: RunChecks;
};

/** The commits that a prefix is made of. */
export type PrefixCommits = {
  /** The tasks in it beyond the base, in their order; what is checked is the last one, on top of the others. */
  readonly tasks: readonly number[];
  /** Its last pull request, brought up to what it stands on. */
  readonly head: string;
  /** What it stands on: the base, or a stand-in for what the base will be. */
  readonly base: string;
};

/** A prefix of a train's order, with the commits that have its trees. */
export type Prefix = CheckedPrefix & PrefixCommits;

/** Reads what is asked of a prefix; `checksOn` gives the digest of the checks on what stands on a commit. */
export async function readPrefix(
  { git, checksOn }: { readonly git: Git; readonly checksOn: (onto: string) => Promise<string> },
  commits: PrefixCommits,
): Promise<Prefix> {
  const [tree, onto] = await resolveTrees(git, commits.head, commits.base);
  return { ...commits, tree, onto, by: await checksOn(commits.base) };
}

/** What checks say of a prefix. */
export type PrefixAnswer = Pick<CheckedTree, 'checks' | 'flaky' | 'redOnBase'>;

/**
 * What fails runs again, and when it fails again, on what the prefix stands on: a flaky check or a red base is no branch's
 * fault. Null: it was cut short, and says nothing.
 */
export async function checkPrefix(
  { scratch, runChecks }: CheckPlace,
  { head, base }: Pick<PrefixCommits, 'head' | 'base'>,
  signal: AbortSignal,
): Promise<PrefixAnswer | null> {
  const on = async (commit: string, only: Set<string> | null): Promise<readonly CheckResult[]> => {
    if (signal.aborted) return [];
    await scratch.show(commit);
    return signal.aborted ? [] : runChecks(scratch.directory, only, { base, signal });
  };
  const first = await on(head, null);
  const failed = redOf(first);
  const second = failed.length === 0 ? [] : await on(head, new Set(failed));
  const red = failed.length === 0 ? [] : redOf(second);
  const alone = red.length === 0 ? [] : await on(base, new Set(red));
  if (signal.aborted) return null;
  return {
    checks: first.map((one) => second.find(({ name }) => name === one.name) ?? one),
    flaky: failed.filter((name) => !red.includes(name)),
    redOnBase: redOf(alone),
  };
}

function redOf(checks: readonly CheckResult[]): string[] {
  return checks.filter(({ state }) => state !== 'passed').map(({ name }) => name);
}
