import type { ChangedFile } from '../model/event/task-event.ts';
import { coverOf } from '../model/plan/named-files.ts';
import { isWithin, stackOf, type PlannedTask } from '../model/plan/plan.ts';

/** A touched file that another task declared and this one did not. */
export type Trespass = { readonly path: string; readonly declaredBy: number };

/**
 * The files of a diff that only other tasks declared. Those of its own stack take turns, so their files are free to it;
 * so is what its own plan foresees for it, no matter who else names that.
 */
export function findTrespasses(
  task: PlannedTask,
  all: readonly PlannedTask[],
  files: readonly ChangedFile[],
): Trespass[] {
  const isFree = openFreedom(task, all);
  return files.flatMap(touchedPaths).flatMap((path) => {
    if (isFree(path)) return [];
    const owner = all.find((other) => declares(other, path));
    return owner === undefined ? [] : [{ path, declaredBy: owner.ordinal }];
  });
}

/** Says which paths a task may touch no matter who declared them: what is foreseen for it, and what its stack declared. */
export function openFreedom(
  task: PlannedTask,
  all: readonly PlannedTask[],
): (path: string) => boolean {
  const stack = new Set(stackOf(all, task.ordinal));
  const members = all.filter(({ ordinal }) => stack.has(ordinal));
  return (path) =>
    task.footprint.some((entry) => isWithin(path, entry.path)) ||
    members.some((other) => declares(other, path));
}

/** Touched files that the task does not name, nor what they test: nothing wrong by itself, but a reviewer should see them. */
export function undeclaredFiles(task: PlannedTask, files: readonly ChangedFile[]): string[] {
  if (!task.footprint.some(({ isDeclared }) => isDeclared)) return [];
  return files.flatMap(touchedPaths).filter((path) => coverOf(task, path) === 'unnamed');
}

/** Where a change has an effect: a rename also removes a file from its old place. */
export function touchedPaths({ path, from }: ChangedFile): string[] {
  return from === undefined ? [path] : [from, path];
}

function declares(task: PlannedTask, path: string): boolean {
  return task.footprint.some((entry) => entry.isDeclared && isWithin(path, entry.path));
}
