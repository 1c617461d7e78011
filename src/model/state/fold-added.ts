import type { TasksAdded } from '../event/run-event.ts';
import type { JournalEvent } from '../event/event.ts';
import { newTask } from './new-task.ts';
import type { RunState } from './run-state.ts';

/** A run with more tasks: those that it has keep what they are. One that had come to its end has something to do again. */
export function withTasksAdded(state: RunState, event: JournalEvent & TasksAdded): RunState {
  const { plan } = state;
  if (plan === null) return state;
  const known = new Set(plan.tasks.map(({ ordinal }) => ordinal));
  const fresh = event.tasks.filter(({ ordinal }) => !known.has(ordinal));
  if (fresh.length === 0) return state;
  const ordinals = fresh.map(({ ordinal }) => ordinal);
  const findings = event.findings.filter(({ tasks }) =>
    tasks.some((task) => ordinals.includes(task)),
  );
  const begun = fresh.map((task) => newTask(task, event.at));
  const byOrdinal = (one: { ordinal: number }, other: { ordinal: number }): number =>
    one.ordinal - other.ordinal;
  const hasEnded = state.ended === 'finished' || state.ended === 'awaiting-merge';
  return {
    ...state,
    plan: {
      ...plan,
      phases: event.phases,
      tasks: [...plan.tasks, ...fresh].toSorted(byOrdinal),
      skipped: plan.skipped.filter(({ ordinal }) => !ordinals.includes(ordinal)),
      order: [...plan.order, ...ordinals],
    },
    // What is edited besides is noticed again.
    findings: [...state.findings.filter(({ kind }) => kind !== 'issue-edited'), ...findings],
    tasks: [...state.tasks, ...begun].toSorted(byOrdinal),
    added: [...state.added, ...ordinals],
    only: state.only === null ? null : [...state.only, ...ordinals],
    issueDigest: event.digest,
    isIssueClosed: false,
    ended: hasEnded ? 'interrupted' : state.ended,
  };
}
