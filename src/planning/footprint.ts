import type { SubTask } from '../model/issue.ts';
import type { FootprintEntry } from '../model/plan.ts';
import { openPathFinder, type PathFinder } from './declared-paths.ts';
import { roleOf } from './path-roles.ts';
import { textOf } from './task-text.ts';

/** What footprints are made from. */
export type FootprintEvidence = {
  /** The files of the base. */
  readonly files: ReadonlySet<string>;
  /** What the repository's own evidence says that a task will touch; nothing when left out. */
  readonly predict?: ((task: SubTask) => readonly FootprintEntry[]) | undefined;
};

/** More than this nobody reads, and it weighs little. */
const mostEntries = 20;
const leastProbability = 0.1;

/**
 * Predicts the files of each task: those that it names, those that the issue says all tasks change, and those that the
 * repository's evidence adds.
 */
export function openFootprints(
  { files, predict }: FootprintEvidence,
  sharedByAll: readonly string[],
): (task: SubTask) => FootprintEntry[] {
  const find = openPathFinder(files);
  const shared = sharedByAll.flatMap((clause) => sharedPaths(find, clause));
  return (task) => {
    const text = textOf(task);
    const entries = new Map<string, FootprintEntry>();
    for (const entry of [...find(text).map((found) => withRole(found, text)), ...shared])
      if (!entries.has(entry.path)) entries.set(entry.path, entry);
    const named = entries.size;
    for (const entry of predict?.(task) ?? [])
      if (entry.probability >= leastProbability && !entries.has(entry.path))
        entries.set(entry.path, entry);
    return [...entries.values()]
      .toSorted((one, other) => other.probability - one.probability)
      .slice(0, Math.max(mostEntries, named));
  };
}

/** What a task only uses it will hardly change. */
function withRole(entry: FootprintEntry, text: string): FootprintEntry {
  const shown = entry.path.endsWith('/') ? entry.path.slice(0, -1) : entry.path;
  if (roleOf(text, shown) !== 'uses') return entry;
  return { ...entry, probability: 0.3, reason: `${entry.reason}, to use it` };
}

function sharedPaths(find: PathFinder, clause: string): FootprintEntry[] {
  const reason = `the issue says of all tasks: ${clause.slice(0, 80)}`;
  return find(clause).map((entry) => ({ ...entry, probability: 0.9, reason }));
}
