import type { Git } from '../git/git.ts';
import { updateRef } from '../git/refs.ts';
import { isBudgetSpent } from '../model/state/run-state.ts';
import type { TaskState } from '../model/state/task-state.ts';
import { tryMerges } from '../trial/try-merges.ts';
import type { Services } from '../services/run-services.ts';
import { salvageRef } from '../workspace/salvage/salvage.ts';

/**
 * Lets tasks begin again from the merged base whose verified branches the train could not bring together with it, and
 * their agents neither; with them those that stand on such a branch. Their old branches stay reachable. Gives these
 * tasks, each after the one below it; of two that do not merge with each other, one at a time. A run that leaves merging
 * to people, or waits for their approval, leaves these to them, too.
 */
export async function workAgain(
  services: Services<'record' | 'workspaces' | 'clock' | 'settings'>,
): Promise<readonly number[]> {
  const { record, workspaces, clock, settings } = services;
  const state = record.state();
  const isEnding = clock.stop.drain.aborted || state.isCancelRequested;
  if (state.settings.merge !== 'verified' || isEnding) return [];
  if (isBudgetSpent(state)) return [];
  const mayBegin = (task: TaskState): boolean =>
    task.status === 'completed' && timesBegunAgain(task) < settings.workAgain;
  const curable = state.tasks.filter((task) => isCurable(task) && mayBegin(task));
  const chosen = new Set(await withoutCollisions(workspaces.clone.git, curable));
  for (const ordinal of chosen)
    for (const task of state.tasks)
      if (task.left?.reason === 'needs' && mayBegin(task) && standsOn(state.plan, task, ordinal))
        chosen.add(task.ordinal);
  for (const { ordinal, pushedHead } of state.tasks.filter((task) => chosen.has(task.ordinal))) {
    const ref = salvageRef(`${record.run}/${ordinal}`);
    if (pushedHead !== null)
      await workspaces.clone.exclusively(() => updateRef(workspaces.clone.git, ref, pushedHead));
    record.record({ type: 'task-retried', task: ordinal, why: 'again', isFresh: true });
  }
  return [...chosen];
}

/**
 * Whether the merged base may help: the same work, begun there, does not collide with it any more. A check that is red
 * without the task, or on the forge alone, is so with new work, too.
 */
function isCurable({ left }: TaskState): boolean {
  return left?.reason === 'conflict' || (left?.reason === 'check-failed' && left.with.length > 0);
}

/** Those whose branches merge with each other: of two that do not, the second waits until the first is in the base. */
async function withoutCollisions(git: Git, tasks: readonly TaskState[]): Promise<number[]> {
  const chosen: TaskState[] = [];
  for (const task of tasks) {
    const theirs = task.pushedHead ?? '';
    const trials = await tryMerges(
      git,
      chosen.map(({ pushedHead }) => ({ ours: pushedHead ?? '', theirs })),
    );
    if (trials.every(({ kind }) => kind === 'clean')) chosen.push(task);
  }
  return chosen.map(({ ordinal }) => ordinal);
}

function timesBegunAgain({ rounds }: TaskState): number {
  return rounds.filter(({ began }) => began === 'again').length;
}

function standsOn(
  plan: { readonly tasks: readonly { ordinal: number; stackOn: number | null }[] } | null,
  { ordinal }: TaskState,
  below: number,
): boolean {
  return plan?.tasks.find((task) => task.ordinal === ordinal)?.stackOn === below;
}
