import { isInHistory } from '../../git/ancestry.ts';
import type { Git } from '../../git/git.ts';
import type { RunState } from '../../model/state/run-state.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import type { TrainCar } from '../../model/merge/train-car.ts';
import type { FinishedBranch } from '../../model/merge/union.ts';
import { chooseOrder } from './merge-order.ts';
import { readRelations } from './read-relations.ts';

/** A finished task with its open pull request. */
export type Mergeable = FinishedBranch & { readonly number: number; readonly branch: string };

/** A task of a train, with the head that others may stand on. */
export type Aboard = Pick<FinishedBranch, 'task' | 'head'>;

/**
 * The tasks of a run that can be merged: verified, published, and not merged yet. `aboard` are those that a train has or
 * had: what stands on one of them goes after it.
 */
export async function findMergeable(
  git: Git,
  state: RunState,
  aboard: readonly Aboard[] = [],
): Promise<Mergeable[]> {
  const ready = state.tasks.flatMap((task) => mergeableOf(task));
  const known = [...ready, ...aboard.filter(({ task }) => ready.every((one) => one.task !== task))];
  const merged = new Set(state.tasks.filter(({ status }) => status === 'merged').map(ordinalOf));
  return Promise.all(
    ready.map(async (one) => {
      const planned = state.plan?.tasks.find(({ ordinal }) => ordinal === one.task);
      const needed = (planned?.dependsOn ?? []).filter((task) => !merged.has(task));
      const below = await stackedOn(git, one, known);
      return { ...one, after: [...new Set([...needed, ...below])] };
    }),
  );
}

function ordinalOf({ ordinal }: TaskState): number {
  return ordinal;
}

function mergeableOf(task: TaskState): Mergeable[] {
  const { status, pullRequest, pushedHead, workspace } = task;
  if (status !== 'completed' || pullRequest === null || pushedHead === null || workspace === null)
    return [];
  const { number } = pullRequest;
  return [{ task: task.ordinal, head: pushedHead, after: [], number, branch: workspace.branch }];
}

/** A branch that holds another's verified commit was built on it. */
async function stackedOn(git: Git, one: Mergeable, all: readonly Aboard[]): Promise<number[]> {
  const found: number[] = [];
  for (const other of all)
    if (
      other.task !== one.task &&
      other.head !== one.head &&
      (await isInHistory(git, other.head, one.head))
    )
      found.push(other.task);
  return found;
}

/** Chooses the order in which they are merged, with the reasons. */
export async function orderTrain(
  git: Git,
  params: { readonly base: string; readonly branches: readonly Mergeable[] },
): Promise<TrainCar[]> {
  const placed = chooseOrder(await readRelations({ git, ...params }));
  return placed.flatMap(({ task, reasons }) => {
    const found = params.branches.find((branch) => branch.task === task);
    return found === undefined ? [] : [{ ...found, reasons }];
  });
}
