import type { RunState } from '../model/state/run-state.ts';
import { evidenceOfTask } from './failure-evidence.ts';
import { remedyOf } from './catalogue/remedy-of.ts';

/** Several agents failed for the same reason in their environment: starting more would only burn tokens. */
export type FleetPattern = {
  readonly fingerprint: string;
  /** Ordinals, in order. */
  readonly tasks: readonly number[];
  readonly cause: string;
  readonly fix: string;
  /** The telling line of the first of them. Not redacted. */
  readonly line: string;
};

/** Tasks of a run that failed alike, whatever is to blame for it. */
export type AlikeFailures = {
  /** Ordinals, in order; two or more. */
  readonly tasks: readonly number[];
  /** The telling line of the first of them. Not redacted. */
  readonly line: string;
};

/** Those that failed like a task; null when it failed like no other, or nothing says how. */
export function alikeFailures(state: RunState, ordinal: number): AlikeFailures | null {
  const evidence = state.tasks.map((task) =>
    task.status === 'failed' ? { task, seen: evidenceOfTask(state, task) } : null,
  );
  const own = evidence.find((one) => one?.task.ordinal === ordinal)?.seen ?? null;
  if (own === null || own.line === '') return null;
  const alike = evidence.filter((one) => one?.seen?.fingerprint === own.fingerprint);
  const tasks = alike.flatMap((one) => (one === null ? [] : [one.task.ordinal]));
  return tasks.length < 2 ? null : { tasks, line: alike[0]?.seen?.line ?? own.line };
}

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
