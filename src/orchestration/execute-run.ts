import type { RunEnded } from '../model/event/run-event.ts';
import type { Failure } from '../model/failure/failure.ts';
import { ForgeError, isPassing } from '../model/forge-problem.ts';
import { hasSucceeded, openAttempt } from '../model/state/task-state.ts';
import { reachedTasks } from '../model/state/run-state.ts';
import { watchRun } from '../radar/watch-run.ts';
import { endMarked } from '../process/process-tree.ts';
import { pauseFor } from '../attempts/plausible-words.ts';
import type { Services, RunServices } from '../services/run-services.ts';
import { watchBase } from './base/base-watch.ts';
import { cleanUp } from './clean-up.ts';
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
import { watchEdits, type EditWatch } from './watch-edits.ts';
import { mergeWish } from './merge-wish.ts';
import { mergeAsReady, type AsReady } from './merge-as-ready.ts';
import { keepTrashEmpty } from './keep-trash-empty.ts';
import { openTaskRuns, wholeCancellationOf, type TaskRuns } from './task-runs.ts';
import { lostClone } from './task/lost-workspace.ts';
import { forgetCutControls, runControls } from './controls/run-controls.ts';
import { subIssueQueue } from './task/sub-issue-queue.ts';
import { takeOverPublished } from './take-over.ts';
import { runTask } from './task/run-task.ts';
import { takeTurns, type TurnTaking } from './turn-taking.ts';
import { watchChecks, type CheckWatch } from './feedback/watch-checks.ts';

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
  const trash = new AbortController();
  const emptying = guarded(services, null, () => keepTrashEmpty(services, trash.signal));
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
  const watch = new AbortController();
  const watching = guarded(services, null, () => watchRun(services, watch.signal));
  const taskRuns = openTaskRuns(services, (ordinal) =>
    guarded(services, ordinal, () => runTask(services, around, ordinal)),
  );
  // What was asked for while no orchestrator was there.
  const ending = taskRuns.endRequested();
  const edits = watchEdits(services);
  const isAsReady = merge !== null && services.settings.isMergedAsReady;
  const asReady = isAsReady
    ? mergeAsReady(services, {
        ...{ merge, base },
        guard: (work) => guarded(services, null, work),
        run: (ordinal) => services.agents.places.tasks(() => taskRuns.run(ordinal)),
      })
    : null;
  const checks = await runTasks(services, { ordinals, taskRuns, edits, turns, asReady });
  await Promise.all([base.checked, ending]);
  await taskRuns.endRequested();
  await guarded(services, null, edits.look);
  await guarded(services, null, () => ensureDiagnosis(services));
  trash.abort();
  watch.abort();
  await Promise.all([emptying, watching]);
  let merging = 'none' as MergeOutcome;
  let again = false;
  await guarded(services, null, async () => {
    merging = (await asReady?.finish()) ?? 'none';
    // What is left is for the policy that holds by now.
    if (merging !== 'done' || mergeWish(record.state()) !== 'verified') {
      const atTheEnd = await goOnToMerging(services, merge);
      if (merging !== 'done' || atTheEnd !== 'none') merging = atTheEnd;
    }
    again = merging === 'done' && (await workAgain(services)).length > 0;
  });
  if (!again && (merging !== 'done' || !hasOpened(before, record.state())))
    await guarded(services, null, () => runControls(services));
  closeGates(services);
  // Agents that were adopted have ended: what was leased to them in the dead orchestrator's name is free.
  await services.workspaces.discardEnvironments([]);
  taskRuns.close();
  const after = record.state();
  const mayGoOn =
    merging === 'done' && !services.clock.stop.drain.aborted && !after.isCancelRequested;
  if (again || (mayGoOn && hasOpened(before, after))) return 'goes-on';
  const hasHeldBack = edits.hasHeldBack();
  const isRefused = base.isRefused();
  const how = howItEnded(services, { merging, hasHeldBack, checks, isRefused });
  record.record({ type: 'run-ended', how });
  return 'ended';
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

/** Runs tasks, and again when their pull requests come back, until nothing of that is awaited. */
async function runTasks(
  services: RunServices,
  params: {
    readonly ordinals: readonly number[];
    readonly taskRuns: TaskRuns;
    readonly edits: EditWatch;
    readonly turns: TurnTaking;
    readonly asReady: AsReady | null;
  },
): Promise<CheckWatch> {
  const { ordinals, taskRuns, edits, turns, asReady } = params;
  // What may come back is kept until it does not.
  const tidy = (ordinal: number): Promise<void> =>
    guarded(services, null, async () => {
      if (checks.mayReturn(ordinal)) return;
      await cleanUp(services, ordinal);
      asReady?.arrive(ordinal);
    });
  const checks = watchChecks(services, {
    run: async (ordinal) => {
      await services.agents.places.tasks(() => taskRuns.run(ordinal));
      await tidy(ordinal);
    },
    cancelled: wholeCancellationOf(services),
  });
  if (asReady !== null)
    services.record.listen((event) => {
      // Not at once: all listeners hear of one event before the next is written.
      if (event.type === 'ci-seen' && mergeWish(services.record.state()) === 'verified')
        queueMicrotask(() => void tidy(event.task));
    });
  const all = services.record.state().tasks.map(({ ordinal }) => ordinal);
  const cleaning = all.filter((ordinal) => !ordinals.includes(ordinal)).map(tidy);
  await Promise.all(
    ordinals.map(async (ordinal) => {
      await turns.whenReady(ordinal);
      await services.agents.places.tasks(async () => {
        if (!(await edits.holdsBack(ordinal))) await taskRuns.run(ordinal);
      });
      turns.leave(ordinal);
      cleaning.push(tidy(ordinal));
    }),
  );
  await Promise.all(cleaning);
  await guarded(services, null, checks.settle);
  for (const ordinal of all) await tidy(ordinal);
  return checks;
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
  const kept = open.map(({ ordinal, attempt }) => services.workspaces.marker(ordinal, attempt));
  const ours = services.workspaces.marker('');
  await endMarked((marker) => marker.startsWith(ours) && !kept.includes(marker), 2_000);
  const busy = open.map(({ ordinal }) => ordinal);
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

/** The one boundary for bugs and for what the system refuses: the run continues, the record keeps the cause. */
async function guarded(
  services: Services<'record' | 'workspaces'>,
  ordinal: number | null,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ForgeError) return noteForgeError(services, ordinal, error);
    const lost = ordinal === null ? null : await lostClone(services);
    if (ordinal !== null && lost !== null) {
      services.record.record({ type: 'task-failed', task: ordinal, failure: lost });
      return;
    }
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    services.record.record({ type: 'unexpected', task: ordinal, message, stack });
    if (ordinal !== null)
      services.record.record({
        type: 'task-failed',
        task: ordinal,
        failure: failureFrom(error, message),
      });
  }
}

/** What the forge refuses is no bug; and what only waits for it is done by the next start. */
function noteForgeError(
  { record }: Services<'record'>,
  ordinal: number | null,
  error: ForgeError,
): void {
  const { message } = error;
  if (ordinal === null) record.record({ type: 'unexpected', task: null, message, stack: '' });
  else if (!isPassing(error))
    record.record({
      type: 'task-failed',
      task: ordinal,
      failure: { reason: 'forge-error', message },
    });
}

const fullDisk =
  /ENOSPC|EDQUOT|EMFILE|ENOMEM|No space left on device|Disk quota exceeded|database or disk is full|disk-full|Cannot allocate memory/u;

function failureFrom(error: unknown, message: string): Failure {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  if (fullDisk.test(`${code} ${message}`)) return { reason: 'out-of-resources', message };
  return { reason: 'invalid', message: `Flotilla could not continue with this task: ${message}` };
}
