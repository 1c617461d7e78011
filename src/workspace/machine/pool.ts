/** What a pool is asked for besides a place. */
export type PlaceParams = {
  /** Lower ones go first, equal ones in the order of asking. Zero when it is left out. */
  readonly priority?: number;
  /** Work that must end anyway need not wait for a place: aborted while it waits, it starts without one. */
  readonly signal?: AbortSignal;
};

/** Runs work when one of its places is free. */
export type Pool = {
  <T>(work: () => Promise<T>, params?: PlaceParams): Promise<T>;
  /** Gives the place of work that only waits to other work, until the result is called; then there is one place less again. */
  readonly lend: () => () => void;
};

type Waiting = { readonly priority: number; readonly start: () => void };

/** A pool with a number of places. */
export function createPool(places: number): Pool {
  let free = places;
  const waiting: Waiting[] = [];
  const release = (): void => {
    free += 1;
    // What came back may be owed: then it is below one.
    if (free < 1) return;
    const next = waiting.shift();
    if (next === undefined) return;
    free -= 1;
    next.start();
  };
  /** Resolves with whether it got a place. */
  const enter = ({ priority = 0, signal }: PlaceParams): Promise<boolean> => {
    if (signal?.aborted) return Promise.resolve(false);
    if (free > 0) {
      free -= 1;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const leave = (): void => {
        waiting.splice(waiting.indexOf(own), 1);
        resolve(false);
      };
      const start = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve(true);
      };
      const own = { priority, start };
      const index = waiting.findIndex((other) => other.priority > priority);
      waiting.splice(index === -1 ? waiting.length : index, 0, own);
      signal?.addEventListener('abort', leave, { once: true });
    });
  };
  const run = async <T>(work: () => Promise<T>, params: PlaceParams = {}): Promise<T> => {
    const hasPlace = await enter(params);
    try {
      return await work();
    } finally {
      if (hasPlace) release();
    }
  };
  const lend = (): (() => void) => {
    release();
    let isLent = true;
    return () => {
      if (isLent) free -= 1;
      isLent = false;
    };
  };
  return Object.assign(run, { lend });
}
