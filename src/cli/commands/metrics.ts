import { plainJson } from '../../model/plain-text.ts';
import { openExistingJournal } from '../../journal/sqlite-journal.ts';
import { UserError } from '../../model/user-error.ts';
import { measureRuns } from '../../reporting/measure-runs.ts';
import { renderMetricsTable } from '../../reporting/metrics-table.ts';
import type { CommandContext } from '../command-context.ts';
import { choosePeriod, isInPeriod, type parseMonth } from '../program/metrics-period.ts';
import { findPlace, runsOf } from '../open-repository.ts';
import { tellDamage } from '../tell-damage.ts';

export type MetricsOptions = {
  readonly since?: ((now: Date) => Date) | undefined;
  readonly month?: ReturnType<typeof parseMonth> | undefined;
  readonly json?: boolean | undefined;
};

/** `flotilla metrics [issue]`: what the runs of this repository, or of one issue, achieved, from their journal alone. */
export async function metrics(
  issue: string | undefined,
  options: MetricsOptions,
  context: CommandContext,
): Promise<number> {
  const place = await findPlace(context.directory, context.env);
  const now = new Date();
  const journal = openExistingJournal(place.state.journal, () => now);
  try {
    const known = journal === null ? [] : await runsOf(journal, place.directory, issue);
    const [loss] = journal?.losses() ?? [];
    if (issue !== undefined && known.length === 0)
      throw new UserError(
        loss === undefined ? { code: 'run-unknown', issue } : { code: 'journal-damaged', ...loss },
      );
    const period = choosePeriod(options, now);
    const meant = known.filter(({ startedAt }) => isInPeriod(period, startedAt));
    const histories = meant.flatMap(({ run }) => journal?.readSound(run) ?? []);
    // Half a run would be measured as a whole one.
    const whole = histories.filter(({ damage }) => damage === null);
    const found = measureRuns(whole.map(({ events }) => events));
    const { stdout, env } = context;
    const width = (stdout.columns ?? 100) - 1;
    const isColour = stdout.isTTY && !env['NO_COLOR'];
    const scope = [issue === undefined ? '' : `of ${issue}`, period.words].join(' ').trim();
    const text = options.json
      ? `${plainJson(found)}\n`
      : renderMetricsTable({ metrics: found, scope, width, isColour });
    stdout.write(text);
    const damages = histories.flatMap(({ damage }) => damage ?? []);
    return tellDamage([...damages, ...(journal?.losses() ?? [])], context.stderr);
  } finally {
    journal?.close();
  }
}
