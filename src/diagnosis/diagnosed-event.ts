import type { RunEvent } from '../model/event/event.ts';
import type { CheckResult, Failure } from '../model/failure/failure.ts';
import type { RunState } from '../model/state/run-state.ts';
import { findClue } from './log/find-clue.ts';
import { readFailure, type SetupOutput } from './read-failure.ts';

/**
 * An event about to be recorded, with what its failure or its red checks are. This is the one time that they are
 * classified: readers of the journal take it from there. Secrets must be masked before, as a line that is cut
 * and a fingerprint could hold parts of one.
 */
export function diagnosedEvent(event: RunEvent, state: RunState): RunEvent {
  switch (event.type) {
    case 'base-checked':
      return { ...event, checks: event.checks.map(withClue) };
    case 'setup-ended':
    case 'check-ended':
      return { ...event, result: withClue(event.result) };
    case 'attempt-ended':
    case 'task-failed': {
      if (event.failure === null) return event;
      return { ...event, failure: diagnosed(event.failure, setupOf(state, event.task)) };
    }
    default:
      return event;
  }
}

function withClue(check: CheckResult): CheckResult {
  return check.state === 'passed' ? check : { ...check, clue: findClue(check.excerpt) };
}

/** Whatever it was before: its message may have been extended since. */
function diagnosed(failure: Failure, setup: SetupOutput | null): Failure {
  return { ...failure, diagnosis: readFailure(failure, setup) };
}

function setupOf({ tasks }: RunState, ordinal: number): SetupOutput | null {
  return tasks.find((task) => task.ordinal === ordinal)?.workspace?.setup ?? null;
}
