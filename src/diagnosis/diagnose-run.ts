import { isRedOnBase } from '../model/state/base-trouble.ts';
import type { Failure } from '../model/failure/failure.ts';
import { isOriginalName } from '../model/original-check.ts';
import type { RunState } from '../model/state/run-state.ts';
import type { TaskState } from '../model/state/task-state.ts';
import { evidenceOfTask, type FailureEvidence } from './failure-evidence.ts';
import { creatorFor } from './import-error.ts';
import type { Remedy } from './catalogue/catalogue-entry.ts';
import { redBaseRemedy, remedyOf } from './catalogue/remedy-of.ts';

/** Why one task failed, and what to do about it. */
export type TaskDiagnosis = Remedy & {
  readonly task: TaskState;
  readonly failure: Failure;
  readonly evidence: FailureEvidence;
  /** Whether it would not have happened with one task after another. */
  readonly isAboutOrder: boolean;
};

/** Why a task failed; null for one that did not. */
export function diagnoseTask(state: RunState, task: TaskState): TaskDiagnosis | null {
  const { failure } = task;
  const evidence = task.status === 'failed' ? evidenceOfTask(state, task) : null;
  if (failure === null || evidence === null) return null;
  const remedy = baseRemedy(state, failure) ?? remedyOf(failure.reason, evidence);
  return { ...remedy, task, failure, evidence, isAboutOrder: isAboutOrder(state, task, failure) };
}

/** The failures of a run, those with one cause together: the most common cause first. */
export function diagnoseRun(state: RunState): readonly (readonly TaskDiagnosis[])[] {
  const all = state.tasks.flatMap((task) => diagnoseTask(state, task) ?? []);
  const groups = Map.groupBy(all, ({ evidence }) => evidence.fingerprint);
  return [...groups.values()].toSorted((one, other) => other.length - one.length);
}

function baseRemedy(state: RunState, failure: Failure): Remedy | null {
  if (failure.reason !== 'check-failed' || isOriginalName(failure.check.name)) return null;
  const { name, command } = failure.check;
  if (!isRedOnBase(state, name)) return null;
  return redBaseRemedy(command, state.base.branch);
}

/** A module that another task makes, or a conflict with another's work: one after the other, neither would have happened. */
function isAboutOrder(state: RunState, task: TaskState, failure: Failure): boolean {
  if (failure.reason === 'conflicted') return true;
  const creator = creatorFor(state, task, failure);
  return creator !== null && creator !== task.ordinal;
}
