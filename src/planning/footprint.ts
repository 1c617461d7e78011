import type { SubTask } from '../model/issue/issue.ts';
import type { Foresee } from '../model/plan/overlap.ts';
import type { FootprintEntry } from '../model/plan/plan.ts';
import { openPathFinder, type NamedPath, type PathFinder } from './declared-paths.ts';
import { saysNothing, type Said } from './predict/pair-words.ts';
import type { PairJudge, PairSide } from './predict/predict-overlap.ts';
import { isAskedFor, roleOf } from './path-roles.ts';
import { askedPart, isReport, ownWords } from './report-text.ts';
import { textOf } from './task-text.ts';

/** What footprints are made from. */
export type FootprintEvidence = {
  /** The files of the base. */
  readonly files: ReadonlySet<string>;
  /** What the repository's own evidence says that a task will touch; nothing when left out. */
  readonly predict?: ((task: SubTask) => readonly FootprintEntry[]) | undefined;
  /** What a task's words tell about which others it meets; nothing when left out. */
  readonly said?: ((task: SubTask) => Said) | undefined;
  /** How likely any two of some tasks meet, by all that is known of each; from the footprints without it. */
  readonly judgePairs?: ((sides: readonly PairSide[]) => PairJudge) | undefined;
};

/** Nobody reads more than this, and it weighs little. */
const mostEntries = 20;
const leastProbability = 0.1;

/** Each file that tasks name is compared with each other task that names it; a list of hundreds is no place of work. */
const mostNamedTogether = 10_000;
const leastNamed = 20;

/**
 * Predicts the files of each task: those that it names, those that the issue says all tasks change, and those that the
 * repository's evidence adds.
 */
export function openFootprints(
  { files, predict }: FootprintEvidence,
  issue: { readonly sharedByAll: readonly string[]; readonly tasks: number },
): (task: SubTask) => FootprintEntry[] {
  const find = openPathFinder(files);
  const mostNamed = Math.max(leastNamed, Math.floor(mostNamedTogether / Math.max(1, issue.tasks)));
  const shared = issue.sharedByAll.flatMap((clause) => sharedPaths(find, clause));
  return (task) => {
    const text = textOf(task);
    const entries = new Map<string, FootprintEntry>();
    const found = find(text).filter(openDeclared(text)).slice(0, mostNamed);
    const reading = new Set(found.filter((entry) => isRead(entry, text)).map(({ path }) => path));
    const own = found.map((entry) => withRole(entry, reading.has(entry.path)));
    for (const entry of [...own, ...shared])
      if (!entries.has(entry.path)) entries.set(entry.path, entry);
    const named = entries.size;
    for (const entry of predict?.(task) ?? []) {
      const before = entries.get(entry.path);
      if (before === undefined && entry.probability >= leastProbability)
        entries.set(entry.path, entry);
      // Of several files with the name that an author gives, the evidence may know the one.
      if (
        before !== undefined &&
        !reading.has(entry.path) &&
        entry.probability > before.probability
      )
        entries.set(entry.path, { ...before, probability: entry.probability });
    }
    return [...entries.values()]
      .toSorted((one, other) => other.probability - one.probability)
      .slice(0, Math.max(mostEntries, named));
  };
}

/** How likely two of the tasks, by their places, meet in a file that neither declares; undefined without evidence. */
export function judgeUnasked(
  { predict, said, judgePairs }: FootprintEvidence,
  tasks: readonly (SubTask & { readonly footprint: readonly FootprintEntry[] })[],
): Foresee | undefined {
  if (predict === undefined || judgePairs === undefined) return undefined;
  return judgePairs(
    tasks.map((task) => {
      // The evidence knows that the author names a path, and not that it is only looked at.
      const used = new Set(task.footprint.filter(isOnlyUsed).map(({ path }) => path));
      const files = predict(task).filter(({ path, isHint = false }) => !isHint && !used.has(path));
      return { files, said: said?.(task) ?? saysNothing };
    }),
  );
}

/** What a task only uses it will hardly change. */
const usedProbability = 0.3;

function isOnlyUsed({ isDeclared, probability }: FootprintEntry): boolean {
  return isDeclared && probability <= usedProbability;
}

function withRole(named: NamedPath, isOnlyRead: boolean): FootprintEntry {
  const entry = plainEntry(named);
  if (!isOnlyRead) return entry;
  const probability = Math.min(entry.probability, usedProbability);
  return { ...entry, probability, reason: `${entry.reason}, to use it` };
}

function plainEntry({ path, probability, reason, isNew, isDeclared }: NamedPath): FootprintEntry {
  return { path, probability, reason, isNew, isDeclared };
}

/**
 * Tells which of the named paths an author declares: all of them, but for a report. Its traces, logs and examples name
 * files of anywhere, so that only those count that its title names or that it asks to change.
 */
function openDeclared(text: string): (named: NamedPath) => boolean {
  if (!isReport(text)) return () => true;
  const [title, own] = [askedPart(text), ownWords(text)];
  return ({ name, path, isNew }) =>
    title.includes(name) || ((!isNew || path.includes('/')) && isAskedFor(own, name));
}

function isRead({ name }: NamedPath, text: string): boolean {
  return roleOf(text, name.endsWith('/') ? name.slice(0, -1) : name) === 'uses';
}

function sharedPaths(find: PathFinder, clause: string): FootprintEntry[] {
  const reason = `the issue says of all tasks: ${clause.slice(0, 80)}`;
  return find(clause).map((named) => ({ ...plainEntry(named), probability: 0.9, reason }));
}
