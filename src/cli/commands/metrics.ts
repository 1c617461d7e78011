import { choosePeriod, type parseMonth } from '../../app/metrics-period.ts';
import { measureHistory } from '../../app/measure.ts';
import { plainJson } from '../../model/text/plain-text.ts';
import { renderMetricsTable } from '../../reporting/metrics/metrics-table.ts';
import type { CommandContext } from '../command-context.ts';
import { tellDamage } from '../tell-damage.ts';
import { forUser } from '../terminal-user.ts';

export type MetricsOptions = {
  readonly since?: ((now: Date) => Date) | undefined;
  readonly month?: ReturnType<typeof parseMonth> | undefined;
  /** Of all repositories of the user. */
  readonly all?: boolean | undefined;
  readonly json?: boolean | undefined;
};

/** `flotilla metrics [issue]`: what the runs of this repository, of one issue, or of all repositories achieved. */
export async function metrics(
  issue: string | undefined,
  options: MetricsOptions,
  context: CommandContext,
): Promise<number> {
  const now = new Date();
  const period = choosePeriod(options, now);
  const params = { period, now, isOfAll: options.all ?? false };
  const found = await measureHistory(issue, params, forUser(context, options));
  const { stdout, stderr, env } = context;
  const width = (stdout.columns ?? 100) - 1;
  const isColour = stdout.isTTY && !env['NO_COLOR'];
  const scope = [found.words, period.words].join(' ').trim();
  const measured = found.metrics;
  const text = options.json
    ? `${plainJson(measured)}\n`
    : renderMetricsTable({ metrics: measured, scope, width, isColour });
  stdout.write(text);
  return tellDamage(found.damages, stderr);
}
