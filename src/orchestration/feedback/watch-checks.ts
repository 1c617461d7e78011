import { redOnForge } from '../../model/state/base-trouble.ts';
import { isCiAwaited, isCiFixDue } from '../../model/state/feedback.ts';
import { isPassing } from '../../model/forge-problem.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import { openBell, type Bell } from '../../services/bell.ts';
import type { Services, RunServices } from '../../services/run-services.ts';
import { lookAtChecks, type CheckMemory } from './look-at-checks.ts';
import { nextLook } from './next-look.ts';
import { redChecks } from './return-order.ts';

/** Watches what the forge's own checks say of the pull requests of a run. */
export type CheckWatch = {
  /** Whether a task's pull request may still come back, so that its workspace is kept. */
  readonly mayReturn: (ordinal: number) => boolean;
  /** All tasks have been run: waits until nothing more is awaited, or the run is to end. May be called again after more. */
  readonly settle: () => Promise<void>;
  /** Whether the run ends before the checks have. */
  readonly isCutShort: () => boolean;
};

export type CheckWatchParams = {
  /** Runs a task again, and resolves at its end. */
  readonly run: (ordinal: number) => Promise<void>;
  /** Is aborted when somebody asks for the end of the whole run. */
  readonly cancelled: AbortSignal;
};

/**
 * Looks from time to time as long as checks of open pull requests have not ended, and sends a red one back to its agent.
 * What it does follows from the journal alone, so that another orchestrator continues it.
 */
export function watchChecks(services: RunServices, params: CheckWatchParams): CheckWatch {
  const { record, forge, settings } = services;
  const { fixes } = settings.ci;
  if (fixes === 0 || !forge.can.checks)
    return { mayReturn: () => false, settle: async () => undefined, isCutShort: () => false };
  const ending = AbortSignal.any([
    services.clock.stop.drain,
    services.clock.stop.now,
    params.cancelled,
  ]);
  const bell = openBell(ending);
  record.listen(({ type }) => {
    if (type === 'task-completed') bell.ring();
  });
  const watch: Watch = {
    ...{ services, params, ending, bell, isLast: false },
    fixing: new Map(),
    memory: { lookedAt: null, reports: new Map(), redSince: new Map() },
  };
  const isOpen = (task: TaskState): boolean => mayComeBack(services, task);
  const begin = (): Promise<void> => {
    isWatching = true;
    return goOnWatching(watch).finally(() => (isWatching = false));
  };
  let isWatching = false;
  let watching = begin();
  // The caller that waits for it gets the error; until then it must not count as unhandled.
  watching.catch(() => undefined);
  return {
    mayReturn: (ordinal) => !ending.aborted && isOpen(record.task(ordinal)),
    settle: async () => {
      watch.isLast = true;
      tellAwaited(services);
      bell.ring();
      try {
        if (!isWatching) watching = begin();
        await watching;
      } finally {
        await Promise.all(watch.fixing.values());
      }
    },
    isCutShort: () => record.state().tasks.some(isOpen),
  };
}

/** Whether the forge's own checks may still send a task's pull request back to its agent. */
export function mayComeBack(
  { record, forge, settings }: Services<'record' | 'forge' | 'settings'>,
  task: TaskState,
): boolean {
  const { fixes } = settings.ci;
  if (fixes === 0 || !forge.can.checks) return false;
  return isCiAwaited(task) || isCiFixDue(task, fixes, redOnForge(record.state()));
}

/** People see all tasks done and a run that continues: they should know why. */
function tellAwaited({ record, clock }: Services<'record' | 'clock'>): void {
  const awaited = record.state().tasks.filter(isCiAwaited);
  const pulls = awaited.flatMap(({ pullRequest }) => pullRequest?.number ?? []);
  if (pulls.length > 0 && !clock.stop.drain.aborted)
    record.record({ type: 'checks-awaited', pulls });
}

type Watch = {
  readonly services: RunServices;
  readonly params: CheckWatchParams;
  readonly ending: AbortSignal;
  readonly bell: Bell;
  readonly memory: CheckMemory;
  /** Tasks that run again now, since their pull requests came back. */
  readonly fixing: Map<number, Promise<void>>;
  /** Whether all tasks have been run. */
  isLast: boolean;
};

async function goOnWatching(watch: Watch): Promise<void> {
  const { services, ending, bell, fixing, memory } = watch;
  while (!ending.aborted) {
    const isWaiting = await fixRed(watch);
    const open = services.record.state().tasks.filter(isCiAwaited);
    if (watch.isLast && open.length === 0 && fixing.size === 0 && !isWaiting) return;
    const { isLast } = watch;
    const dueAt = await nextLook(services, { open, isLast, lookedAt: memory.lookedAt });
    const now = services.clock.now().getTime();
    if (dueAt === null || dueAt > now) {
      await bell.wait(isWaiting ? retryMs : dueAt === null ? null : dueAt - now);
      continue;
    }
    memory.lookedAt = now;
    await lookAtChecks(services, { tasks: open, memory });
  }
}

/** When the logs of red checks cannot be read now, they are asked for again. */
const retryMs = 5_000;

/** Sends red pull requests back to their agents; says whether one has to wait for the forge. */
async function fixRed(watch: Watch): Promise<boolean> {
  const { services, fixing, bell, ending } = watch;
  const { record, settings, agents } = services;
  for (const task of record.state().tasks) {
    if (ending.aborted || agents.gate.isClosedForGood()) return false;
    const { ordinal } = task;
    if (!isCiFixDue(task, settings.ci.fixes, redOnForge(record.state())) || fixing.has(ordinal))
      continue;
    if (!(await sendBack(watch, task))) return true;
    const running = watch.params.run(ordinal).finally(() => {
      fixing.delete(ordinal);
      bell.ring();
    });
    fixing.set(ordinal, running);
  }
  return false;
}

async function sendBack({ services, memory }: Watch, task: TaskState): Promise<boolean> {
  const { forge } = services;
  const number = task.pullRequest?.number ?? 0;
  try {
    // An orchestrator before us may have seen it red.
    const report = memory.reports.get(task.ordinal) ?? (await forge.lookAtPulls([number]))[0];
    const known = report?.head === task.pushedHead ? report : undefined;
    const named = (task.feedback.ci?.failed ?? []).map((name) => ({ name, url: null, job: null }));
    const head = task.pushedHead ?? '';
    const failed = known === undefined || known.failed.length === 0 ? named : known.failed;
    const remarks = await redChecks(forge, { failed, head });
    services.record.record({ type: 'task-returned', task: task.ordinal, why: 'ci', head, remarks });
    return true;
  } catch (error) {
    if (isPassing(error)) return false;
    throw error;
  }
}
