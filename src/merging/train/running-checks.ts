import type { CheckedPrefix } from '../../model/merge/checked-tree.ts';
import { checkPrefix, type CheckPlace, type Prefix } from './check-prefix.ts';
import { isSamePrefix, nextAhead } from './next-ahead.ts';
import type { TrainTools } from './train-tools.ts';

/** The checks of prefixes that run side by side, one in each place; closing ends what still runs, and waits for it. */
export type RunningChecks = AsyncDisposable & {
  /** Begins what is wanted as far as there is room, the earliest first, and ends what is no longer. */
  readonly want: (prefixes: readonly Prefix[]) => void;
  readonly count: () => number;
  /** Resolves when a check has ended. */
  readonly change: () => Promise<void>;
  /** Throws what a check threw. */
  readonly rethrow: () => void;
};

type Running = {
  readonly prefix: Prefix;
  readonly controller: AbortController;
  readonly work: Promise<void>;
};

/** Opens the places of one train. What comes of a check is written down as soon as it has ended. */
export function openRunningChecks(tools: TrainTools): RunningChecks {
  const free = [...tools.places];
  const running = new Set<Running>();
  let wanted: readonly Prefix[] = [];
  let isClosed = false;
  let trouble: { readonly error: unknown } | null = null;
  let change = Promise.withResolvers<void>();

  const check = async (prefix: Prefix, place: CheckPlace, signal: AbortSignal): Promise<void> => {
    const answer = await checkPrefix(place, prefix, signal);
    if (answer === null || isClosed) return;
    const { tasks, tree, onto, by } = prefix;
    tools.record({ type: 'prefix-checked', tasks, tree, onto, by, ...answer });
  };

  const begin = (prefix: Prefix, place: CheckPlace): void => {
    const controller = new AbortController();
    const work = check(prefix, place, AbortSignal.any([controller.signal, tools.stop]))
      .catch((error: unknown) => {
        trouble ??= { error };
      })
      .then(() => {
        running.delete(own);
        free.push(place);
        fill();
        change.resolve();
        change = Promise.withResolvers();
      });
    const own = { prefix, controller, work };
    running.add(own);
  };

  const find = (one: CheckedPrefix): Running | undefined =>
    [...running].find(({ prefix }) => isSamePrefix(prefix, one));

  const fill = (): void => {
    if (isClosed || trouble !== null || tools.stop.aborted) return;
    const { start, end } = nextAhead({
      ...{ prefixes: wanted, trees: tools.train().trees, free: free.length },
      running: [...running].map(({ prefix }) => prefix),
    });
    for (const prefix of end) find(prefix)?.controller.abort();
    for (const prefix of start) begin(prefix, free.shift() as CheckPlace);
  };

  return {
    want: (prefixes) => {
      wanted = prefixes;
      fill();
    },
    count: () => running.size,
    change: () => change.promise,
    rethrow: () => {
      if (trouble !== null) throw trouble.error;
    },
    [Symbol.asyncDispose]: async () => {
      isClosed = true;
      for (const { controller } of running) controller.abort();
      await Promise.all([...running].map(({ work }) => work));
    },
  };
}
