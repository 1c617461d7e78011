import type { CheckResult } from '../model/failure/failure.ts';
import type { FinishedBranch, UnionVerdict } from '../model/merge/union.ts';
import { treeOf } from '../git/refs.ts';
import { findCulprits } from './find-culprits.ts';
import { mergeInOrder, type MergeInParams } from './merge-in-order.ts';
import type { ScratchTree } from './scratch-tree.ts';

/** Runs checks (and what they need to run) in a directory: all of them, or only some. */
export type RunChecks = (
  directory: string,
  only: ReadonlySet<string> | null,
  more?: ChecksOf,
) => Promise<readonly CheckResult[]>;

/** What checks need to know besides the directory. */
export type ChecksOf = {
  /** The base that it is going to be merged into: a commit that its history holds. Left out: the base as it is now. */
  readonly base?: string | undefined;
  /** Ends them; what they say then counts for nothing. */
  readonly signal?: AbortSignal | undefined;
};

export type JudgeParams = MergeInParams & {
  readonly scratch: ScratchTree;
  readonly runChecks: RunChecks;
  /** The checks as they ran on the base; null: they are run there, when it matters. */
  readonly baseChecks: readonly CheckResult[] | null;
  /** How often checks may run in all. */
  readonly mostRuns?: number;
  /** After this many milliseconds of checks, no more are run. */
  readonly mostCheckMs?: number;
  readonly signal?: AbortSignal;
};

const [mostRunsByDefault, mostCheckMsByDefault] = [30, 30 * 60_000];

/**
 * Merges all branches in a scratch tree and runs the checks once. When a check that passes on the base fails, it is run
 * again; when it fails again, the smallest sets of branches that fail together are searched for.
 */
export async function judgeUnion(params: JudgeParams): Promise<UnionVerdict> {
  const bench = openBench(params);
  const { commit, merged, left } = await mergeInOrder(params);
  const blank = {
    ...{ base: params.base, tree: await treeOf(params.git, commit) },
    ...{ tasks: merged.map(({ task }) => task), left },
    ...{ red: [], culprits: [], flaky: [], isSearchComplete: true },
  };
  const checks = merged.length === 0 ? null : await bench.run(commit, null);
  if (checks === null || checks.length === 0)
    return { ...blank, state: 'unknown', checks: checks ?? [], runs: bench.runs() };
  const failed = redOf(checks);
  const news = failed.length === 0 ? [] : await notRedOnBase(params, bench, failed);
  const again = news.length === 0 ? [] : await bench.run(commit, new Set(news));
  const red = again === null ? news : news.filter((name) => !hasPassed(again, name));
  const flaky = news.filter((name) => !red.includes(name));
  const known = { ...blank, checks, red, flaky };
  if (red.length === 0) {
    // If all checks are red anyway, nothing was learnt.
    const isToldApart = failed.length < checks.length || news.length > 0;
    return { ...known, state: isToldApart ? 'green' : 'unknown', runs: bench.runs() };
  }
  const { sets, isComplete } = await searchCulprits(params, { bench, merged, red });
  return {
    ...known,
    state: 'red',
    culprits: sets,
    isSearchComplete: isComplete,
    runs: bench.runs(),
  };
}

/** Runs checks on commits, as often as it may. */
type Bench = {
  /** Null: it may not any more. */
  readonly run: (
    commit: string,
    only: ReadonlySet<string> | null,
  ) => Promise<readonly CheckResult[] | null>;
  readonly runs: () => number;
};

function openBench({ scratch, runChecks, signal, ...params }: JudgeParams): Bench {
  const { mostRuns = mostRunsByDefault, mostCheckMs = mostCheckMsByDefault } = params;
  let [runs, spentMs] = [0, 0];
  return {
    run: async (commit, only) => {
      if (runs >= mostRuns || spentMs >= mostCheckMs || signal?.aborted) return null;
      runs += 1;
      await scratch.show(commit);
      const results = await runChecks(scratch.directory, only);
      spentMs += results.reduce((sum, { durationMs }) => sum + durationMs, 0);
      return signal?.aborted ? null : results;
    },
    runs: () => runs,
  };
}

async function notRedOnBase(
  params: JudgeParams,
  bench: Bench,
  failed: string[],
): Promise<string[]> {
  const onBase = params.baseChecks ?? (await bench.run(params.base, new Set(failed))) ?? [];
  const red = new Set(redOf(onBase));
  return failed.filter((name) => !red.has(name));
}

function redOf(checks: readonly CheckResult[]): string[] {
  return checks.filter(({ state }) => state !== 'passed').map(({ name }) => name);
}

function hasPassed(checks: readonly CheckResult[], name: string): boolean {
  return checks.some((check) => check.name === name && check.state === 'passed');
}

type Search = {
  readonly bench: Bench;
  readonly merged: readonly FinishedBranch[];
  readonly red: readonly string[];
};

function searchCulprits(
  params: JudgeParams,
  { bench, merged, red }: Search,
): ReturnType<typeof findCulprits> {
  const answers = new Map<string, boolean | null>();
  const only = new Set(red);
  const ask = async (tasks: readonly number[]): Promise<boolean | null> => {
    const branches = withFoundations(merged, tasks);
    const part = await mergeInOrder({ ...params, branches });
    // Branches that merge only with another between them cannot be judged without it.
    if (part.left.length > 0) return false;
    const known = answers.get(part.commit);
    if (known !== undefined) return known;
    const answer = await isRedTwice(bench, part.commit, only);
    answers.set(part.commit, answer);
    return answer;
  };
  const tasks = merged.map(({ task }) => task);
  return findCulprits(tasks, ask, (task) => dependentsOf(merged, task));
}

/** A failure counts when it happens again: one that does not would mislead the search. */
async function isRedTwice(
  bench: Bench,
  commit: string,
  only: ReadonlySet<string>,
): Promise<boolean | null> {
  const first = await bench.run(commit, only);
  if (first === null) return null;
  const red = redOf(first);
  if (red.length === 0) return false;
  const second = await bench.run(commit, new Set(red));
  return second === null ? null : redOf(second).length > 0;
}

/** Some branches with all that they build on, in the order in which they were merged. */
function withFoundations(
  merged: readonly FinishedBranch[],
  tasks: readonly number[],
): FinishedBranch[] {
  const wanted = new Set(tasks);
  for (const branch of merged.toReversed())
    if (wanted.has(branch.task)) branch.after.forEach((task) => wanted.add(task));
  return merged.filter(({ task }) => wanted.has(task));
}

function dependentsOf(merged: readonly FinishedBranch[], task: number): number[] {
  const found = new Set([task]);
  for (const branch of merged)
    if (branch.after.some((before) => found.has(before))) found.add(branch.task);
  found.delete(task);
  return [...found];
}
