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
  /** Gives it another number of places. Work that has one keeps it, also where there are fewer by now. */
  readonly resize: (places: number) => void;
  /** How many places are taken. */
  readonly taken: () => number;
};

type Waiting = { readonly priority: number; readonly start: () => void };

/** A pool with a number of places. */
export function createPool(places: number): Pool {
  let most = places;
  let taken = 0;
  const waiting: Waiting[] = [];
  const fill = (): void => {
    while (taken < most && waiting.length > 0) {
      taken += 1;
      waiting.shift()?.start();
    }
  };
  const release = (): void => {
    taken -= 1;
    fill();
  };
  /** Resolves with whether it got a place. */
  const enter = ({ priority = 0, signal }: PlaceParams): Promise<boolean> => {
    if (signal?.aborted) return Promise.resolve(false);
    if (taken < most) {
      taken += 1;
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
      if (isLent) taken += 1;
      isLent = false;
    };
  };
  const resize = (wanted: number): void => {
    most = wanted;
    fill();
  };
  return Object.assign(run, { lend, resize, taken: () => taken });
}
