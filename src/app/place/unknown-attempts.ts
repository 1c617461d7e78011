import { readdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Journal } from '../../journal/journal.ts';
import { tasksWithLiveClaim } from '../../workspace/clean/live-use.ts';

/** A process that works on an attempt of one of these runs; null when there is none. */
export async function liveAttempt(runs: string, names: readonly string[]): Promise<number | null> {
  for (const name of names) {
    const [pid] = (await tasksWithLiveClaim(join(runs, name))).values();
    if (pid !== undefined) return pid;
  }
  return null;
}

/**
 * Renames the folders of attempts that a run's journal does not know, or not any more: the next attempt of the same
 * number would find its place taken, and take over what it did not begin.
 */
export async function putAttemptsAside(
  {
    journal,
    runs,
    stamp,
  }: { readonly journal: Journal; readonly runs: string; readonly stamp: string },
  run: string,
): Promise<void> {
  const known = new Set(
    journal
      .readSound(run)
      .events.flatMap((event) =>
        event.type === 'attempt-intended' || event.type === 'control-intended'
          ? [event.directory]
          : [],
      )
      .map((path) => join(basename(dirname(path)), basename(path))),
  );
  const tasks = await readdir(join(runs, run)).catch(() => []);
  for (const task of tasks)
    for (const name of await readdir(join(runs, run, task)).catch(() => []))
      if (/^attempt-\d+$/u.test(name) && !known.has(join(task, name)))
        await rename(join(runs, run, task, name), join(runs, run, task, `${name}.before-${stamp}`));
}
