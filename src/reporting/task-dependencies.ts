import type { TaskDependencies } from '../model/code-dependencies.ts';
import { plainText } from './plain-text.ts';

const mostFiles = 4;

/** What `analyze --issue` shows: task by task, then what one task changes and others lean on. */
export function renderTaskDependencies(tasks: readonly TaskDependencies[]): string {
  const lines = ['What each task leans on:', ...tasks.flatMap(linesOfTask)];
  const meetings = meetingsOf(tasks);
  const first = [
    '',
    'Changed by one task, leaned on by others (merge it first):',
    ...(meetings.length === 0 ? ['  none'] : meetings),
  ];
  return `${[...lines, ...first].join('\n')}\n`;
}

function linesOfTask({
  ordinal,
  title,
  files,
  changesShared,
  leansOn,
  after,
}: TaskDependencies): string[] {
  const shown = files.slice(0, mostFiles).join(', ');
  const more = files.length > mostFiles ? ` and ${files.length - mostFiles} more` : '';
  return [
    `${ordinal}. ${plainText(title, 100)}`,
    files.length === 0 ? '   where it works is not known' : `   works in ${shown}${more}`,
    ...(after.length === 0 ? [] : [`   comes after task ${after.join(', ')}`]),
    ...modules('   changes what others import: ', changesShared),
    ...modules('   leans on ', leansOn),
  ];
}

function modules(lead: string, found: TaskDependencies['leansOn']): string[] {
  const names = found.map(({ path, importers }) => `${path} (imported by ${importers})`);
  return found.length === 0 ? [] : [`${lead}${names.join(', ')}`];
}

function meetingsOf(tasks: readonly TaskDependencies[]): string[] {
  return tasks.flatMap((task) =>
    task.changesShared.flatMap(({ path }) => {
      const others = tasks.filter(
        (other) =>
          other.ordinal !== task.ordinal && other.leansOn.some((module) => module.path === path),
      );
      return others.length === 0
        ? []
        : [
            `  ${path}  by task ${task.ordinal}; leaned on by ${others.map(({ ordinal }) => ordinal).join(', ')}`,
          ];
    }),
  );
}
