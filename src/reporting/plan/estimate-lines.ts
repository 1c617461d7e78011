import type { Forecast, Plan, PlannedTask } from '../../model/plan/plan.ts';
import { plainText } from '../../model/text/plain-text.ts';
import { counted } from '../figures.ts';

const mostRows = 40;

/** How long each task will take, and what the estimate is based on; empty when nothing is planned. */
export function estimateLines({ tasks }: Pick<Plan, 'tasks'>): string[] {
  if (tasks.length === 0) return [];
  const digits = String(tasks.at(-1)?.ordinal ?? 1).length;
  const shown = tasks.slice(0, mostRows);
  const left = tasks.length - shown.length;
  return [
    'Estimates; each range holds eight times in ten:',
    ...shown.map((task) => `  ${String(task.ordinal).padStart(digits)}. ${estimateOf(task)}`),
    ...(left > 0 ? [`  … and ${counted(left, 'more task')}`] : []),
  ];
}

function estimateOf({ estimateMinutes, range: [low, high], size, because }: PlannedTask): string {
  const minutes = low === high ? `${estimateMinutes} minutes` : `${low}–${high} minutes`;
  const { files, loc } = size.range;
  const amount = `${spanOf(files)} ${files[1] === 1 ? 'file' : 'files'}, ${spanOf(loc)} lines`;
  return `${minutes}, ${amount}: ${plainText(because, 200)}`;
}

function spanOf([low, high]: readonly [number, number]): string {
  return low === high ? String(low) : `${low}–${high}`;
}

/** What failures will probably cost on top of the work, and whose figures say so. */
export function failureLine({ failures }: Forecast): string {
  const { share, minutes, basis } = failures;
  const [low, high] = share.map((part) => Math.round(part * 100));
  const said = low === high ? `${low}%` : `${low}–${high}%`;
  const whose = basis === 'guide' ? 'as first runs usually do' : 'by earlier runs here';
  return `Budget for failures: ${minutes[0]}–${minutes[1]} minutes, if ${said} of the tasks fail, ${whose}`;
}
