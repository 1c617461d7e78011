import { isOver, type TaskState } from '../model/state/task-state.ts';
import { plannedTask } from '../services/planned-task.ts';
import type { Services } from '../services/run-services.ts';

/**
 * Lets each task wait for what comes before it: the task below it in its stack, the one before it in a sequential phase
 * whose tasks do not stack, and the batch before its own. Waiting takes no place from those that can work.
 */
export type TurnTaking = {
  /** To be called when a task is run that was not among those of the beginning. */
  readonly join: (ordinal: number) => void;
  /** Resolves when the task may begin, or when it is clear that it will not in this run. */
  readonly whenReady: (ordinal: number) => Promise<void>;
  /** Whether a task is run now, or will be. */
  readonly takesPart: (ordinal: number) => boolean;
  /** Resolves when it does not any more. */
  readonly whenLeft: (ordinal: number) => Promise<void>;
  /** To be called when a task is not run any more, however it ended. */
  readonly leave: (ordinal: number) => void;
};

export function takeTurns(services: Services<'record'>, first: readonly number[]): TurnTaking {
  const ordinals = [...first];
  const left = new Set<number>();
  let waiting: (() => void)[] = [];
  const batchOf = (ordinal: number): number => plannedTask(services, ordinal).batch;

  const isReady = (ordinal: number): boolean => {
    const before = [
      plannedTask(services, ordinal).stackOn,
      previousInSequence(services, ordinals, ordinal),
      ...ordinals.filter((other) => batchOf(other) < batchOf(ordinal)),
    ];
    return before.every((other) => other === null || left.has(other) || !ordinals.includes(other));
  };

  const takesPart = (ordinal: number): boolean => ordinals.includes(ordinal) && !left.has(ordinal);

  return {
    join: (ordinal) => {
      left.delete(ordinal);
      if (!ordinals.includes(ordinal)) ordinals.push(ordinal);
    },
    takesPart,
    whenLeft: async (ordinal) => {
      while (takesPart(ordinal)) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    whenReady: async (ordinal) => {
      // One that was begun by an orchestrator before us continues at once.
      while (!isReady(ordinal) && !hasBegun(services.record.task(ordinal)))
        await new Promise<void>((resolve) => waiting.push(resolve));
    },
    leave: (ordinal) => {
      left.add(ordinal);
      const woken = waiting;
      waiting = [];
      woken.forEach((wake) => wake());
    },
  };
}

/** The task before one in a sequential phase, of those that are to work; null in a parallel phase, and for the first. */
function previousInSequence(
  services: Services<'record'>,
  ordinals: readonly number[],
  ordinal: number,
): number | null {
  const { plan } = services.record.state();
  const { phase } = plannedTask(services, ordinal);
  const mode = plan?.phases.find(({ number }) => number === phase)?.mode;
  if (plan === null || plan.stack === 'auto' || mode !== 'sequential') return null;
  const members = ordinals.filter((other) => plannedTask(services, other).phase === phase);
  return members[members.indexOf(ordinal) - 1] ?? null;
}

function hasBegun(task: TaskState): boolean {
  return !isOver(task) && task.workspace?.state === 'ready';
}
