/** Agents that are at work for a train, each on a pull request of its own; closing waits for all of them. */
export type AskedAgents = AsyncDisposable & {
  /** The tasks whose agents are at work. */
  readonly away: () => ReadonlySet<number>;
  /** Lets work begin for a task; it goes on meanwhile. */
  readonly ask: (task: number, work: () => Promise<void>) => void;
  /** Resolves when one has ended. */
  readonly change: () => Promise<void>;
  /** Throws what one of them threw. */
  readonly rethrow: () => void;
};

export function openAskedAgents(): AskedAgents {
  const working = new Map<number, Promise<void>>();
  let trouble: { readonly error: unknown } | null = null;
  return {
    away: () => new Set(working.keys()),
    ask: (task, work) => {
      const done = work()
        .catch((error: unknown) => {
          trouble ??= { error };
        })
        .finally(() => working.delete(task));
      working.set(task, done);
    },
    change: () => Promise.race(working.values()),
    rethrow: () => {
      if (trouble !== null) throw trouble.error;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(working.values());
    },
  };
}
