import { cpuSecondsBelow } from '../process/process-tree.ts';

/** Our own regular look at all running attempts: one look at the process table serves them all. */
export type Pulse = {
  /** Calls back at each beat with the CPU seconds used below a process (null where it cannot be told), until released. */
  readonly watch: (pid: number, beat: (cpuSeconds: number | null) => void) => () => void;
  readonly close: () => void;
};

/** Starts a pulse. It keeps no process alive. */
export function startPulse(intervalMs: number): Pulse {
  const watched = new Map<
    symbol,
    { readonly pid: number; readonly beat: (cpu: number | null) => void }
  >();
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking || watched.size === 0) return;
    isLooking = true;
    try {
      const used = await cpuSecondsBelow([...watched.values()].map(({ pid }) => pid));
      for (const { pid, beat } of watched.values()) beat(used?.get(pid) ?? null);
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(() => void look(), intervalMs);
  timer.unref();
  return {
    watch: (pid, beat) => {
      const key = Symbol(String(pid));
      watched.set(key, { pid, beat });
      return () => void watched.delete(key);
    },
    close: () => clearInterval(timer),
  };
}
