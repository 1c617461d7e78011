import { plainText } from '../../model/text/plain-text.ts';
import { costText, counted, durationText } from '../figures.ts';
import { renderLine, type Cell, type Tone } from '../live/line.ts';
import { wrapLine } from '../live/wrap-line.ts';
import type { FailurePattern } from './failure-patterns.ts';
import type { RunsMetrics } from './measure-runs.ts';

export type MetricsTable = {
  readonly metrics: RunsMetrics;
  /** Which runs these are, such as `since 2026-10-23`. */
  readonly scope: string;
  readonly width: number;
  readonly isColour: boolean;
};

type Row = {
  readonly name: string;
  readonly value: string;
  /** The user guide's target, or what the figure is made of. */
  readonly note: string;
  /** Null: there is no target, or nothing to hold against it. */
  readonly isMet: boolean | null;
};

/**
 * What runs achieved, as people read it: each figure next to the target that the user guide sets, then what failed, and
 * what would save the most time.
 */
export function renderMetricsTable(table: MetricsTable): string {
  const { metrics, scope } = table;
  const heading =
    `${counted(metrics.runs, 'run')}, ${counted(metrics.tasks, 'task')} ${scope}`.trim();
  const sections: readonly (readonly [string, readonly Row[]])[] = [
    ['Throughput', throughput(metrics)],
    ['Quality', quality(metrics)],
    ['Efficiency', efficiency(metrics)],
  ];
  const line = (cells: readonly Cell[]): string => renderLine(cells, table);
  return [
    line([{ text: heading, tone: 'strong' }]),
    ...sections.flatMap(([title, rows]) => [
      '',
      line([{ text: title, tone: 'strong' }]),
      ...rows.map((row) => line(cellsOf(row))),
    ]),
    ...failureLines(metrics).map((text) => line([{ text, tone: 'plain' }])),
    ...improvementLines(metrics, table.width),
    '',
  ].join('\n');
}

function cellsOf({ name, value, note, isMet }: Row): readonly Cell[] {
  const tone: Tone = isMet === null ? 'plain' : isMet ? 'good' : 'warning';
  const verdict = isMet === null ? '' : isMet ? 'met' : 'missed';
  return [
    { text: `  ${name}`, tone: 'plain', width: 26 },
    { text: value, tone, width: 8, align: 'right' },
    { text: verdict, tone, width: 6 },
    { text: note, tone: 'quiet' },
  ];
}

function throughput(metrics: RunsMetrics): Row[] {
  const { speedup, averageSpeedup, sequentialMinutes, parallelMinutes, runs } = metrics;
  const note =
    sequentialMinutes === null
      ? 'no run has ended yet'
      : `${metrics.speedupBasis}: ${time(sequentialMinutes)} of work in ${time(parallelMinutes)}`;
  return [
    { name: 'Speedup', value: times(speedup), note, isMet: null },
    ...(runs > 1
      ? [
          {
            ...{ name: 'Average speedup', value: times(averageSpeedup), isMet: null },
            note: 'of a run, whatever its size',
          },
        ]
      : []),
    ...contentionRow(metrics),
  ];
}

function contentionRow({ contention, controls }: RunsMetrics): Row[] {
  if (contention === null) return [];
  const note = `${counted(controls, 'task')}, time side by side over alone`;
  return [{ name: 'Contention', value: `${contention.toFixed(2)}x`, note, isMet: null }];
}

function time(figure: number | null): string {
  return durationText(figure && figure * 60_000);
}

function times(speedup: number | null): string {
  return speedup === null ? '–' : `${speedup.toFixed(1)}x`;
}

function quality(metrics: RunsMetrics): Row[] {
  const {
    successRate,
    firstRunSuccessRate,
    mended,
    mergeRate,
    reworkRate,
    pullRequests,
    footprint,
  } = metrics;
  return [
    atLeast('Tasks that succeeded', successRate, 0.8),
    plain(
      'On their first run',
      firstRunSuccessRate,
      `${counted(mended, 'failure')} fixed by a retry`,
    ),
    {
      ...atLeast('Pull requests merged', mergeRate, 0.9),
      // What nobody tried to merge does not count against the target.
      ...(reworkRate === null ? { isMet: null } : {}),
      note: `of ${pullRequests}, target at least 90%`,
    },
    {
      name: 'Pull requests reworked',
      value: percent(reworkRate),
      note: reworkRate === null ? 'none was reviewed yet' : 'target at most 20%',
      isMet: reworkRate === null ? null : reworkRate <= 0.2,
    },
    plain('Touched files foreseen', footprint.recall, 'recall of the plan'),
    plain('Foreseen files touched', footprint.precision, 'precision of the plan'),
  ];
}

function efficiency({ overheadMinutes, utilization, costUsd, controlCostUsd }: RunsMetrics): Row[] {
  return [
    {
      name: 'Overhead of a run',
      value: durationText(overheadMinutes && overheadMinutes * 60_000),
      note: 'beyond its longest task, target at most 10m',
      isMet: overheadMinutes === null ? null : overheadMinutes <= 10,
    },
    atLeast('Agents at work', utilization, 0.7),
    { name: 'Cost', value: costText(costUsd), note: 'as far as agents report it', isMet: null },
    ...(controlCostUsd === null
      ? []
      : [
          {
            ...{ name: 'Of it, controls', value: costText(controlCostUsd), isMet: null },
            note: 'tasks that ran again alone',
          },
        ]),
  ];
}

function atLeast(name: string, value: number | null, target: number): Row {
  const note = `target at least ${percent(target)}`;
  return { name, value: percent(value), note, isMet: value === null ? null : value >= target };
}

function plain(name: string, value: number | null, note: string): Row {
  return { name, value: percent(value), note, isMet: null };
}

function percent(value: number | null): string {
  return value === null ? '–' : `${Math.round(value * 100)}%`;
}

/** The most that is shown of a list: what comes after costs little. */
const mostShown = 5;

function failureLines({ failures, failurePatterns }: RunsMetrics): string[] {
  const counts = failures.map(
    ({ reason, count }) => `  ${reason.padEnd(24)}  ${String(count).padStart(8)}`,
  );
  const [most] = failures;
  return [
    ...(most === undefined
      ? []
      : ['', 'Failures', ...counts, '', `What to do about it: flotilla explain ${most.reason}`]),
    ...(failurePatterns.length === 0
      ? []
      : ['', 'Failure patterns', ...failurePatterns.slice(0, mostShown).flatMap(patternLines)]),
    ...moreLine(failurePatterns),
  ];
}

function patternLines({
  fingerprint,
  count,
  runs,
  mended,
  minutesLost,
  cause,
}: FailurePattern): string[] {
  const fixed = mended === 0 ? '' : `, ${mended} fixed by a retry`;
  return [
    `  ${count}× in ${counted(runs, 'run')}${fixed}, ${time(minutesLost)} lost: ${plainText(fingerprint, 80)}`,
    `      ${cause}`,
  ];
}

/** Advice is read whole, so it is wrapped, not cut. */
function improvementLines({ improvements }: RunsMetrics, width: number): string[] {
  if (improvements.length === 0) return [];
  return [
    '',
    'Improvements worth most, by the time that was lost',
    ...improvements.slice(0, mostShown).flatMap(({ advice, minutesLost, reasons }) => {
      const lines = wrapLine(`${advice} (${reasons.join(', ')})`, width - 12, 0);
      return lines.map((text, index) =>
        index === 0 ? `  ${time(minutesLost).padStart(8)}  ${text}` : `${' '.repeat(12)}${text}`,
      );
    }),
    ...moreLine(improvements),
  ];
}

function moreLine(list: readonly unknown[]): string[] {
  return list.length > mostShown ? [`  … and ${list.length - mostShown} more (--json)`] : [];
}
