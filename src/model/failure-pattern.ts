import { evidenceOfTask } from './failure-evidence.ts';
import { remedyOf } from './failure-remedy.ts';
import type { RunState } from './run-state.ts';

/** Several agents met the same thing in the world round them: starting more would only burn tokens. */
export type FleetPattern = {
  readonly fingerprint: string;
  /** Ordinals, in order. */
  readonly tasks: readonly number[];
  readonly cause: string;
  readonly mend: string;
  /** The telling line of the first of them. Not redacted. */
  readonly line: string;
};

/**
 * Recognises it: two tasks or more, and at least half of those that have ended, failed with one environmental
 * fingerprint. What ended before `since` (ISO 8601) does not count, so that a retry is not judged by what it retries.
 */
export function fleetPattern(state: RunState, since = ''): FleetPattern | null {
  const ended = state.tasks.filter(
    ({ status, endedAt }) =>
      (status === 'failed' || status === 'completed' || status === 'merged') &&
      endedAt !== null &&
      endedAt >= since,
  );
  const failed = ended.flatMap((task) => {
    const evidence = evidenceOfTask(state, task);
    return task.failure !== null && evidence?.isEnvironmental
      ? [{ ordinal: task.ordinal, reason: task.failure.reason, evidence }]
      : [];
  });
  const [most] = [...Map.groupBy(failed, ({ evidence }) => evidence.fingerprint).values()].toSorted(
    (a, b) => b.length - a.length,
  );
  const first = most?.[0];
  if (most === undefined || first === undefined) return null;
  if (most.length < 2 || most.length * 2 < ended.length) return null;
  const { evidence, reason } = first;
  return {
    fingerprint: evidence.fingerprint,
    tasks: most.map(({ ordinal }) => ordinal),
    ...remedyOf(reason, evidence),
    line: evidence.line,
  };
}
