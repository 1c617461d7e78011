import { listChangesSince, readChangedLinesSince } from '../../git/diffs.ts';
import type { Git } from '../../git/git.ts';
import type { FinishedBranch } from '../../model/merge/union.ts';
import { createPool } from '../../workspace/machine/pool.ts';
import { mayConflict, pathsOfChanges, type ChangedPaths } from '../changed-paths.ts';
import { areAllLocks } from '../hub-rules.ts';
import { tryMerges, type MergeTrial } from '../try-merges.ts';
import type { OrderItem, OrderQuestion } from './order-costs.ts';

export type RelationsParams = {
  /** Of a merge repository. */
  readonly git: Git;
  readonly base: string;
  readonly branches: readonly FinishedBranch[];
};

/** What a branch changes since it left the base. */
type Change = {
  readonly branch: FinishedBranch;
  readonly paths: ChangedPaths;
  /** The paths that are there after it. */
  readonly written: readonly string[];
  readonly size: number;
  /** The lines that it adds, up to a limit. */
  readonly addedText: string;
};

/** Reads from git what the order of merging depends on: who conflicts with whom, who builds on whom, how large they are. */
export async function readRelations(params: RelationsParams): Promise<OrderQuestion> {
  const { git, base, branches } = params;
  const pool = createPool(4);
  const changes = await Promise.all(
    branches.map((branch) => pool(() => readChange(git, base, branch))),
  );
  const pairs = changes.flatMap((one, index) =>
    changes
      .slice(index + 1)
      .filter((other) => mayConflict(one.paths, other.paths) && !areStacked(one, other))
      .map((other) => [one.branch, other.branch] as const),
  );
  const alone = branches.map(({ head }) => ({ ours: base, theirs: head }));
  const together = pairs.map(([one, other]) => ({ ours: one.head, theirs: other.head }));
  const trials = await tryMerges(git, [...alone, ...together]);
  return {
    items: changes.map((change, index) => itemOf(change, changes, isConflict(trials[index]))),
    conflicts: pairs
      .filter((_, index) => isConflict(trials[branches.length + index]))
      .map(([one, other]) => [one.task, other.task] as const),
  };
}

/** What a rule settles is no conflict. */
function isConflict(trial: MergeTrial | undefined): boolean {
  if (trial?.kind === 'conflicted') return !areAllLocks(trial.files);
  return trial?.kind !== 'clean';
}

function areStacked(one: Change, other: Change): boolean {
  return (
    one.branch.after.includes(other.branch.task) || other.branch.after.includes(one.branch.task)
  );
}

function itemOf(change: Change, all: readonly Change[], isInConflictWithBase: boolean): OrderItem {
  const { task, after } = change.branch;
  const names = change.written.flatMap(nameInImports);
  const foundationOf = all
    .filter((other) => other !== change && names.some((name) => other.addedText.includes(name)))
    .map((other) => other.branch.task);
  return { task, after, size: change.size, foundationOf, isInConflictWithBase };
}

/** `src/models/cart.js` is imported as something that ends in `models/cart`; a name without a folder says too little. */
function nameInImports(path: string): string[] {
  const parts = path.replace(/\.\w+$/u, '').split('/');
  return parts.length < 2 ? [] : [parts.slice(-2).join('/')];
}

const mostText = 200_000;

async function readChange(git: Git, base: string, branch: FinishedBranch): Promise<Change> {
  const changes = await listChangesSince(git, base, branch.head);
  const text = await readChangedLinesSince(git, base, branch.head);
  const lines = text.split('\n');
  const added = lines.filter((line) => line.startsWith('+') && !line.startsWith('+++'));
  const removed = lines.filter((line) => line.startsWith('-') && !line.startsWith('---')).length;
  return {
    branch,
    paths: pathsOfChanges(changes),
    written: changes.filter(({ status }) => status !== 'D').map(({ path }) => path),
    size: added.length + removed,
    addedText: added.join('\n').slice(0, mostText),
  };
}
