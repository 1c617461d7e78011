import { homedir } from 'node:os';
import { openExistingJournal } from '../../journal/sqlite-journal.ts';
import type { Journal, RunEntry } from '../../journal/journal.ts';
import { plainJson } from '../../model/text/plain-text.ts';
import { UserError, type JournalDamage } from '../../model/user-error.ts';
import { counted } from '../../reporting/figures.ts';
import { openMeasuring, type Measuring } from '../../reporting/metrics/measure-runs.ts';
import { renderMetricsTable } from '../../reporting/metrics/metrics-table.ts';
import { findJournals, stateHome } from '../../workspace/state/state-directory.ts';
import type { CommandContext } from '../command-context.ts';
import {
  choosePeriod,
  isInPeriod,
  type parseMonth,
  type Period,
} from '../program/metrics-period.ts';
import { findPlace, runsOf } from '../../app/place/open-repository.ts';
import { renderProblem } from '../render-problem.ts';
import { tellDamage } from '../tell-damage.ts';

export type MetricsOptions = {
  readonly since?: ((now: Date) => Date) | undefined;
  readonly month?: ReturnType<typeof parseMonth> | undefined;
  /** Of all repositories of the user. */
  readonly all?: boolean | undefined;
  readonly json?: boolean | undefined;
};

/**
 * `flotilla metrics [issue]`: what the runs of this repository, of one issue, or of all repositories achieved, from
 * their journals alone.
 */
export async function metrics(
  issue: string | undefined,
  options: MetricsOptions,
  context: CommandContext,
): Promise<number> {
  const now = new Date();
  const period = choosePeriod(options, now);
  const measuring = openMeasuring();
  const measure = { measuring, period, now };
  const found = options.all
    ? await measureAll(issue, measure, context)
    : await measureHere(issue, measure, context);
  const { stdout, stderr, env } = context;
  const width = (stdout.columns ?? 100) - 1;
  const isColour = stdout.isTTY && !env['NO_COLOR'];
  const scope = [found.words, period.words].join(' ').trim();
  const text = options.json
    ? `${plainJson(measuring.metrics())}\n`
    : renderMetricsTable({ metrics: measuring.metrics(), scope, width, isColour });
  stdout.write(text);
  return tellDamage(found.damages, stderr);
}

type Measure = {
  readonly measuring: Measuring;
  readonly period: Period;
  readonly now: Date;
};

type Measured = {
  /** Which runs these are, for a heading. */
  readonly words: string;
  readonly damages: readonly JournalDamage[];
};

async function measureHere(
  issue: string | undefined,
  measure: Measure,
  { directory, env }: CommandContext,
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
  { env, stderr }: CommandContext,
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
      stderr.write(`Left out: ${renderProblem(error.problem).message}\n`);
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
