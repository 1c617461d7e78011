import type { RunEnded } from '../model/event/run-event.ts';
import { hasSucceeded, openAttempt } from '../model/state/task-state.ts';
import { reachedTasks } from '../model/state/run-state.ts';
import { watchRun } from '../radar/watch-run.ts';
import { endMarked } from '../process/process-tree.ts';
import { pauseFor } from '../attempts/plausible-words.ts';
import type { Services, RunServices } from '../services/run-services.ts';
import { hearAnswers } from './answers/hear-answers.ts';
import { watchBase } from './base/base-watch.ts';
import { workAgain } from './work-again.ts';
import { ensureDiagnosis } from './ensure-diagnosis.ts';
import {
  goOnToMerging,
  hasOpened,
  hasWaiting,
  isUnmerged,
  type MergeOutcome,
  type MergeWork,
} from './go-on-to-merging.ts';
import { watchNewcomers } from './newcomers.ts';
import { watchEdits } from './watch-edits.ts';
import { mergeWish } from './merge-wish.ts';
import { mergeAsReady, type AsReady } from './merge-as-ready.ts';
import { keepTrashEmpty } from './keep-trash-empty.ts';
import { openTaskRuns, wholeCancellationOf } from './task-runs.ts';
import { forgetCutControls, runControls } from './controls/run-controls.ts';
import { subIssueQueue } from './task/sub-issue-queue.ts';
import { takeOverPublished } from './take-over.ts';
import { visitMarker } from './task/make-way.ts';
import { runTask } from './task/run-task.ts';
import { takeTurns } from './turn-taking.ts';
import { alongside } from './alongside.ts';
import { guarded } from './guarded.ts';
import { runTasks, workOn } from './run-tasks.ts';
import type { CheckWatch } from './feedback/watch-checks.ts';

/**
 * Carries a planned run out: every task that was chosen is run, as many agents at once as there are places, the
 * longest first; then `merge` brings what came of it into the base. Ends when all have ended or the user has ended it;
 * what became of it is in the journal. `goes-on`: merging has opened the way for more tasks, and the run must be
 * planned again on the merged base.
 */
export async function executeRun(
  services: RunServices,
  ordinals: readonly number[],
  merge: MergeWork | null = null,
): Promise<'ended' | 'goes-on'> {
  const { record } = services;
  const before = record.state();
  recordStops(services);
  await endStrays(services);
  recallLimits(services);
  const published = await takeOver(services, ordinals);
  if (published !== 'done') {
    closeGates(services);
    if (published === 'opened') return 'goes-on';
    record.record({ type: 'run-ended', how: 'interrupted' });
    return 'ended';
  }
  const endEmptying = alongside(services, (signal) => keepTrashEmpty(services, signal));
  const turns = takeTurns(services, ordinals);
  const base = watchBase(services, {
    cancel: wholeCancellationOf(services),
    guard: (work) => guarded(services, null, work),
  });
  const around = {
    turns,
    subIssue: subIssueQueue(services),
    base,
  };
  const endWatching = alongside(services, (signal) => watchRun(services, signal));
  const endHearing = alongside(services, (signal) => hearAnswers(services, signal));
  const taskRuns = openTaskRuns(services, (ordinal) =>
    guarded(services, ordinal, () => runTask(services, around, ordinal)),
  );
  // What was asked for while no orchestrator was there.
  const ending = taskRuns.endRequested();
  const edits = watchEdits(services);
  const newcomers = watchNewcomers(services, ordinals);
  const isAsReady = merge !== null && services.settings.isMergedAsReady;
  const asReady = isAsReady
    ? mergeAsReady(services, {
        ...{ merge, base },
        guard: (work) => guarded(services, null, work),
        run: (ordinal) => services.agents.places.tasks(() => taskRuns.run(ordinal)),
      })
    : null;
  const work = workOn(services, { taskRuns, edits, turns });
  const checks = await runTasks(services, {
    ...{ ordinals, newcomers, work, asReady, run: taskRuns.run },
  });
  await Promise.all([base.checked, ending]);
  await taskRuns.endRequested();
  await guarded(services, null, edits.look);
  await guarded(services, null, () => ensureDiagnosis(services));
  await Promise.all([endEmptying(), endWatching()]);
  const { merging, again } = await mergeWhatIsLeft(services, asReady, merge);
  newcomers.beginBy(() => false);
  const mayTakeMore =
    !base.isRefused() && !services.agents.gate.isClosedForGood() && merging !== 'stopped';
  const isMore = (): boolean =>
    (merging === 'done' && hasOpened(before, record.state())) ||
    (mayTakeMore && newcomers.areLeft());
  if (!again && !isMore()) await guarded(services, null, () => runControls(services));
  await endHearing();
  closeGates(services);
  // Agents that were adopted have ended: what was leased to them in the dead orchestrator's name is free.
  await services.workspaces.discardEnvironments([]);
  taskRuns.close();
  const isEnding = services.clock.stop.drain.aborted || record.state().isCancelRequested;
  if (again || (!isEnding && isMore())) return 'goes-on';
  const hasHeldBack = edits.hasHeldBack();
  const isRefused = base.isRefused();
  const how = howItEnded(services, { merging, hasHeldBack, checks, isRefused });
  record.record({ type: 'run-ended', how });
  return 'ended';
}

type Merged = {
  readonly merging: MergeOutcome;
  /** Whether tasks begin again on the merged base. */
  readonly again: boolean;
};

async function mergeWhatIsLeft(
  services: RunServices,
  asReady: AsReady | null,
  merge: MergeWork | null,
): Promise<Merged> {
  let merging = 'none' as MergeOutcome;
  let again = false;
  await guarded(services, null, async () => {
    merging = (await asReady?.finish()) ?? 'none';
    // What is left is for the policy that holds by now.
    if (merging !== 'done' || mergeWish(services.record.state()) !== 'verified') {
      const atTheEnd = await goOnToMerging(services, merge);
      if (merging !== 'done' || atTheEnd !== 'none') merging = atTheEnd;
    }
    again = merging === 'done' && (await workAgain(services)).length > 0;
  });
  return { merging, again };
}

/** Where the forge refuses to tell, the run continues as if there were nothing to be taken over. */
async function takeOver(
  services: Services<'record' | 'forge' | 'workspaces'>,
  ordinals: readonly number[],
): Promise<Awaited<ReturnType<typeof takeOverPublished>>> {
  let outcome: Awaited<ReturnType<typeof takeOverPublished>> = 'done';
  await guarded(services, null, async () => {
    outcome = await takeOverPublished(services, ordinals);
  });
  return outcome;
}

function closeGates({ agents, clock }: Services<'agents' | 'clock'>): void {
  agents.gate.close();
  agents.places.close();
  agents.reviews.close();
  clock.pulse.close();
}

function recordStops({ record, clock }: Services<'record' | 'clock'>): void {
  const on = (signal: AbortSignal, how: 'drain' | 'now'): void => {
    const tell = (): void => {
      // A run that continues after a merge has asked before.
      if (record.state().drain !== how) record.record({ type: 'drain-requested', how });
    };
    signal.addEventListener('abort', tell, { once: true });
  };
  on(clock.stop.drain, 'drain');
  on(clock.stop.now, 'now');
}

/** A limit of the provider that an orchestrator before us met holds for us as well. */
function recallLimits({ record, agents, clock }: Services<'record' | 'agents' | 'clock'>): void {
  for (const { attempts } of record.state().tasks) {
    const failure = attempts.at(-1)?.failure;
    if (failure?.reason !== 'provider-limited' || failure.resetsAt === undefined) continue;
    const { message, resetsAt } = failure;
    if (new Date(resetsAt) > clock.now())
      agents.gate.pause({
        reason: 'provider-limited',
        ...pauseFor({ message, resetsAt }, clock.now()),
      });
  }
}

/** Ends and forgets what an orchestrator that died left behind, but never an agent that can be adopted. */
async function endStrays(services: Services<'record' | 'workspaces' | 'agents'>): Promise<void> {
  const { tasks } = services.record.state();
  if (!tasks.some(({ workspace }) => workspace !== null)) return;
  await forgetCutControls(services);
  const open = tasks.flatMap((task) => {
    const attempt = openAttempt(task)?.attempt;
    return attempt === undefined ? [] : [{ ordinal: task.ordinal, attempt }];
  });
  // A person who came while no orchestrator was there.
  const visited = tasks.flatMap(({ ordinal, attached }) =>
    attached === null ? [] : [{ ordinal, request: attached.request }],
  );
  const kept = [
    ...open.map(({ ordinal, attempt }) => services.workspaces.marker(ordinal, attempt)),
    ...visited.map(({ ordinal, request }) => visitMarker(services, ordinal, request)),
  ];
  const ours = services.workspaces.marker('');
  await endMarked((marker) => marker.startsWith(ours) && !kept.includes(marker), 2_000);
  const busy = [...open, ...visited].map(({ ordinal }) => ordinal);
  const idle = tasks.map(({ ordinal }) => ordinal).filter((ordinal) => !busy.includes(ordinal));
  await services.workspaces.discardEnvironments([...idle, 'base']);
}

type Ending = {
  readonly merging: MergeOutcome;
  readonly hasHeldBack: boolean;
  readonly checks: CheckWatch;
  /** Whether nobody agreed to work on the base as it is. */
  readonly isRefused: boolean;
};

function howItEnded(
  { record, clock, agents }: Services<'record' | 'agents' | 'clock'>,
  { merging, hasHeldBack, checks, isRefused }: Ending,
): RunEnded['how'] {
  const state = record.state();
  if (state.isCancelRequested) return 'cancelled';
  if (merging === 'stopped') return clock.stop.hasRunTimedOut() ? 'timed-out' : 'interrupted';
  const reached = reachedTasks(state);
  // Checks that somebody did not wait for are looked at by the next start.
  if (clock.stop.drain.aborted && checks.isCutShort())
    return clock.stop.hasRunTimedOut() ? 'timed-out' : 'interrupted';
  const isMerging = (state.settings.merge ?? 'never') !== 'never';
  if (isMerging && isUnmerged(state)) return 'awaiting-merge';
  if (reached.every((task) => hasSucceeded(task) || task.status === 'skipped'))
    return reached.length < state.tasks.length ? 'awaiting-merge' : 'finished';
  if (!hasWaiting(state)) return 'finished';
  if (isRefused) return 'refused';
  if (agents.reviews.isClosed() && !clock.stop.drain.aborted) return 'awaiting-merge';
  if (clock.stop.hasRunTimedOut()) return 'timed-out';
  if (clock.stop.drain.aborted || hasHeldBack) return 'interrupted';
  // What waited for the forge in vain is for the next start, as after an interruption.
  return agents.gate.isClosedForGood() ? 'finished' : 'interrupted';
}
