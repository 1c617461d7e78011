import { join } from 'node:path';
import { issueKey } from '../../model/issue/issue.ts';
import type { AttemptResult } from '../../model/event/attempt-event.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import { isOver, type AttemptState } from '../../model/state/task-state.ts';
import type { RunState } from '../../model/state/run-state.ts';
import type { ProcessIdentity } from '../../model/process-identity.ts';
import { otherRooms, soloRoom } from '../../services/run-workspaces.ts';
import { identifySelf } from '../../process/identity.ts';
import { endUnwatched } from '../../process/keeper.ts';
import { endMarked } from '../../process/process-tree.ts';
import { rebuildRuntimeFiles } from '../../reporting/files/runtime-files.ts';
import { attemptMarker, isMarkedBelow } from '../../workspace/environment/markers.ts';
import { deleteTrees } from '../../workspace/clean/delete-trees.ts';
import { discardTaskFolders } from '../../workspace/environment/task-environment.ts';
import { taskFoldersOf } from '../../workspace/environment/task-folders.ts';
import type { Holds } from '../../coordination/holds.ts';
import { openUserHolds, type FoundRun, type Place } from '../place/find-place.ts';

/** What the tree of a task that nobody watches gets between TERM and KILL. */
const graceMs = 2_000;

/**
 * Ends the tasks that somebody asked to cancel in place of a dead orchestrator: its agents, setups and
 * checks may still be alive. Gives false, and does nothing, when another process works on the issue.
 */
export async function cancelInPlace(place: Place, { journal, state }: FoundRun): Promise<boolean> {
  return actInPlace(place, state, async (holds, self) => {
    await endTasks(place, { journal, state }, self);
    // Asking who holds ports forgets the dead ones'.
    await holds.heldNames('port:');
  });
}

/** Leaves out the task that somebody asked to skip, in place of a dead orchestrator. Gives false as the above does. */
export async function skipInPlace(
  place: Place,
  { journal, state: { run, issue } }: FoundRun,
  ordinal: number,
): Promise<boolean> {
  return actInPlace(place, { issue }, async () => {
    const now = foldRun(journal.read(run, 0));
    const task = now?.tasks.find((one) => one.ordinal === ordinal);
    if (task?.isSkipRequested === true && !isOver(task))
      journal.append(run, { type: 'task-skipped', task: ordinal });
    await rebuildRuntimeFiles(place.repository.root, journal.read(run, 0));
  });
}

/**
 * Makes way for a person who wants to work in a task's session, in place of a dead orchestrator: what it left running of the
 * task is ended. How its attempt ended is for the next orchestrator to read. Gives false as the above do.
 */
export async function makeWayInPlace(
  place: Place,
  { journal, state: { run, issue } }: FoundRun,
  { ordinal, request }: { readonly ordinal: number; readonly request: number },
): Promise<boolean> {
  return actInPlace(place, { issue }, async (_holds, self) => {
    const task = foldRun(journal.read(run, 0))?.tasks.find((one) => one.ordinal === ordinal);
    if (task?.attached?.request !== request || task.attached.isHere) return;
    for (const { directory } of task.attempts.filter(({ result }) => result === null))
      await endUnwatched(directory, self);
    const above = attemptMarker(place.state.root, run, ordinal);
    await endMarked((marker) => isMarkedBelow(marker, above), graceMs);
    journal.append(run, { type: 'task-attached', task: ordinal, request });
    await rebuildRuntimeFiles(place.repository.root, journal.read(run, 0));
  });
}

/** Deletes the cache and temporary files that a person's visit left, where no orchestrator does. Gives false as the above do. */
export async function tidyInPlace(
  place: Place,
  { run, issue }: Pick<RunState, 'run' | 'issue'>,
  ordinal: number,
): Promise<boolean> {
  return actInPlace(place, { issue }, () =>
    discardTaskFolders(taskFoldersOf(place.state, run, ordinal)),
  );
}

/** Does something in place of a dead orchestrator; false, and nothing, when another process works on the issue. */
export async function actInPlace(
  place: Place,
  { issue }: Pick<RunState, 'issue'>,
  act: (holds: Holds, self: ProcessIdentity) => Promise<void>,
): Promise<boolean> {
  const self = await identifySelf();
  const holds = openUserHolds(place, self);
  try {
    const hold = await holds.tryTake(`run:${place.state.root}:${issueKey(issue)}`);
    if (hold.state === 'held') return false;
    try {
      await act(holds, self);
    } finally {
      hold.release();
    }
    return true;
  } finally {
    holds.close();
  }
}

async function endTasks(place: Place, found: FoundRun, self: ProcessIdentity): Promise<void> {
  const { journal } = found;
  const { run } = found.state;
  const now = foldRun(journal.read(run, 0)) ?? found.state;
  const meant = now.tasks.filter((task) => task.isCancelRequested && !isOver(task));
  for (const { ordinal, attempts } of meant)
    for (const one of attempts.filter(({ result }) => result === null)) {
      const result = await endAttempt(one, self);
      const { attempt } = one;
      const ended = { type: 'attempt-ended', task: ordinal, attempt, result } as const;
      journal.append(run, { ...ended, claim: '', failure: null });
    }
  await endControls(place, { journal, state: now }, self);
  const isAll = now.tasks.every((task) => isOver(task) || meant.includes(task));
  const parts = [...meant.map(({ ordinal }) => ordinal), ...(isAll ? (['base'] as const) : [])];
  const markers = parts.map((part) => attemptMarker(place.state.root, run, part));
  await endMarked((marker) => markers.some((above) => isMarkedBelow(marker, above)), graceMs);
  for (const room of parts.flatMap((part) => [part, ...otherRooms(part)]))
    await discardTaskFolders(taskFoldersOf(place.state, run, room));
  for (const { ordinal } of meant) journal.append(run, { type: 'task-cancelled', task: ordinal });
  if (isAll) journal.append(run, { type: 'run-ended', how: howItEnded(now) });
  await rebuildRuntimeFiles(place.repository.root, journal.read(run, 0));
}

/** Ends tasks that ran a second time, alone, and removes where they did. */
async function endControls(
  { state }: Place,
  { journal, state: now }: FoundRun,
  self: ProcessIdentity,
): Promise<void> {
  for (const { ordinal, control } of now.tasks) {
    if (control === null || control.outcome !== null) continue;
    await endUnwatched(control.directory, self);
    await endMarked(
      (marker) => marker === attemptMarker(state.root, now.run, ordinal, 'solo'),
      graceMs,
    );
    const room = soloRoom(ordinal);
    await discardTaskFolders(taskFoldersOf(state, now.run, room));
    await deleteTrees([join(state.workspaces, `${now.run}-task-${room}`)]);
    const outcome = { kind: 'cut-short' } as const;
    journal.append(now.run, { type: 'control-ended', task: ordinal, outcome });
  }
}

function howItEnded({ isCancelRequested }: RunState): 'cancelled' | 'finished' {
  return isCancelRequested ? 'cancelled' : 'finished';
}

async function endAttempt(
  { directory }: AttemptState,
  self: ProcessIdentity,
): Promise<AttemptResult> {
  const wasThere = await endUnwatched(directory, self);
  return wasThere
    ? { kind: 'stopped', why: 'cancelled' }
    : { kind: 'not-started', message: 'it was cancelled before' };
}
