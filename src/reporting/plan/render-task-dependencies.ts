import type { TaskDependencies, UsedModule } from '../../model/plan/task-dependencies.ts';
import { plainBlock } from '../../model/text/plain-text.ts';

const mostShown = 6;

/** What `analyze --issue` shows: a block a task. */
export function renderTaskDependencies(
  tasks: readonly TaskDependencies[],
  notes: readonly string[],
): string {
  const lines = tasks.flatMap((task) => [...blockOf(task), '']);
  return `${plainBlock([...lines, ...notes].join('\n').trimEnd())}\n`;
}

function blockOf({
  ordinal,
  title,
  files,
  tasks,
  modules,
  hubs,
  collisions,
}: TaskDependencies): string[] {
  const touches = files.map(
    ({ path, probability, isNew }) => `${path} ${isNew ? '(new)' : percent(probability)}`,
  );
  const lines = [
    ...part('touches', touches),
    ...part(
      'needs',
      tasks.map((on) => `task ${on.ordinal}: this one ${on.why}`),
    ),
    ...part('uses', modules.map(moduleOf)),
    ...part(
      'hubs',
      hubs.map(({ path, why }) => `${path}: ${why}`),
    ),
    ...part(
      'collides',
      collisions.map(
        ({ ordinal: other, risk, paths }) =>
          `with task ${other} ${percent(risk)} over ${paths.join(', ')}`,
      ),
    ),
  ];
  const none = ['  nothing in the repository matches its words: say where the work is'];
  return [`${ordinal}. ${title}`, ...(lines.length === 0 ? none : lines)];
}

function moduleOf({ path, usedBy, changedBy }: UsedModule): string {
  const by = `imported by ${usedBy} of its files`;
  return changedBy.length === 0
    ? `${path}  ${by}`
    : `${path}  ${by}, and ${changedBy.length === 1 ? 'task' : 'tasks'} ${changedBy.join(', ')} will probably change it`;
}

/** The first line has the name of the part, and those below it are aligned with its text. */
function part(name: string, lines: readonly string[]): string[] {
  const left = lines.length - mostShown;
  const shown = left > 0 ? [...lines.slice(0, mostShown), `… and ${left} more`] : lines;
  return shown.map((line, at) => `  ${(at === 0 ? name : '').padEnd(9)}${line}`);
}

function percent(probability: number): string {
  return `${Math.round(probability * 100)} %`;
}
