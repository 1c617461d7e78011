import type { Services, RunServices } from '../services/run-services.ts';
import { whenAborted } from '../services/when-aborted.ts';
import { plannedTask } from '../services/planned-task.ts';
import type { BaseWatch } from './base/base-watch.ts';
import { mayComeBack } from './feedback/watch-checks.ts';
import { cleanUp } from './clean-up.ts';
import type { Arrivals, MergeOutcome, MergeWork } from './go-on-to-merging.ts';
import { mergeWish, watchMergeWish } from './merge-wish.ts';
import { wholeCancellationOf } from './task-runs.ts';
import { workAgain } from './work-again.ts';

/** Merging that goes on while tasks are still worked on. */
export type AsReady = {
  /** Says that nobody works on a task any more: if it is verified, it may be merged. */
  readonly arrive: (ordinal: number) => void;
  /** Lets the train wait for work on a task, too; false, and nothing is begun, when it waits for nothing more. */
  readonly begin: (ordinal: number, work: () => Promise<void>) => boolean;
  /** No task comes any more: resolves when what came is merged or left. Throws what merging threw. */
  readonly finish: () => Promise<MergeOutcome>;
};

export type AsReadyParams = {
  readonly merge: MergeWork;
  readonly base: Pick<BaseWatch, 'checked'>;
  /** Runs a task again, and resolves at its end. */
  readonly run: (ordinal: number) => Promise<void>;
  /** The boundary for what goes wrong on the way. */
  readonly guard: (work: () => Promise<void>) => Promise<void>;
};

/**
 * Merges what is verified as soon as it is, without waiting for the tasks that are not. It begins when there is something
 * to merge and the run is asked to merge what is verified, and when the base is checked: both work in the same room. What
 * it cannot bring together with the base begins again at once, from there.
 */
export function mergeAsReady(services: RunServices, params: AsReadyParams): AsReady {
  const { record } = services;
  const arrived = new Set<number>();
  const again = new Map<number, Promise<void>>();
  let isLast = false;
  let hasEnded = false;
  let next = Promise.withResolvers<void>();
  const ring = (): void => {
    next.resolve();
    next = Promise.withResolvers();
  };
  record.listen((event) => {
    // Somebody works on it again.
    if (event.type === 'task-returned' || event.type === 'task-retried') arrived.delete(event.task);
    if (event.type === 'settings-changed' || event.type === 'continue-requested') ring();
  });
  const arrivals: Arrivals = {
    ready: () =>
      record
        .state()
        .tasks.filter(
          (task) =>
            task.status === 'completed' &&
            arrived.has(task.ordinal) &&
            // In the end the train waits for the forge's checks.
            (isLast || !mayComeBack(services, task)),
        )
        .map(({ ordinal }) => ordinal),
    change: () => next.promise,
    isOver: () => isLast && again.size === 0,
    rest: async () => {
      for (const ordinal of await workAgain(services)) {
        const below = again.get(plannedTask(services, ordinal).stackOn ?? 0);
        again.set(ordinal, runAgain(ordinal, below));
      }
    },
  };
  const runAgain = (ordinal: number, below?: Promise<void>): Promise<void> =>
    workOn(ordinal, async () => {
      await below;
      await params.run(ordinal);
      await cleanUp(services, ordinal);
    });
  const workOn = async (ordinal: number, work: () => Promise<void>): Promise<void> => {
    await params.guard(work);
    again.delete(ordinal);
    arrived.add(ordinal);
    ring();
  };
  const merging = mergeArriving(services, params, arrivals);
  // The caller that waits for it gets the error; until then it must not count as unhandled.
  merging.catch(() => undefined);
  return {
    begin: (ordinal, work) => {
      const isUnderWay = !arrivals.isOver() || record.state().merging === 'merging';
      if (hasEnded || !isUnderWay) return false;
      again.set(ordinal, workOn(ordinal, work));
      return true;
    },
    arrive: (ordinal) => {
      arrived.add(ordinal);
      ring();
    },
    finish: async () => {
      isLast = true;
      ring();
      try {
        return await merging.finally(() => (hasEnded = true));
      } finally {
        await Promise.all(again.values());
      }
    },
  };
}

/** Merges what arrives while the run is asked to; `none` when there was nothing to merge so. */
async function mergeArriving(
  services: RunServices,
  { merge, base }: AsReadyParams,
  arrivals: Arrivals,
): Promise<MergeOutcome> {
  const { clock, agents } = services;
  const drain = AbortSignal.any([clock.stop.drain, wholeCancellationOf(services)]);
  const halts = watchMergeWish(services);
  for (let isHalted = false; ;) {
    // What was merged before a halt still has to be concluded.
    const isToMerge = (): boolean =>
      isHalted || arrivals.ready().length > 0 || hasOpenTrain(services);
    while (!isToMerge() || !mayMerge(services)) {
      // A run that is paused keeps what it has to merge.
      const isPaused = isToMerge() && isWanted(services);
      if ((arrivals.isOver() && !isPaused) || drain.aborted) return isHalted ? 'stopped' : 'none';
      const change = isPaused ? agents.gate.whenContinued(drain) : arrivals.change();
      await Promise.race([change, whenAborted(drain)]);
    }
    await Promise.race([base.checked, whenAborted(drain)]);
    if (drain.aborted) return 'stopped';
    const halt = halts.next();
    const stop = { ...clock.stop, drain: AbortSignal.any([drain, halt]) };
    const end = await merge({ ...services, clock: { ...clock, stop } }, arrivals);
    if (!halt.aborted || drain.aborted) return end;
    isHalted = true;
  }
}

/** Whether the run merges what is verified as it becomes so: that may change while it goes on. */
function isWanted({ record }: Services<'record'>): boolean {
  return mergeWish(record.state()) === 'verified';
}

function mayMerge(services: Services<'record'>): boolean {
  return isWanted(services) && !services.record.state().isPauseAsked;
}

/** Whether an earlier start left a train that is not at its end. */
function hasOpenTrain({ record }: Services<'record'>): boolean {
  const { train } = record.state();
  return train !== null && !train.isEnded;
}
