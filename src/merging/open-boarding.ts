import type { Forge } from '../forge/forge.ts';
import type { Git } from '../git/git.ts';
import type { TrainCar } from '../model/merge/train-car.ts';
import type { TrainState } from '../model/merge/train.ts';
import { isOver, type TaskState } from '../model/state/task-state.ts';
import type { Arrivals } from '../orchestration/go-on-to-merging.ts';
import { concludeMerged } from '../orchestration/publish/conclude-merged.ts';
import type { Services } from '../services/run-services.ts';
import { orderTrain, type Mergeable } from '../trial/order/plan-train.ts';
import { findBranches } from './find-branches.ts';
import type { Boarding } from './train/train-tools.ts';

export type BoardingParams = {
  readonly services: Services<'record' | 'workspaces'>;
  readonly forge: Forge;
  /** Of a merge repository, which has all the commits. */
  readonly git: Git;
  readonly arrivals: Arrivals;
  /** The train as the journal knows it; null while there is none. */
  readonly train: () => TrainState | null;
  /** Gets those that are about to join. */
  readonly announce: (cars: readonly TrainCar[]) => Promise<unknown>;
};

/** Brings pull requests to a train as their tasks become ready. */
export type OpenBoarding = Boarding & {
  /** Those that can go now, in their order; all that each stands on is merged, in the train, or among them. */
  readonly find: () => Promise<readonly TrainCar[]>;
};

export function openBoarding(params: BoardingParams): OpenBoarding {
  const { services, forge, git, arrivals, train, announce } = params;
  const { record } = services;

  const find = async (): Promise<readonly TrainCar[]> => {
    const ready = arrivals.ready().filter((task) => isNew(train(), record.task(task)));
    if (ready.length === 0) return [];
    const cars = train()?.cars ?? [];
    const aboard = cars.map(({ task, firstHead }) => ({ task, head: firstHead }));
    const { base, branches } = await findBranches(services, { forge, git, aboard });
    const known = new Set(aboard.map(({ task }) => task));
    const joining = thatCanGo(
      branches.filter(({ task }) => ready.includes(task)),
      (task) => known.has(task) || isLost(record.task(task)),
      (task) => foundationsOf(services, task),
    );
    return joining.length === 0 ? [] : orderTrain(git, { base, branches: joining });
  };

  return {
    find,
    take: async () => {
      const cars = await find();
      if (cars.length === 0) return;
      await announce(cars);
      record.record({ type: 'train-joined', cars });
    },
    change: arrivals.change,
    isOver: arrivals.isOver,
    rest: async () => {
      await concludeMerged({ state: record.state, record: record.record, forge });
      await arrivals.rest();
    },
  };
}

/** Whether a train does not have a task's newest work: it never had it, or left it before that was published. */
function isNew(train: TrainState | null, { ordinal, pushedHead }: TaskState): boolean {
  const car = train?.cars.find(({ task }) => task === ordinal);
  if (car === undefined) return true;
  return car.outcome?.kind === 'left' && pushedHead !== car.head && pushedHead !== car.firstHead;
}

/** The tasks below one, by the plan and by what happened. */
function foundationsOf({ record }: Services<'record'>, ordinal: number): readonly number[] {
  const planned = record.state().plan?.tasks.find((task) => task.ordinal === ordinal);
  const { stackedOn } = record.task(ordinal);
  const below = [planned?.stackOn ?? null, stackedOn?.on ?? null];
  return below.flatMap((task) => task ?? []);
}

/** Whether a task comes to nothing, so that nobody waits for it. */
function isLost(task: TaskState): boolean {
  return task.status === 'merged' || (isOver(task) && task.status !== 'completed');
}

/** Those with all that they stand on: in the train, over, or among them. */
function thatCanGo(
  branches: readonly Mergeable[],
  isThere: (task: number) => boolean,
  foundations: (task: number) => readonly number[],
): Mergeable[] {
  let going = [...branches];
  for (;;) {
    const isGoing = (task: number): boolean => going.some((one) => one.task === task);
    const next = going.filter(({ task, after }) =>
      [...after, ...foundations(task)].every((below) => isThere(below) || isGoing(below)),
    );
    if (next.length === going.length) return next;
    going = next;
  }
}
