import type { SeenConflict } from '../model/merge/conflict.ts';
import { stackBelow } from '../model/plan/plan.ts';
import { isOver, type TaskState } from '../model/state/task-state.ts';
import type { RunState } from '../model/state/run-state.ts';
import type { RunRecord } from '../services/run-record.ts';

/** Gives each task a signal that is aborted when the journal says that it is held; a new one for each attempt. */
export function holdingOf(record: RunRecord): (ordinal: number) => AbortSignal {
  const controllers = new Map<number, AbortController>();
  record.listen((event) => {
    if (event.type === 'attempt-intended') controllers.delete(event.task);
    if (event.type === 'task-held') controllers.get(event.task)?.abort();
  });
  return (ordinal) => {
    const known = controllers.get(ordinal) ?? new AbortController();
    controllers.set(ordinal, known);
    if (record.task(ordinal).held !== null) known.abort();
    return known.signal;
  };
}

/**
 * Does what the policy of the run says, as it stands then, about each conflict that the radar sees between two tasks. Of a pair, the one that began later
 * is held, once; so nobody waits for somebody who waits for them.
 */
export function reactToConflicts(record: RunRecord): void {
  record.listen((event, { settings }) => {
    const policy = settings.onConflict ?? 'tell';
    if (event.type !== 'conflicts-seen' || policy === 'tell') return;
    // Not at once: all listeners hear of one event before the next is written.
    queueMicrotask(() => {
      for (const conflict of event.arisen) heed(record, policy, conflict);
    });
  });
}

function heed(record: RunRecord, policy: 'pause' | 'stack', conflict: SeenConflict): void {
  if (conflict.with === 'base') return;
  const pair = [record.task(conflict.task), record.task(conflict.with)] as const;
  const [first, later] = beganBefore(...pair) ? pair : [pair[1], pair[0]];
  const how = policy === 'stack' && canStack(record.state(), later, first) ? 'stack' : 'pause';
  if (!mayHold(later, first, how)) return;
  const files = conflict.files.map(({ path }) => path);
  record.record({ type: 'task-held', task: later.ordinal, by: first.ordinal, how, files });
}

function beganBefore(one: TaskState, other: TaskState): boolean {
  const [start, otherStart] = [one.startedAt ?? '~', other.startedAt ?? '~'];
  return start === otherStart ? one.ordinal < other.ordinal : start < otherStart;
}

/** One that stands on another branch already can only go on top of a branch that has that work, too. */
function canStack({ plan }: RunState, later: TaskState, first: TaskState): boolean {
  const below = stackBelow(plan?.tasks ?? [], later.ordinal);
  const known = [first.ordinal, ...stackBelow(plan?.tasks ?? [], first.ordinal)];
  return below.every((task) => known.includes(task)) && !known.includes(later.ordinal);
}

/** What is verified, or waits already, is left alone; waiting for finished work only makes sense to build on it. */
function mayHold(later: TaskState, first: TaskState, how: 'pause' | 'stack'): boolean {
  if (isOver(later) || later.isVerified || later.held !== null) return false;
  if (later.heldBy.includes(first.ordinal)) return false;
  return isOver(first) ? how === 'stack' && first.status === 'completed' : true;
}
