import type { ChangedFile } from '../model/task-event.ts';
import { coverOf } from '../model/named-files.ts';
import { isWithin, stackBelow, type PlannedTask } from '../model/plan.ts';

/** A touched file that another task declared and this one did not. */
export type Trespass = { readonly path: string; readonly declaredBy: number };

/** The files of a diff that only other tasks declared. What lies below in its stack is done, and a task may build on it. */
export function findTrespasses(
  task: PlannedTask,
  all: readonly PlannedTask[],
  files: readonly ChangedFile[],
): Trespass[] {
  const free = [task.ordinal, ...stackBelow(all, task.ordinal)];
  return files.flatMap(touchedPaths).flatMap((path) => {
    if (all.some((other) => free.includes(other.ordinal) && declares(other, path))) return [];
    const owner = all.find((other) => declares(other, path));
    return owner === undefined ? [] : [{ path, declaredBy: owner.ordinal }];
  });
}

/** Touched files that the task does not name, nor what they test: nothing wrong by itself, but a reviewer should see them. */
export function undeclaredFiles(task: PlannedTask, files: readonly ChangedFile[]): string[] {
  if (!task.footprint.some(({ isDeclared }) => isDeclared)) return [];
  return files.flatMap(touchedPaths).filter((path) => coverOf(task, path) === 'unnamed');
}

/** Where a change is felt: a rename also takes a file away from where it was. */
export function touchedPaths({ path, from }: ChangedFile): string[] {
  return from === undefined ? [path] : [from, path];
}

function declares(task: PlannedTask, path: string): boolean {
  return task.footprint.some((entry) => entry.isDeclared && isWithin(path, entry.path));
}
