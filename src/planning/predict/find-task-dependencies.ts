import { findOverlaps, isConflict } from '../../model/plan/overlap.ts';
import type { MasterIssue } from '../../model/issue/issue.ts';
import type { FootprintEntry, PlannedTask } from '../../model/plan/plan.ts';
import type { RepositoryIndex } from '../../model/plan/repository-index.ts';
import type { TaskDependencies, UsedModule } from '../../model/plan/task-dependencies.ts';
import { findDependencies } from '../order/dependencies.ts';
import { judgeUnasked } from '../footprint.ts';
import { planOnce, type Evidence } from '../plan-issue.ts';
import { textOf } from '../task-text.ts';
import { codeDependencies } from './find-code-dependencies.ts';
import { judgePairs } from './judge-pairs.ts';
import { openPredictor } from './predict-footprint.ts';

/** What is likelier than this counts as touched. */
const likely = 0.3;
const mostModules = 10;
const mostPaths = 5;

/** Works out for each task of an issue what it depends on, in the repository and among the other tasks. */
export function taskDependencies(issue: MasterIssue, index: RepositoryIndex): TaskDependencies[] {
  const predict = openPredictor(index);
  const files = new Set(index.files.map(({ path }) => path));
  const evidence: Evidence = {
    files,
    predict: (task) => predict(textOf(task)).map((entry) => ({ ...entry, isDeclared: false })),
    said: (task) => predict.said(textOf(task)),
    judgePairs,
  };
  const { tasks } = planOnce(issue, evidence);
  const located = tasks.map((task) => ({ task, footprint: task.footprint }));
  const { dependencies } = findDependencies(issue, located);
  const hubs = new Map(
    codeDependencies(index, () => true).hubs.map((hub) => [hub.path, hub] as const),
  );
  const collisions = findOverlaps(tasks, judgeUnasked(evidence, tasks)).filter(isConflict);
  const modulesOf = openModules(index, tasks);
  const inOrder = tasks.toSorted((one, other) => one.ordinal - other.ordinal);
  return inOrder.map((task) => {
    const { ordinal, title } = task;
    const touched = likelyFiles(task);
    return {
      ordinal,
      title,
      files: touched.map(({ path, probability, reason, isNew }) => ({
        path,
        probability,
        reason,
        isNew,
      })),
      tasks: dependencies
        .filter((found) => found.task === ordinal)
        .map(({ on, why }) => ({ ordinal: on, why })),
      modules: modulesOf(task),
      hubs: touched.flatMap(({ path }) => hubs.get(path) ?? []),
      collisions: collisions
        .filter((overlap) => overlap.tasks.includes(ordinal))
        .map(({ tasks: [one, other], risk, conflict, paths }) => ({
          ordinal: one === ordinal ? other : one,
          risk,
          conflict,
          paths: paths.slice(0, mostPaths).map(({ path }) => path),
        })),
    };
  });
}

function likelyFiles({ footprint }: PlannedTask): FootprintEntry[] {
  return footprint.filter(({ probability }) => probability >= likely);
}

/** What a task's files (those that it names, if it names any) import and it leaves alone: where another task changes such a file, both can be right and not fit. */
function openModules(
  { files }: RepositoryIndex,
  tasks: readonly PlannedTask[],
): (task: PlannedTask) => UsedModule[] {
  const places = new Map(files.map(({ path }, at) => [path, at]));
  const touching = new Map<string, number[]>();
  for (const task of tasks)
    for (const { path } of likelyFiles(task))
      touching.set(path, [...(touching.get(path) ?? []), task.ordinal]);
  return (task) => {
    const named = likelyFiles(task).filter(({ isDeclared }) => isDeclared);
    const own = new Set((named.length > 0 ? named : likelyFiles(task)).map(({ path }) => path));
    const uses = new Map<string, number>();
    for (const path of own)
      for (const at of files[places.get(path) ?? -1]?.imports ?? []) {
        const used = files[at]?.path ?? '';
        if (!own.has(used)) uses.set(used, (uses.get(used) ?? 0) + 1);
      }
    const weight = ({ usedBy, changedBy }: UsedModule): number => usedBy + 100 * changedBy.length;
    return [...uses]
      .map(([path, usedBy]) => ({
        path,
        usedBy,
        changedBy: (touching.get(path) ?? []).filter((other) => other !== task.ordinal),
      }))
      .toSorted((one, other) => weight(other) - weight(one))
      .slice(0, mostModules);
  };
}
