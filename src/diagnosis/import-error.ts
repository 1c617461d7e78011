import type { MissingModule } from '../model/failure/failure-clue.ts';
import type { Failure } from '../model/failure/failure.ts';
import type { RunState } from '../model/state/run-state.ts';
import type { TaskState } from '../model/state/task-state.ts';
import { contextOf, evidenceOf } from './failure-evidence.ts';
import { isTheModule } from './log/missing-module.ts';

/** The task that was expected to create a missing module. */
type ModuleCreator = {
  readonly ordinal: number;
  readonly path: string;
  /** Whether its branch holds the file by now, rather than its plan alone. */
  readonly isThere: boolean;
};

/**
 * What a task's missing module comes to: `Import error: module not found`, who was to create it, and what to do next.
 * Null when the failure is another one. Takes the failure as well, so that it can be asked before it is recorded.
 */
export function importError(state: RunState, task: TaskState, failure: Failure): string | null {
  const context = contextOf(state, task);
  const { missing, module, isProjectModule } = evidenceOf(failure, context);
  if (missing === null || module === null) return null;
  const asked = missing.specifier.endsWith(module) ? '' : `, asked for as ${missing.specifier}`;
  const opening = `Import error: module not found (${module}${asked})`;
  if (!isProjectModule)
    return `${opening}: the package is not installed in the workspace. Add it to the project's dependencies on the base, or install it with --setup`;
  const creator = creatorOf(state, missing, { asking: task.ordinal, root: context.root });
  return `${opening}: ${whatToDo(creator, task.ordinal)}`;
}

/** The task that was to create the module that is missing; null when none is missing, or no task was to. */
export function creatorFor(state: RunState, task: TaskState, failure: Failure): number | null {
  const context = contextOf(state, task);
  const { missing, isProjectModule } = evidenceOf(failure, context);
  if (missing === null || !isProjectModule) return null;
  return creatorOf(state, missing, { asking: task.ordinal, root: context.root })?.ordinal ?? null;
}

function whatToDo(creator: ModuleCreator | null, asking: number): string {
  if (creator === null)
    return 'no task of this issue creates it. Correct the import, or add the module to the base or to a task';
  const { ordinal, path, isThere } = creator;
  if (ordinal === asking)
    return isThere
      ? `this task's own branch holds ${path}. Look at how it is imported, then retry`
      : `this task itself was to create ${path}. Read its log, then retry`;
  return isThere
    ? `task ${ordinal} has created ${path} on its branch: merge it, then retry`
    : `task ${ordinal} will create ${path}: run it first, or merge it`;
}

/** Finds the task that creates a missing module: by its branch where it has one, otherwise by its footprint. */
function creatorOf(
  state: RunState,
  missing: MissingModule,
  from: { readonly asking: number; readonly root: string | null },
): ModuleCreator | null {
  const { root, asking } = from;
  const there = state.tasks.flatMap(({ ordinal, files }) =>
    files
      .filter(({ path, change }) => change === 'added' && isTheModule(missing, path, root))
      .map(({ path }) => ({ ordinal, path, isThere: true, weight: 2 })),
  );
  const planned = (state.plan?.tasks ?? []).flatMap(({ ordinal, footprint }) =>
    footprint
      .filter(({ path, isNew }) => isNew && isTheModule(missing, path, root))
      .map(({ path, probability, isDeclared }) => ({
        ordinal,
        path,
        isThere: false,
        weight: (isDeclared ? 1 : 0) + probability - (path.endsWith('/') ? 0.5 : 0),
      })),
  );
  const [best] = [...there, ...planned].toSorted(
    (a, b) =>
      Number(a.ordinal === asking) - Number(b.ordinal === asking) ||
      b.weight - a.weight ||
      a.ordinal - b.ordinal,
  );
  return best === undefined
    ? null
    : { ordinal: best.ordinal, path: best.path, isThere: best.isThere };
}
