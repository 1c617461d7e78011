import type { Forge } from '../../forge/forge.ts';
import { addedTasks } from '../../model/plan/added-tasks.ts';
import type { RunEvent } from '../../model/event/event.ts';
import { ForgeError, isPassing } from '../../model/forge-problem.ts';
import type { RunState } from '../../model/state/run-state.ts';
import type { TaskState } from '../../model/state/task-state.ts';

export type ConcludeParams = {
  readonly state: () => RunState;
  readonly record: (event: RunEvent) => unknown;
  readonly forge: Forge;
};

/**
 * Does what follows from merges, no matter who merged: boxes ticked, sub-issues closed, branches removed, and the master
 * issue closed when all of it is merged. What was begun and not finished is done again; what is refused is noted and left.
 * Gives false when the forge cannot be reached now: the next start does it.
 */
export async function concludeMerged(params: ConcludeParams): Promise<boolean> {
  const state = params.state();
  const merged = state.tasks.filter(
    ({ status, isConcluded }) => status === 'merged' && !isConcluded,
  );
  // What was added to the issue meanwhile is part of it, too.
  const isWhole =
    state.tasks.every(({ status }) => status === 'merged') && addedTasks(state).length === 0;
  if (merged.length === 0 && (!isWhole || state.isIssueClosed || state.tasks.length === 0))
    return true;
  const tasks = merged.map(({ ordinal }) => ordinal);
  params.record({ type: 'conclusion-intended', tasks, isWhole });
  try {
    const notes = await conclude(params, merged, isWhole);
    params.record({ type: 'conclusion-done', tasks, isWhole, notes });
    return true;
  } catch (error) {
    if (isPassing(error)) return false;
    throw error;
  }
}

async function conclude(
  { state, forge }: ConcludeParams,
  merged: readonly TaskState[],
  isWhole: boolean,
): Promise<string[]> {
  const notes: string[] = [];
  const run = state();
  const { number } = run.issue;
  const items = merged.flatMap((task) => itemOf(run, task));
  await noted(notes, () => forge.tickItems({ number, items }));
  for (const { issueNumber } of merged)
    if (issueNumber !== null) await noted(notes, () => forge.closeIssue(issueNumber));
  const ours = run.tasks.flatMap(({ pullRequest }) => pullRequest?.number ?? []);
  for (const { pullRequest } of merged)
    if (pullRequest !== null)
      await noted(notes, () =>
        forge.removeBranch({ number: pullRequest.number, into: run.base.branch, ours }),
      );
  if (isWhole) await noted(notes, () => forge.closeIssue(number));
  return notes;
}

/** Does one thing; what the forge refuses for good is noted, and the rest continues. */
async function noted(notes: string[], work: () => Promise<string | null | void>): Promise<void> {
  try {
    const note = await work();
    if (typeof note === 'string') notes.push(note);
  } catch (error) {
    const isRefused = error instanceof ForgeError && !isPassing(error);
    if (!isRefused) throw error;
    notes.push((error as Error).message);
  }
}

function itemOf(
  { plan }: RunState,
  { ordinal }: TaskState,
): readonly { readonly line: number; readonly title: string }[] {
  const planned = plan?.tasks.find((task) => task.ordinal === ordinal);
  if (planned === undefined) return [];
  const { lines, reference, title } = planned;
  // An item that stands for an issue shows its number, and not the title that it has there.
  return [{ line: lines.start, title: reference === null ? title : `#${reference.number}` }];
}
