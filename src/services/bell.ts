/** Lets one loop sleep until its time, until somebody rings, or until the end. */
export type Bell = {
  readonly ring: () => void;
  /** Milliseconds; null: until it rings. */
  readonly wait: (ms: number | null) => Promise<void>;
};

/** The wall clock is looked at this often: a timer alone would sleep on after a laptop woke up. */
const longestMs = 60_000;

/** Opens a bell that also rings when the signal comes. What rings while nobody waits is heard by the next wait. */
export function openBell(ending: AbortSignal): Bell {
  let hasRung = false;
  let wake: (() => void) | null = null;
  const ring = (): void => {
    hasRung = true;
    wake?.();
  };
  ending.addEventListener('abort', ring, { once: true });
  return {
    ring,
    wait: async (ms) => {
      if (!hasRung && !ending.aborted)
        await new Promise<void>((resolve) => {
          const timer =
            ms === null ? null : setTimeout(resolve, Math.min(longestMs, Math.max(1, ms)));
          wake = () => {
            if (timer !== null) clearTimeout(timer);
            resolve();
          };
        });
      wake = null;
      hasRung = false;
    },
  };
}
