import type { MasterIssue, StatedParams, SubTask } from '../../model/issue/issue.ts';
import type { FootprintEntry } from '../../model/plan/plan.ts';
import { roleOf } from '../path-roles.ts';
import { textOf } from '../task-text.ts';
import type { Dependency } from './dependency.ts';

/** A task with the files that it names. */
export type Located = { readonly task: SubTask; readonly footprint: readonly FootprintEntry[] };

/** What was found: what can be respected, and what contradicts the author's own phases. */
export type FoundDependencies = {
  readonly dependencies: readonly Dependency[];
  /** A task in an earlier phase than the one that it should come after. */
  readonly againstPhases: readonly Dependency[];
};

/**
 * Which tasks depend on which: as the author ordered them, and as their words imply. Where a phase's barrier
 * stands between two tasks already, only what the author ordered is kept. Tasks that the user calls independent wait
 * for none.
 */
export function findDependencies(
  issue: MasterIssue,
  located: readonly Located[],
  independent: readonly number[] = [],
): FoundDependencies {
  const phases = new Map(issue.tasks.map(({ ordinal, phase }) => [ordinal, phase]));
  const orders = issue.orders ?? [];
  const all = [
    ...orders.filter(({ how }) => how === 'said').map(fromWords),
    ...located.flatMap(({ task }) => orderedByAuthor(task, issue.tasks)),
    ...madePaths(located),
    ...madeNames(located),
    ...orders.filter(({ how }) => how === 'implied').map(fromWords),
  ];
  const free = new Set(independent);
  const known = unique(
    all.filter(
      ({ task, on }) => task !== on && phases.has(task) && phases.has(on) && !free.has(task),
    ),
  );
  const phasesBetween = ({ task, on }: Dependency): number =>
    (phases.get(task) ?? 0) - (phases.get(on) ?? 0);
  return {
    dependencies: known.filter(
      (found) =>
        phasesBetween(found) === 0 || (phasesBetween(found) > 0 && found.source === 'ordered'),
    ),
    againstPhases: known.filter((found) => phasesBetween(found) < 0 && found.source === 'ordered'),
  };
}

/** The issues that tasks wait for and that are not tasks here: `[task, issue number]`. */
export function outsideIssues(issue: MasterIssue): (readonly [SubTask, number])[] {
  const known = new Set(issue.tasks.map(({ reference }) => reference?.number));
  return issue.tasks.flatMap((task) =>
    task.afterIssues
      .filter((number) => !known.has(number))
      .map((number) => [task, number] as const),
  );
}

function orderedByAuthor(task: SubTask, tasks: readonly SubTask[]): Dependency[] {
  const isMeant = (other: SubTask): boolean =>
    other.reference !== null && task.afterIssues.includes(other.reference.number);
  const after = task.after.map((on) => ({ on, why: `says that it comes after task ${on}` }));
  const afterIssues = tasks.filter(isMeant).map(({ ordinal, reference }) => ({
    on: ordinal,
    why: `says that it comes after #${reference?.number}, which is task ${ordinal}`,
  }));
  return [...after, ...afterIssues].map(({ on, why }) => ({
    task: task.ordinal,
    on,
    source: 'ordered' as const,
    why,
  }));
}

const longestShown = 100;

function fromWords({ task, on, how, words, line }: StatedParams): Dependency {
  const shown = words.length > longestShown ? `${words.slice(0, longestShown).trimEnd()}…` : words;
  return {
    task,
    on,
    source: how === 'said' ? 'ordered' : 'seen',
    why: `follows from “${shown}” (line ${line})`,
    read: { words: shown, line },
  };
}

/** A task that uses or changes a file depends on the one that creates it. */
function madePaths(located: readonly Located[]): Dependency[] {
  const named = new Map<string, Located[]>();
  for (const entry of located)
    for (const { path, isNew, isDeclared } of entry.footprint)
      if (isNew && isDeclared && !path.endsWith('/'))
        named.set(path, [...(named.get(path) ?? []), entry]);
  return [...named].flatMap(([path, naming]) =>
    naming.length < 2 ? [] : dependingOn(path, naming, `the file ${path}`),
  );
}

/** A task that mentions a name in code depends on the one that creates it. */
function madeNames(located: readonly Located[]): Dependency[] {
  const named = new Map<string, Located[]>();
  for (const entry of located) {
    const names = textOf(entry.task).matchAll(/`([A-Za-z_$][\w$]{2,60})(?:\(\))?`/gu);
    for (const name of new Set([...names].map(([, found = '']) => found)))
      named.set(name, [...(named.get(name) ?? []), entry]);
  }
  return [...named].flatMap(([name, naming]) =>
    naming.length < 2 ? [] : dependingOn(name, naming, `\`${name}\``),
  );
}

/** When just one of those that name a thing creates it, the others come after. */
function dependingOn(name: string, naming: readonly Located[], shown: string): Dependency[] {
  const roles = naming.map((entry) => ({ entry, role: roleOf(textOf(entry.task), name) }));
  const makers = roles.filter(({ role }) => role === 'creates');
  const [maker] = makers;
  if (maker === undefined || makers.length > 1) return [];
  const on = maker.entry.task.ordinal;
  return roles
    .filter(({ role }) => role !== 'creates')
    .map(({ entry, role }) => ({
      task: entry.task.ordinal,
      on,
      source: 'seen' as const,
      why: `${role === 'uses' ? 'uses' : 'works on'} ${shown}, which task ${on} creates`,
    }));
}

/** One for each pair; what the author says wins. */
function unique(all: readonly Dependency[]): Dependency[] {
  const byPair = new Map<string, Dependency>();
  for (const dependency of all) {
    const key = `${dependency.task} ${dependency.on}`;
    if (!byPair.has(key)) byPair.set(key, dependency);
  }
  return [...byPair.values()];
}
