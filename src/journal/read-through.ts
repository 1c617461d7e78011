import type { KeptRuns } from './kept-runs.ts';

/** What was made of a run. */
export type MadeOfRun<T> = {
  /** Plain JSON. */
  readonly value: T;
  /** How many events it was made of. */
  readonly events: number;
  /** Whether these were all of the run's; otherwise it is not kept. */
  readonly isWhole: boolean;
};

/** So many events are read again in each call, a few hundredths of a second: all of them in most repositories. */
const mostReadAgain = 3_000;

/**
 * Makes something of each run, or takes what is kept of it. What was read longest ago is read again, a part in each call, so
 * that damage is also found in runs that nobody looks at alone any more.
 */
export function readThrough<T>(
  kept: KeptRuns,
  runs: readonly string[],
  make: (run: string) => MadeOfRun<T>,
): T[] {
  const due = dueRuns(kept, runs);
  return runs.map((run) => {
    const known = due.has(run) ? undefined : kept.get(run);
    if (known !== undefined) return known.value() as T;
    const made = make(run);
    if (made.isWhole) kept.put(run, made);
    else kept.drop(run);
    return made.value;
  });
}

function dueRuns(kept: KeptRuns, runs: readonly string[]): ReadonlySet<string> {
  const known = runs
    .flatMap((run) => {
      const found = kept.get(run);
      return found === undefined ? [] : [{ run, ...found }];
    })
    .toSorted((one, other) => one.readAt - other.readAt);
  const due = new Set<string>();
  let events = 0;
  for (const one of known) {
    events += one.events;
    if (events > mostReadAgain && due.size > 0) break;
    due.add(one.run);
  }
  return due;
}
