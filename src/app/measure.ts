import { homedir } from 'node:os';
import type { Journal, RunEntry } from '../journal/journal.ts';
import { openExistingJournal } from '../journal/sqlite-journal.ts';
import { UserError, type JournalDamage } from '../model/user-error.ts';
import { counted } from '../reporting/figures.ts';
import { openMeasuring, type Measuring } from '../reporting/metrics/measure-runs.ts';
import { findJournals, stateHome } from '../workspace/state/state-directory.ts';
import { findPlace, runsOf } from './place/find-place.ts';
import { isInPeriod, type Period } from './metrics-period.ts';
import type { AppContext } from './user-interface.ts';

/**
 * Measures what the runs of this repository, of one issue, or of all repositories achieved, from their journals alone.
 * Throws a `UserError` when there is nothing of that kind.
 */
export async function measureRuns(
  issue: string | undefined,
  params: { readonly period: Period; readonly now: Date; readonly isOfAll: boolean },
  context: AppContext,
): Promise<Measured & { readonly measuring: Measuring }> {
  const { period, now } = params;
  const measuring = openMeasuring();
  const measure = { measuring, period, now };
  const found = params.isOfAll
    ? await measureAll(issue, measure, context)
    : await measureHere(issue, measure, context);
  return { ...found, measuring };
}

type Measure = {
  readonly measuring: Measuring;
  readonly period: Period;
  readonly now: Date;
};

/** What was measured. */
export type Measured = {
  /** Which runs these are, for a heading. */
  readonly words: string;
  readonly damages: readonly JournalDamage[];
};

async function measureHere(
  issue: string | undefined,
  measure: Measure,
  { directory, env }: AppContext,
): Promise<Measured> {
  const place = await findPlace(directory, env);
  const journal = openExistingJournal(place.state.journal, () => measure.now);
  try {
    const known = journal === null ? [] : await runsOf(journal, place.directory, issue);
    const [loss] = journal?.losses() ?? [];
    if (issue !== undefined && known.length === 0)
      throw new UserError(
        loss === undefined ? { code: 'run-unknown', issue } : { code: 'journal-damaged', ...loss },
      );
    const damages = journal === null ? [] : takeRuns(journal, known, measure);
    return { words: issue === undefined ? '' : `of ${issue}`, damages };
  } finally {
    journal?.close();
  }
}

/** A journal that cannot be opened is reported and left out: it is another repository's. */
async function measureAll(
  issue: string | undefined,
  measure: Measure,
  { env, user }: AppContext,
): Promise<Measured> {
  if (issue !== undefined) {
    const message = '--all measures all issues of all repositories: leave out the issue';
    throw new UserError({ code: 'usage', message });
  }
  const files = await findJournals(stateHome(env, homedir()));
  const damages = files.flatMap((file) => {
    try {
      return takeJournal(file, measure);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      user.leftOut(error.problem);
      return [];
    }
  });
  return { words: `of ${counted(files.length, 'repository')}`, damages };
}

function takeJournal(file: string, measure: Measure): JournalDamage[] {
  const journal = openExistingJournal(file, () => measure.now);
  if (journal === null) return [];
  try {
    return takeRuns(journal, journal.runs(), measure);
  } finally {
    journal.close();
  }
}

/** Measures runs one by one, so that the events of one alone are held; gives what of them is damaged. */
function takeRuns(
  journal: Journal,
  runs: readonly RunEntry[],
  { measuring, period }: Measure,
): JournalDamage[] {
  const damages = runs
    .filter(({ startedAt }) => isInPeriod(period, startedAt))
    .flatMap(({ run }) => {
      const { events, damage } = journal.readSound(run);
      // Half a run would be measured as a whole one.
      if (damage === null) measuring.take(events);
      return damage ?? [];
    });
  return [...damages, ...journal.losses()];
}
