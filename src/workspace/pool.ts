/** Runs work when one of its places is free, lower priorities first, and in the order of asking among equals. */
export type Pool = <T>(work: () => Promise<T>, priority?: number) => Promise<T>;

/** A pool with a number of places. */
export function createPool(places: number): Pool {
  let free = places;
  const waiting: { readonly priority: number; readonly start: () => void }[] = [];
  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next.start();
  };
  const enter = (priority: number): Promise<void> => {
    if (free > 0) {
      free -= 1;
      return Promise.resolve();
    }
    return new Promise((start) => {
      const index = waiting.findIndex((other) => other.priority > priority);
      waiting.splice(index === -1 ? waiting.length : index, 0, { priority, start });
    });
  };
  return async (work, priority = 0) => {
    await enter(priority);
    try {
      return await work();
    } finally {
      release();
    }
  };
}
