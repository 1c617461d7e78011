import type { HistoryPage } from '../../src/dashboard/history-data.ts';
import { dollars, span } from '../format.ts';

type Metrics = HistoryPage['metrics'];

/** One figure of many runs. */
export type Figure = {
  readonly name: string;
  readonly of: (metrics: Metrics) => number | null;
  readonly text: (value: number | null) => string;
  /** What the user guide wants; null where it names nothing. */
  readonly target: { readonly value: number; readonly isMost: boolean } | null;
  /** What it is made of. */
  readonly note: (metrics: Metrics) => string;
};

const percent = (value: number | null): string =>
  value === null ? '–' : `${Math.round(value * 100)}%`;
const times = (value: number | null): string => (value === null ? '–' : `${value.toFixed(1)}×`);
const minutes = (value: number | null): string => (value === null ? '–' : span(value * 60_000));
const whole = (value: number | null): string => String(value ?? '–');
const nothing = (): string => '';

/** The guide's figures, in its order, with its targets. */
export const groups: readonly {
  readonly title: string;
  readonly figures: readonly Figure[];
}[] = [
  {
    title: 'Throughput',
    figures: [
      {
        name: 'Runs',
        of: ({ runs }) => runs,
        text: whole,
        target: null,
        note: ({ tasks, succeeded }) => `${succeeded} of ${tasks} tasks succeeded`,
      },
      {
        name: 'Speedup',
        of: ({ speedup }) => speedup,
        text: times,
        target: null,
        note: ({ sequentialMinutes, parallelMinutes, speedupBasis }) =>
          sequentialMinutes === null
            ? 'no run has ended yet'
            : `${speedupBasis}: ${minutes(sequentialMinutes)} of work in ${minutes(parallelMinutes)}`,
      },
      {
        name: 'Average speedup',
        of: ({ averageSpeedup }) => averageSpeedup,
        text: times,
        target: null,
        note: () => 'of a run, whatever its size',
      },
      {
        name: 'Time saved',
        of: ({ sequentialMinutes, parallelMinutes }) =>
          sequentialMinutes === null || parallelMinutes === null
            ? null
            : Math.max(0, sequentialMinutes - parallelMinutes),
        text: minutes,
        target: null,
        note: nothing,
      },
    ],
  },
  {
    title: 'Quality',
    figures: [
      {
        name: 'Tasks that succeeded',
        of: ({ successRate }) => successRate,
        text: percent,
        target: { value: 0.8, isMost: false },
        note: nothing,
      },
      {
        name: 'On their first run',
        of: ({ firstRunSuccessRate }) => firstRunSuccessRate,
        text: percent,
        target: null,
        note: ({ mended }) => `${mended} fixed by a retry`,
      },
      {
        name: 'Pull requests merged',
        of: ({ mergeRate }) => mergeRate,
        text: percent,
        target: { value: 0.9, isMost: false },
        note: ({ pullRequests }) => `of ${pullRequests}`,
      },
      {
        name: 'Pull requests reworked',
        of: ({ reworkRate }) => reworkRate,
        text: percent,
        target: { value: 0.2, isMost: true },
        note: ({ reworkRate }) => (reworkRate === null ? 'none was reviewed yet' : ''),
      },
      {
        name: 'Touched files foreseen',
        of: ({ footprint }) => footprint.recall,
        text: percent,
        target: null,
        note: () => 'recall of the plan',
      },
      {
        name: 'Foreseen files touched',
        of: ({ footprint }) => footprint.precision,
        text: percent,
        target: null,
        note: () => 'precision of the plan',
      },
    ],
  },
  {
    title: 'Efficiency',
    figures: [
      {
        name: 'Overhead of a run',
        of: ({ overheadMinutes }) => overheadMinutes,
        text: minutes,
        target: { value: 10, isMost: true },
        note: () => 'beyond its longest task',
      },
      {
        name: 'Agents at work',
        of: ({ utilization }) => utilization,
        text: percent,
        target: { value: 0.7, isMost: false },
        note: nothing,
      },
      {
        name: 'Cost',
        of: ({ costUsd }) => costUsd,
        text: dollars,
        target: null,
        note: () => 'as far as agents report it',
      },
    ],
  },
];

/** Whether a figure meets its target; null where one of both is missing. */
export function isMet({ target }: Figure, value: number | null): boolean | null {
  if (target === null || value === null) return null;
  return target.isMost ? value <= target.value : value >= target.value;
}

/** `at least 80 %`. */
export function targetWords({ target, text }: Figure): string {
  if (target === null) return '';
  return `${target.isMost ? 'at most' : 'at least'} ${text(target.value)}`;
}

/** The last twelve months, the newest last, as `2026-11`. */
export function lastMonths(now: number): readonly string[] {
  const at = new Date(now);
  return Array.from({ length: 12 }, (_, index) => {
    const month = new Date(at.getFullYear(), at.getMonth() - 11 + index, 1);
    return `${month.getFullYear()}-${String(month.getMonth() + 1).padStart(2, '0')}`;
  });
}

/** `2026-11` as `Nov 2026`. */
export function monthWords(month: string, isShort = false): string {
  const [year, number] = month.split('-').map(Number);
  const date = new Date(year ?? 0, (number ?? 1) - 1, 1);
  return date.toLocaleDateString(
    'en',
    isShort ? { month: 'short' } : { month: 'long', year: 'numeric' },
  );
}
