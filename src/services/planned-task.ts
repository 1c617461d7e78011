import { isRedOnBase } from '../model/state/base-trouble.ts';
import { hasOpenPull } from '../model/state/feedback.ts';
import { isNeeded, type PlannedTask } from '../model/plan/plan.ts';
import { hasSucceeded, type TaskState } from '../model/state/task-state.ts';
import type { Services } from './run-services.ts';

/** The commit that a task's work begins after now; null while the task below it has nothing verified to stand on. */
export function groundOf(services: Services<'record'>, ordinal: number): string | null {
  const below = taskBelow(services, ordinal);
  const { grounds } = services.record.state();
  const { workspace } = services.record.task(ordinal);
  // What was begun keeps its ground, whatever is merged meanwhile.
  const isBegun = workspace?.state === 'ready' && grounds.includes(workspace.baseSha);
  if (below === null) return isBegun ? workspace.baseSha : newestGround(services);
  if (hasOpenPull(below)) return below.pushedHead;
  // A task below that is merged is part of the base by now.
  return hasSucceeded(below) ? newestGround(services) : null;
}

/**
 * The newer ground that a task had better begin on, when the base moved after its workspace was made and nobody has worked
 * there; null when there is none, or when making it again would take long.
 */
export function fresherGround(services: Services<'record'>, ordinal: number): string | null {
  const { workspace, attempts, found } = services.record.task(ordinal);
  const { grounds } = services.record.state();
  const newest = newestGround(services);
  const isUntouched = attempts.length === 0 && found === null && workspace?.state === 'ready';
  if (!isUntouched || workspace.baseSha === newest || !grounds.includes(workspace.baseSha))
    return null;
  return (workspace.setup?.durationMs ?? 0) < mostSetUpAgainMs ? newest : null;
}

/** A setup that takes longer is not repeated only to begin on a newer base. */
const mostSetUpAgainMs = 30_000;

/** The base as it is by now: after the newest merge into it of this phase. */
function newestGround({ record }: Services<'record'>): string {
  const { grounds, base } = record.state();
  return grounds.at(-1) ?? base.sha;
}

/** The command that prepares a workspace; null where there is none, or where the user agreed to do without it. */
export function setupOf({ settings, record }: Services<'record' | 'settings'>): string | null {
  const state = record.state();
  return state.isRedBaseAccepted && isRedOnBase(state, 'setup') ? null : settings.setup;
}

/** A task as the plan has it; throws when the plan has no such task. */
export function plannedTask(services: Services<'record'>, ordinal: number): PlannedTask {
  const planned = services.record.state().plan?.tasks.find((task) => task.ordinal === ordinal);
  if (planned === undefined) throw new Error(`The plan has no task ${ordinal}`);
  return planned;
}

/** The task whose verified branch a task starts from; null when it starts from the base. */
export function taskBelow(services: Services<'record'>, ordinal: number): TaskState | null {
  const { stackOn } = plannedTask(services, ordinal);
  return stackOn === null ? null : services.record.task(stackOn);
}

type Grounds = {
  readonly below: TaskState | null;
  readonly isBelowNeeded: boolean;
  /** The task whose branch that one was to start from; null: the base. */
  readonly underBelow: number | null;
};

/** What a task's start depends on: the task below it, whether it needs that one, and what that one was to start from. */
export function groundsOf({ record }: Services<'record'>, ordinal: number): Grounds {
  const { plan } = record.state();
  const planned = plan?.tasks.find((task) => task.ordinal === ordinal);
  if (plan === null || planned === undefined || planned.stackOn === null)
    return { below: null, isBelowNeeded: false, underBelow: null };
  const below = planned.stackOn;
  return {
    below: record.task(below),
    isBelowNeeded: isNeeded(plan, { task: ordinal, on: below }),
    underBelow: plan.tasks.find((task) => task.ordinal === below)?.stackOn ?? null,
  };
}
