import type { SubTask } from '../model/issue/issue.ts';
import type { Foresee } from '../model/plan/overlap.ts';
import type { FootprintEntry } from '../model/plan/plan.ts';
import { openPathFinder, type NamedPath, type PathFinder } from './declared-paths.ts';
import type { Foreseen, PairJudge } from './predict/predict-overlap.ts';
import { roleOf } from './path-roles.ts';
import { textOf } from './task-text.ts';

/** What footprints are made from. */
export type FootprintEvidence = {
  /** The files of the base. */
  readonly files: ReadonlySet<string>;
  /** What the repository's own evidence says that a task will touch; nothing when left out. */
  readonly predict?: ((task: SubTask) => readonly FootprintEntry[]) | undefined;
  /** How likely any two of some tasks share a file, by all that was predicted for each; from the footprints without it. */
  readonly judgePairs?: ((predicted: readonly (readonly Foreseen[])[]) => PairJudge) | undefined;
};

/** Nobody reads more than this, and it weighs little. */
const mostEntries = 20;
const leastProbability = 0.1;

/**
 * Two authors who both say where their work goes have mostly said where they could meet: what the repository's evidence
 * would add to that, for a pair, is so much less likely. A task's own footprint only grows by what is named.
 */
const unlessNamed = 0.3;

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
    const found = find(text).slice(0, mostNamed);
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

/**
 * How likely two of the tasks share a file that neither declares, by their places; undefined without evidence. Where an
 * author said where the work goes, the rest is so much less likely, as in the footprint.
 */
export function judgeUnasked(
  { predict, judgePairs }: FootprintEvidence,
  tasks: readonly (SubTask & { readonly footprint: readonly FootprintEntry[] })[],
): Foresee | undefined {
  if (predict === undefined || judgePairs === undefined) return undefined;
  const judge = judgePairs(
    tasks.map((task) => predict(task).filter(({ isHint = false }) => !isHint)),
  );
  const weights = tasks.map(({ footprint }) =>
    footprint.some((entry) => entry.isDeclared && isWorkplace(entry)) ? unlessNamed : 1,
  );
  return (one, other) => judge(one, other) * (weights[one] ?? 1) * (weights[other] ?? 1);
}

/** Whether the author named a file of this task's own to work in: not one that it only uses, nor a whole directory. */
function isWorkplace({ path, probability }: FootprintEntry): boolean {
  return probability >= 0.5 && !path.endsWith('/');
}

/** What a task only uses it will hardly change. */
function withRole(named: NamedPath, isOnlyRead: boolean): FootprintEntry {
  const entry = plainEntry(named);
  if (!isOnlyRead) return entry;
  const probability = Math.min(entry.probability, 0.3);
  return { ...entry, probability, reason: `${entry.reason}, to use it` };
}

function plainEntry({ path, probability, reason, isNew, isDeclared }: NamedPath): FootprintEntry {
  return { path, probability, reason, isNew, isDeclared };
}

function isRead({ name }: NamedPath, text: string): boolean {
  return roleOf(text, name.endsWith('/') ? name.slice(0, -1) : name) === 'uses';
}

function sharedPaths(find: PathFinder, clause: string): FootprintEntry[] {
  const reason = `the issue says of all tasks: ${clause.slice(0, 80)}`;
  return find(clause).map((named) => ({ ...plainEntry(named), probability: 0.9, reason }));
}
