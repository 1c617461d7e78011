import type { Journal, RunEntry } from '../../journal/journal.ts';
import { openKeptRuns, type KeptRuns } from '../../journal/kept-runs.ts';
import { readThrough, type MadeOfRun } from '../../journal/read-through.ts';
import { openExistingJournal } from '../../journal/sqlite-journal.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import { runStanding, type RunStanding } from '../../model/state/run-standing.ts';
import type { JournalDamage } from '../../model/user-error.ts';
import { figuresOfRun, type RunFigures } from '../../reporting/metrics/run-figures.ts';
import type { JournalPlace } from '../../workspace/state/state-directory.ts';
import { keptVersion } from './kept-version.ts';

/** All runs of one repository, and what came of each. */
export type History = {
  /** The runs whose beginning can be read, newest first. */
  readonly runs: readonly RunEntry[];
  /** What of the journal is damaged or gone besides events of those. */
  readonly losses: readonly JournalDamage[];
  /** What came of runs, in the order in which they are given. */
  readonly look: (runs: readonly RunEntry[]) => readonly PastRun[];
  readonly close: () => void;
};

/** What came of a run, as far as its events can be read. */
export type PastRun = MadeOfPast & { readonly entry: RunEntry };

type MadeOfPast = {
  /** Null where no event can be read. */
  readonly sum: RunSum | null;
  readonly damage: JournalDamage | null;
};

/** What is kept of a run. */
export type RunSum = { readonly standing: RunStanding; readonly figures: RunFigures };

/**
 * Opens the history of a repository; null where nothing was ever run. A look at thousands of runs takes about a tenth of a
 * second, also while runs go on: what comes of a run's events is worked out once and kept until the run has a newer event,
 * the journal is changed by anything but new events, or the program is another one. Only the first look ever reads all
 * events, one run after the other; a later one reads a few thousand again, so that damage is found in time. Throws a `UserError` when the journal cannot be read.
 */
export function openHistory(
  { journal: file, history: folder }: JournalPlace,
  now: () => Date,
): History | null {
  const journal = openExistingJournal(file, now);
  if (journal === null) return null;
  try {
    const { runs, losses } = journal.beginnings();
    const look = (chosen: readonly RunEntry[]): readonly PastRun[] => {
      const outline = journal.outline();
      const made = { kind: 'sums', version: keptVersion() };
      using kept = openKeptRuns({ file, folder, outline, ...made, now });
      return lookAt(journal, kept, chosen);
    };
    return { runs, losses, look, close: () => journal.close() };
  } catch (error) {
    journal.close();
    throw error;
  }
}

function lookAt(journal: Journal, kept: KeptRuns, chosen: readonly RunEntry[]): readonly PastRun[] {
  const runs = chosen.map(({ run }) => run);
  const made = readThrough(kept, runs, (run) => pastRun(journal, run));
  return made.map((past, index) => ({ ...past, entry: chosen[index]! }));
}

function pastRun(journal: Journal, run: string): MadeOfRun<MadeOfPast> {
  const { events, damage } = journal.readSound(run);
  const state = foldRun(events);
  const sum = state && { standing: runStanding(state), figures: figuresOfRun(state) };
  return { value: { sum, damage }, events: events.length, isWhole: damage === null };
}
