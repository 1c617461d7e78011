import { useEffect, useState } from 'preact/hooks';
import type { HistoryPage } from '../../src/dashboard/history-data.ts';
import { readHistory } from '../api.ts';
import { counted, span } from '../format.ts';
import { Link } from '../link.tsx';
import { now, say } from '../state.ts';
import { groups, isMet, lastMonths, monthWords, targetWords, type Figure } from './figures.ts';
import { MonthChart } from './month-chart.tsx';

type Metrics = HistoryPage['metrics'];

/** What all runs achieved: altogether with its course over the months, or the review of one month. */
export function History({ month }: { readonly month: string | null }) {
  const page = useHistory(month);
  const months = useMonths();
  if (page === null) return <p class="quiet pad">Measuring…</p>;
  const { metrics } = page;
  return (
    <div class="history">
      <header class="head-line">
        <h1>{month === null ? 'All runs' : `Review of ${monthWords(month)}`}</h1>
        <p class="quiet">
          {counted(metrics.runs, 'run')}, {counted(metrics.tasks, 'task')}
        </p>
        {month !== null && (
          <button type="button" class="no-print" onClick={() => print()}>
            Print
          </button>
        )}
      </header>
      {page.leftOut !== '' && <pre class="damage">{page.leftOut}</pre>}
      <Months months={months} chosen={month} />
      {metrics.runs === 0 ? (
        <p class="quiet">No run began in this time.</p>
      ) : (
        <Measured metrics={metrics} month={month} months={months} />
      )}
    </div>
  );
}

function Measured({
  metrics,
  month,
  months,
}: {
  readonly metrics: Metrics;
  readonly month: string | null;
  readonly months: readonly Month[];
}) {
  const index = months.findIndex((one) => one.month === month);
  const before = index > 0 ? (months[index - 1]?.metrics ?? null) : null;
  return (
    <>
      <div class="figures">
        {groups.map(({ title, figures }) => (
          <FigureTable
            key={title}
            {...{ title, figures, metrics }}
            before={before !== null && before.runs > 0 ? before : null}
          />
        ))}
      </div>
      {month === null && <Charts months={months} />}
      <Failures metrics={metrics} />
    </>
  );
}

/** Reads one period; what is slow to come never replaces what was asked for later. */
function useHistory(month: string | null): HistoryPage | null {
  const [page, setPage] = useState<HistoryPage | null>(null);
  useEffect(() => {
    let isHere = true;
    setPage(null);
    readHistory(month).then(
      (found) => isHere && setPage(found),
      (error: Error) => isHere && say(error.message, true),
    );
    return () => void (isHere = false);
  }, [month]);
  return page;
}

type Month = { readonly month: string; readonly metrics: Metrics | null };

/** The months of a year, one after another: a journal is large, and the newest matters most. */
function useMonths(): readonly Month[] {
  const [known, setKnown] = useState<ReadonlyMap<string, Metrics>>(new Map());
  const names = lastMonths(now.value);
  const newest = names.at(-1);
  useEffect(() => {
    let isHere = true;
    const read = async (): Promise<void> => {
      for (const month of names.toReversed()) {
        const { metrics } = await readHistory(month);
        if (!isHere) return;
        setKnown((before) => new Map([...before, [month, metrics]]));
      }
    };
    read().catch((error: Error) => isHere && say(error.message, true));
    return () => void (isHere = false);
  }, [newest]);
  return names.map((month) => ({ month, metrics: known.get(month) ?? null }));
}

function Months({
  months,
  chosen,
}: {
  readonly months: readonly Month[];
  readonly chosen: string | null;
}) {
  const worked = months.filter(({ metrics }) => metrics !== null && metrics.runs > 0);
  return (
    <nav class="months no-print" aria-label="Months">
      <Link to={{ page: 'history', month: null }} isHere={chosen === null}>
        All time
      </Link>
      {worked.toReversed().map(({ month }) => (
        <Link key={month} to={{ page: 'history', month }} isHere={chosen === month}>
          {monthWords(month)}
        </Link>
      ))}
    </nav>
  );
}

function FigureTable({
  title,
  figures,
  metrics,
  before,
}: {
  readonly title: string;
  readonly figures: readonly Figure[];
  readonly metrics: Metrics;
  /** The month before; null where there is none. */
  readonly before: Metrics | null;
}) {
  const isAimed = figures.some(({ target }) => target !== null);
  return (
    <table class="figure-table">
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">Figure</th>
          <th scope="col">Value</th>
          {isAimed && <th scope="col">Target</th>}
          {before !== null && <th scope="col">Month before</th>}
        </tr>
      </thead>
      <tbody>
        {figures.map((figure) => {
          const value = figure.of(metrics);
          const met = isMet(figure, value);
          return (
            <tr key={figure.name}>
              <th scope="row">
                {figure.name} <small class="quiet">{figure.note(metrics)}</small>
              </th>
              <td class="value">{figure.text(value)}</td>
              {isAimed && (
                <td class={met === null ? 'quiet' : met ? 'good' : 'warning'}>
                  {met !== null && (met ? '✔ met, ' : '✗ missed, ')}
                  {targetWords(figure)}
                </td>
              )}
              {before !== null && <td>{figure.text(figure.of(before))}</td>}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const charted = ['Runs', 'Speedup', 'Tasks that succeeded', 'Pull requests merged'];
const alsoCharted = ['Pull requests reworked', 'Overhead of a run', 'Agents at work', 'Cost'];

function Charts({ months }: { readonly months: readonly Month[] }) {
  const figures = groups
    .flatMap((group) => group.figures)
    .filter(({ name }) => [...charted, ...alsoCharted].includes(name));
  return (
    <section>
      <h2>Month by month</h2>
      <div class="charts">
        {figures.map((figure) => (
          <MonthChart
            key={figure.name}
            figure={figure}
            months={months.map(({ month, metrics }) => ({
              month,
              value: metrics === null || metrics.runs === 0 ? null : figure.of(metrics),
            }))}
          />
        ))}
      </div>
    </section>
  );
}

/** What failed, why, and what would save the most time. */
function Failures({ metrics }: { readonly metrics: Metrics }) {
  const { failures, failurePatterns, improvements } = metrics;
  if (failurePatterns.length === 0 && improvements.length === 0)
    return <p class="good">✔ Nothing failed, and no time was lost.</p>;
  const most = Math.max(1, ...failures.map(({ count }) => count));
  return (
    <div class="failures">
      {failures.length > 0 && (
        <section>
          <h2>Failed tasks by cause</h2>
          <ul class="causes">
            {failures.map(({ reason, count }) => (
              <li key={reason}>
                <span>{reason}</span>
                <meter min={0} max={most} value={count} aria-label={`${count} of ${reason}`} />
                <span>{count}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {failurePatterns.length > 0 && (
        <section>
          <h2>Common failure patterns</h2>
          <ol class="patterns">
            {failurePatterns.slice(0, 8).map((one) => (
              <li key={one.fingerprint}>
                <strong>{one.count}×</strong> in {counted(one.runs, 'run')}, {lost(one)}:{' '}
                <code>{one.fingerprint}</code> <span class="quiet">{one.cause}</span>
              </li>
            ))}
          </ol>
        </section>
      )}
      {improvements.length > 0 && (
        <section>
          <h2>Improvements worth most</h2>
          <ol class="patterns">
            {improvements.slice(0, 8).map((one) => (
              <li key={one.advice}>
                {one.advice} <span class="quiet">{lost(one)}</span>
              </li>
            ))}
          </ol>
        </section>
      )}
    </div>
  );
}

function lost({ minutesLost }: { readonly minutesLost: number }): string {
  return `${span(minutesLost * 60_000)} lost`;
}
