import { homedir } from 'node:os';
import type { RunEntry } from '../journal/journal.ts';
import { UserError, type JournalDamage } from '../model/user-error.ts';
import { counted } from '../reporting/figures.ts';
import { measureRuns, type RunsMetrics } from '../reporting/metrics/measure-runs.ts';
import type { RunFigures } from '../reporting/metrics/run-figures.ts';
import { findJournals, stateHome, type JournalPlace } from '../workspace/state/state-directory.ts';
import { openHistory, type History } from './history/open-history.ts';
import { findPlace, runsNamed } from './place/find-place.ts';
import { isInPeriod, type Period } from './metrics-period.ts';
import type { AppContext } from './user-interface.ts';

type Measure = { readonly period: Period; readonly now: Date };

/** What was measured. */
export type Measured = {
  /** Which runs these are, for a heading. */
  readonly words: string;
  readonly metrics: RunsMetrics;
  readonly damages: readonly JournalDamage[];
};

/**
 * Measures what the runs of this repository, of one issue, or of all repositories achieved, from their journals alone.
 * Throws a `UserError` when there is nothing of that kind.
 */
export async function measureHistory(
  issue: string | undefined,
  params: Measure & { readonly isOfAll: boolean },
  context: AppContext,
): Promise<Measured> {
  const { words, figures, damages } = params.isOfAll
    ? await takeAll(issue, params, context)
    : await takeHere(issue, params, context);
  return { words, metrics: measureRuns(figures), damages };
}

type Taken = {
  readonly figures: readonly RunFigures[];
  readonly damages: readonly JournalDamage[];
};
type Worded = Taken & Pick<Measured, 'words'>;

async function takeHere(
  issue: string | undefined,
  measure: Measure,
  { directory, env }: AppContext,
): Promise<Worded> {
  const place = await findPlace(directory, env);
  const history = openHistory(place.state, () => measure.now);
  try {
    const known = history && (await runsNamed(history.runs, place.directory, issue));
    const [loss] = history?.losses ?? [];
    if (issue !== undefined && !known?.length)
      throw new UserError(
        loss === undefined ? { code: 'run-unknown', issue } : { code: 'journal-damaged', ...loss },
      );
    const words = issue === undefined ? '' : `of ${issue}`;
    return { words, ...takeRuns(history, known ?? [], measure) };
  } finally {
    history?.close();
  }
}

/** A journal that cannot be opened is reported and left out: it is another repository's. */
async function takeAll(
  issue: string | undefined,
  measure: Measure,
  { env, user }: AppContext,
): Promise<Worded> {
  if (issue !== undefined) {
    const message = '--all measures all issues of all repositories: leave out the issue';
    throw new UserError({ code: 'usage', message });
  }
  const journals = await findJournals(stateHome(env, homedir()));
  const taken = journals.flatMap((place): Taken[] => {
    try {
      return [takeJournal(place, measure)];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      user.leftOut(error.problem);
      return [];
    }
  });
  return {
    words: `of ${counted(journals.length, 'repository')}`,
    figures: taken.flatMap(({ figures }) => figures),
    damages: taken.flatMap(({ damages }) => damages),
  };
}

function takeJournal(place: JournalPlace, measure: Measure): Taken {
  const history = openHistory(place, () => measure.now);
  try {
    return takeRuns(history, history?.runs ?? [], measure);
  } finally {
    history?.close();
  }
}

/** The figures of runs that began in the period, and what of them is damaged. */
function takeRuns(history: History | null, runs: readonly RunEntry[], { period }: Measure): Taken {
  const chosen = runs.filter(({ startedAt }) => isInPeriod(period, startedAt));
  const found = history?.look(chosen) ?? [];
  // Half a run would be measured as a whole one.
  const whole = found.filter(({ damage }) => damage === null);
  return {
    figures: whole.flatMap(({ sum }) => sum?.figures ?? []),
    damages: [...found.flatMap(({ damage }) => damage ?? []), ...(history?.losses ?? [])],
  };
}
