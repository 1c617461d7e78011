import type { Git } from '../../src/git/git.ts';
import type { PastTask } from './past-tasks.ts';

/** Lines that a change replaced: from a line on, up to another one that it left alone, before and after. */
export type Hunk = {
  readonly before: readonly [start: number, end: number];
  readonly after: readonly [start: number, end: number];
};

/**
 * Whether the changes of two commits would not merge, had both begun at the same commit: they touch the same lines of a
 * file or neighbouring ones, as git merges. The lines of the first are carried through what came between, so that every
 * pair has an answer; what only one side creates, deletes or keeps as binary counts as a conflict.
 */
export async function doConflict(git: Git, earlier: PastTask, later: PastTask): Promise<boolean> {
  for (const path of earlier.touched.filter((file) => later.touched.includes(file))) {
    const first = await hunksOf(git, [earlier.parent, earlier.commit], path);
    const second = await hunksOf(git, [later.parent, later.commit], path);
    const between = await hunksOf(git, [earlier.commit, later.parent], path);
    if (first === null || second === null || between === null) return true;
    const carried = first.map(({ after }) => carry(after, between));
    const doMeet = carried.some(([start, end]) =>
      second.some(({ before }) => before[0] <= end && start <= before[1]),
    );
    if (doMeet) return true;
  }
  return false;
}

/** Where some lines are after later changes; what such a change reached into grows by all of it. */
export function carry(
  [start, end]: readonly [number, number],
  between: readonly Hunk[],
): [number, number] {
  let [shiftStart, shiftEnd, least, most] = [0, 0, Infinity, -Infinity];
  for (const { before, after } of between) {
    const shift = after[1] - before[1];
    if (before[1] <= start) [shiftStart, shiftEnd] = [shift, shift];
    else if (before[0] < end) {
      [least, most] = [Math.min(least, after[0]), Math.max(most, after[1])];
      shiftEnd = shift;
    }
  }
  return [Math.min(start + shiftStart, least), Math.max(end + shiftEnd, most)];
}

/** Null where the file is binary, or comes or goes. */
async function hunksOf(
  git: Git,
  [from, to]: readonly [string, string],
  path: string,
): Promise<Hunk[] | null> {
  const { stdout } = await git.probe(['diff', '-U0', '--no-renames', from, to, '--', path]);
  return readHunks(stdout);
}

/** Reads a patch of one file without lines of context. */
export function readHunks(patch: string): Hunk[] | null {
  if (/^(?:Binary files|new file|deleted file) /mu.test(patch)) return null;
  return [...patch.matchAll(/^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gmu)].map((found) => ({
    before: rangeOf(found[1], found[2]),
    after: rangeOf(found[3], found[4]),
  }));
}

/** Of no lines at all, git gives the line before. */
function rangeOf(line = '0', count = '1'): [number, number] {
  const start = Number(line) + (count === '0' ? 1 : 0);
  return [start, start + Number(count)];
}
