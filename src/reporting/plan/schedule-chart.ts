import type { Plan, PlannedTask } from '../../model/plan/plan.ts';
import { layOut, type Slot } from '../../model/state/timeline.ts';
import { counted } from '../figures.ts';

const barWidth = 40;
const mostRows = 40;

/** A small chart of when each task runs, if the estimates hold; empty when there is none. */
export function scheduleChart(plan: Plan): string[] {
  const { workers, parallelMinutes, lowerBoundMinutes } = plan.forecast;
  const slots = layOut(plan, workers);
  if (slots.length === 0) return [];
  const known = new Map(plan.tasks.map((task) => [task.ordinal, task]));
  const end = Math.max(1, ...slots.map((slot) => slot.end));
  const rows = slots.slice(0, mostRows).map((slot) => {
    const bar = barOf(slot, end);
    const time = `${Math.round(slot.start)}–${Math.round(slot.end)}`;
    const note = noteOf(plan, known.get(slot.ordinal));
    return `${String(slot.ordinal).padStart(5)} ${bar} ${time.padEnd(9)}${note}`.trimEnd();
  });
  const left = slots.length - rows.length;
  const gap = parallelMinutes - lowerBoundMinutes;
  return [
    `Schedule on ${counted(workers, 'worker')}, in minutes:`,
    ...rows,
    ...(left > 0 ? [`  … and ${counted(left, 'more task')}`] : []),
    gap < 1
      ? '  No schedule of these tasks is shorter.'
      : `  ${Math.round(parallelMinutes)} minutes; no schedule can take less than ${Math.round(lowerBoundMinutes)}.`,
  ];
}

function barOf({ start, end }: Slot, whole: number): string {
  const from = Math.round((start / whole) * barWidth);
  const to = Math.max(from + 1, Math.round((end / whole) * barWidth));
  return `${'·'.repeat(from)}${'█'.repeat(to - from)}${'·'.repeat(Math.max(0, barWidth - to))}`;
}

function noteOf({ phases, tasks }: Plan, task: PlannedTask | undefined): string {
  if (task === undefined) return '';
  const hasBatches = tasks.some(({ batch }) => batch > 1);
  return [
    phases.length > 1 ? `phase ${task.phase}` : '',
    hasBatches ? `batch ${task.batch}` : '',
    task.stackOn === null ? '' : `on the branch of ${task.stackOn}`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}
