/** Says whether some tasks together are red. Null: there will be no answer any more. */
export type AskIfRed = (tasks: readonly number[]) => Promise<boolean | null>;

/** Sets of tasks that are red together, none of which is red without any of its members. */
export type Culprits = {
  readonly sets: readonly (readonly number[])[];
  /** Whether the rest is known to be green. */
  readonly isComplete: boolean;
};

const mostSets = 4;

/**
 * Finds the smallest sets of tasks that are red together, given that all of them are. A set is found member by member:
 *
 *   the shortest beginning of the order that is red ends with a member ─▶ is it red alone? ─▶ yes: found
 *                       ▲                                                         │ no
 *                       └──── the same again, with that member always in ◀────────┘
 *
 * So a pair among n takes about 2 log n questions. `dependents` gives the tasks that cannot be there without one.
 */
export async function findCulprits(
  tasks: readonly number[],
  isRed: AskIfRed,
  dependents: (task: number) => readonly number[] = () => [],
): Promise<Culprits> {
  const sets: number[][] = [];
  let rest = [...tasks];
  while (sets.length < mostSets) {
    const set = await findSet(rest, isRed);
    if (set === null) return { sets, isComplete: false };
    sets.push(set.toSorted((one, other) => one - other));
    // Without one of its members the set is not red; is there another?
    const gone = leastMissed(set, rest);
    const out = new Set([gone, ...dependents(gone)]);
    rest = rest.filter((task) => !out.has(task));
    const isStillRed = rest.length === 0 ? false : await isRed(rest);
    if (isStillRed === false) return { sets, isComplete: true };
    if (isStillRed === null) return { sets, isComplete: false };
  }
  return { sets, isComplete: false };
}

/** The member that comes last: of a foundation and what breaks on it, the latter. */
function leastMissed(set: readonly number[], order: readonly number[]): number {
  return set.reduce((last, task) => (order.indexOf(task) > order.indexOf(last) ? task : last));
}

/** One set that is red and has no superfluous member; null when there are no answers any more. */
async function findSet(tasks: readonly number[], isRed: AskIfRed): Promise<number[] | null> {
  const found: number[] = [];
  let candidates = [...tasks];
  while (candidates.length > 0) {
    const length = await shortestRed(candidates, found, isRed);
    if (length === null) return null;
    found.push(candidates[length - 1] as number);
    candidates = candidates.slice(0, length - 1);
    const isEnough = candidates.length === 0 || (await isRed(found));
    if (isEnough === null) return null;
    if (isEnough) return found;
  }
  return null;
}

/** How long the shortest beginning of the candidates is that is red together with what was found; all of them are. */
async function shortestRed(
  candidates: readonly number[],
  found: readonly number[],
  isRed: AskIfRed,
): Promise<number | null> {
  let [green, red] = [0, candidates.length];
  while (red - green > 1) {
    const middle = Math.floor((green + red) / 2);
    const answer = await isRed([...candidates.slice(0, middle), ...found]);
    if (answer === null) return null;
    if (answer) red = middle;
    else green = middle;
  }
  return red;
}
