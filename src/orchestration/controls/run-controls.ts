import { isBudgetSpent, type RunState } from '../../model/state/run-state.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import { attemptsOf, plainRound } from '../../model/state/rounds.ts';
import { endUnwatched } from '../../process/keeper.ts';
import { memberFor } from '../../services/fleet.ts';
import type { Services } from '../../services/run-services.ts';
import { hasWaiting } from '../go-on-to-merging.ts';
import { runControl } from './run-control.ts';

/**
 * Runs some of the tasks that succeeded a second time, one after the other with no other agent running, to see what they take
 * alone. Call it when the run's work has ended. Ending the run ends this.
 */
export async function runControls(
  services: Services<'record' | 'workspaces' | 'agents' | 'clock' | 'settings'>,
): Promise<void> {
  const { record, settings } = services;
  const cancelled = new Set<number>();
  record.listen((event, { tasks }) => {
    if (event.type !== 'cancel-requested') return;
    for (const ordinal of event.tasks ?? tasks.map((task) => task.ordinal)) cancelled.add(ordinal);
  });
  const isSameAgent = (task: TaskState): boolean =>
    memberFor(services.agents.fleet, task.ordinal, []).agent.name === task.attempts[0]?.agent;
  for (const task of controlsLeft(record.state(), settings.soloControls).filter(isSameAgent)) {
    if (cancelled.has(task.ordinal)) continue;
    if (!(await mayStart(services))) return;
    await runControl(services, task);
  }
}

/**
 * The tasks that must still run alone, of a number in all. Only one that succeeded at once can be compared; where more
 * could than are wanted, they are taken evenly from the shortest to the longest.
 */
export function controlsLeft({ tasks }: RunState, wanted: number): readonly TaskState[] {
  const had = tasks.filter(({ control }) => control !== null).length;
  const able = tasks
    .filter((task) => task.control === null && task.workspace !== null)
    .flatMap((task) => {
      const round = plainRound(task);
      return round === null ? [] : [{ task, took: durationOf(task, round) }];
    })
    .toSorted((one, other) => one.took - other.took || one.task.ordinal - other.task.ordinal);
  const count = Math.min(able.length, Math.max(0, wanted - had));
  return Array.from({ length: count }, (_, index) => {
    const place = Math.floor(((index + 0.5) * able.length) / count);
    return able[place]!.task;
  });
}

function durationOf(task: TaskState, round: TaskState['rounds'][number]): number {
  const [only] = attemptsOf(task, round);
  const attemptMs = Date.parse(only?.endedAt ?? '') - Date.parse(only?.startedAt ?? '');
  return round.checkMs + (Number.isNaN(attemptMs) ? 0 : attemptMs);
}

/** Nothing is paid for controls that nobody waits for any more, or that machine or budget have no room for. */
async function mayStart({
  record,
  clock,
  agents,
}: Services<'record' | 'agents' | 'clock'>): Promise<boolean> {
  await agents.gate.whenContinued(clock.stop.drain);
  const state = record.state();
  if (clock.stop.drain.aborted || state.isCancelRequested) return false;
  if (state.pause !== null || agents.gate.isClosedForGood()) return false;
  if (hasWaiting(state)) return false;
  if (isBudgetSpent(state)) return false;
  return (await agents.shortage()) === null;
}

/** A control whose orchestrator died is ended, and not measured. */
export async function forgetCutControls({
  record,
  agents,
}: Services<'record' | 'agents'>): Promise<void> {
  for (const { ordinal, control } of record.state().tasks) {
    if (control === null || control.outcome !== null) continue;
    await endUnwatched(control.directory, agents.self);
    record.record({ type: 'control-ended', task: ordinal, outcome: { kind: 'cut-short' } });
  }
}
