import type { CodeDependencies } from '../../model/plan/code-dependencies.ts';
import type { PredictedFile } from '../../model/plan/repository-index.ts';
import { plainBlock } from '../../model/text/plain-text.ts';
import { counted } from '../figures.ts';

const mostOfRing = 8;

/** What `analyze --check-dependencies` shows. */
export function renderDependencies(found: CodeDependencies): string {
  const { files, imports, shared, hubs, cycles, notes } = found;
  const lines = [
    `${counted(files, 'file')}, ${counted(imports, 'import')} between them`,
    '',
    'Shared modules (change these first, in a separate task):',
    ...orNone(
      shared.map(
        ({ path, importers, reach }) =>
          `  ${path}  imported by ${importers}, ${reach} in all are affected`,
      ),
    ),
    '',
    'Hub files (many tasks touch them; give each to one task):',
    ...orNone(hubs.map(({ path, why }) => `  ${path}  ${why}`)),
    '',
    'Import cycles (keep the files of a cycle in one task):',
    ...orNone(cycles.map((cycle) => `  ${ring(cycle)}`)),
    ...(notes.length === 0 ? [] : ['', ...notes]),
  ];
  return `${plainBlock(lines.join('\n'))}\n`;
}

function orNone(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? ['  none'] : lines;
}

function ring(cycle: readonly string[]): string {
  const shown = cycle.slice(0, mostOfRing).join(' ↔ ');
  const left = cycle.length - mostOfRing;
  return left > 0 ? `${shown} and ${left} more` : shown;
}

/** What `analyze --predict` shows. */
export function renderPrediction(
  files: readonly PredictedFile[],
  notes: readonly string[],
): string {
  const width = Math.max(0, ...files.map(({ path }) => path.length));
  const lines = files.map(({ path, probability, reason, isNew }) => {
    const percent = `${Math.round(probability * 100)} %`.padStart(5);
    return `${percent}  ${path.padEnd(Math.min(width, 60))}  ${isNew ? 'new: ' : ''}${reason}`;
  });
  const shown = lines.length === 0 ? ['Nothing in the repository matches this text.'] : lines;
  return `${plainBlock([...shown, ...notes].join('\n'))}\n`;
}
