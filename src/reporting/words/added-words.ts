import { findOverlaps } from '../../model/plan/overlap.ts';
import { stackBelow, type Plan, type PlannedTask } from '../../model/plan/plan.ts';
import { listed } from '../../model/text/listed.ts';
import { plainText } from '../../model/text/plain-text.ts';

/** What a task waits for: the task whose branch it starts from, and why. */
export type WaitsFor = { readonly task: number; readonly why: string };

/** What a task of a plan waits for within its phase; null when it may start at once. */
export function waitsFor(plan: Plan, task: PlannedTask): WaitsFor | null {
  const { ordinal, stackOn } = task;
  if (stackOn === null) return null;
  const below = stackBelow(plan.tasks, ordinal);
  const needed = below.filter((one) => task.dependsOn.includes(one));
  const shared = below.flatMap((one) => {
    const other = plan.tasks.find((planned) => planned.ordinal === one);
    const paths = other === undefined ? [] : (findOverlaps([task, other])[0]?.paths ?? []);
    return paths.length === 0 ? [] : [{ one, paths: paths.map(({ path }) => path) }];
  });
  const [first] = shared;
  if (needed.length > 0) return { task: stackOn, why: `it depends on ${tasksOf(needed)}` };
  if (first === undefined) return { task: stackOn, why: whyUnseen(plan, task) };
  const who = first.one === stackOn ? 'both' : `it and task ${first.one}, below that,`;
  return { task: stackOn, why: `${who} may change ${pathsOf(first.paths)}` };
}

function whyUnseen({ phases }: Plan, { phase }: PlannedTask): string {
  const mode = phases.find(({ number }) => number === phase)?.mode;
  return mode === 'sequential' ? 'its phase is done in order' : 'both may change the same files';
}

/** `＋ task 6 Add the till, after task 2 (both may change src/till.ts)`. */
export function addedLine(plan: Plan, task: PlannedTask, current: number): string {
  const waits = waitsFor(plan, task);
  const later =
    task.phase > current ? `in phase ${task.phase}, once phase ${task.phase - 1} is merged` : null;
  const after = waits === null ? null : `after task ${waits.task} (${waits.why})`;
  return [`＋ task ${task.ordinal} ${plainText(task.title, 80)}`, later, after]
    .filter((part) => part !== null)
    .join(', ');
}

const mostPaths = 3;

function pathsOf(paths: readonly string[]): string {
  const more = paths.length - mostPaths;
  const shown = paths.slice(0, mostPaths).map((path) => plainText(path, 100));
  return listed(more > 0 ? [...shown, `${more} more`] : shown);
}

function tasksOf(ordinals: readonly number[]): string {
  return `${ordinals.length === 1 ? 'task' : 'tasks'} ${listed(ordinals.toSorted((a, b) => a - b))}`;
}
