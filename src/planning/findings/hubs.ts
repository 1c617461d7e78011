import { hubKind } from '../../model/plan/hub-file.ts';
import type { PlannedTask } from '../../model/plan/plan.ts';

/** A file that much else goes through, and the tasks that depend on it. */
export type HubUse = {
  readonly path: string;
  /** What makes it one: `a barrel`, `imported by 40 files`. */
  readonly what: string;
  readonly tasks: readonly PlannedTask[];
};

export type HubEvidence = {
  readonly files: ReadonlySet<string>;
  /** Files that much of the code imports, with the figure in words. */
  readonly hubs?: ReadonlyMap<string, string> | undefined;
  /** Files that are barrels by their name alone: with nothing in them. */
  readonly emptyBarrels?: ReadonlySet<string> | undefined;
};

const barrels = ['__init__.py', 'index.ts', 'index.js', 'index.tsx', 'mod.rs'];
const reshaping = /\b(?:refactor|rename|mov|split|restructur|extract|export)/iu;

/** The hubs that two tasks or more depend on: because both may change it, or because it re-exports what both change. */
export function findHubs(tasks: readonly PlannedTask[], evidence: HubEvidence): HubUse[] {
  const uses = new Map<string, PlannedTask[]>();
  const add = (path: string, task: PlannedTask): void => {
    const users = uses.get(path) ?? [];
    if (!users.includes(task)) uses.set(path, [...users, task]);
  };
  for (const task of tasks) {
    for (const { path, probability, isDeclared, isHint = false } of task.footprint)
      if (!isHint && probability >= (isDeclared ? 0.5 : 0.35)) add(path, task);
    for (const path of barrelsAbove(task, evidence.files)) add(path, task);
  }
  return [...uses].flatMap(([path, users]) => {
    const named = evidence.emptyBarrels?.has(path) === true ? null : hubKind(path);
    const what = named ?? evidence.hubs?.get(path) ?? null;
    return users.length < 2 || what === null ? [] : [{ path, what, tasks: users }];
  });
}

/** The barrels that re-export what a task creates or changes in their directory. */
function barrelsAbove(task: PlannedTask, files: ReadonlySet<string>): string[] {
  const isReshaping = reshaping.test(task.title);
  const directories = task.footprint
    .filter(
      ({ isDeclared, isNew, path }) => isDeclared && !path.endsWith('/') && (isNew || isReshaping),
    )
    .map(({ path }) => path.slice(0, path.lastIndexOf('/') + 1))
    .filter((directory) => directory !== '');
  return [...new Set(directories)].flatMap((directory) =>
    barrels.map((name) => `${directory}${name}`).filter((path) => files.has(path)),
  );
}
