import { cpuSecondsBelow } from '../process/process-tree.ts';

/** Our own regular look at all running attempts: one look at the process table serves those that are due together. */
export type Pulse = {
  /**
   * Calls back at each beat with the CPU seconds used below a process (null when it is unknown), until released.
   * The first beat comes one interval from now.
   */
  readonly watch: (pid: number, beat: (cpuSeconds: number | null) => void) => () => void;
  /** Takes the interval as it is by now for beats that are due, too. */
  readonly retime: () => void;
  readonly close: () => void;
};

type Watched = {
  readonly pid: number;
  readonly beat: (cpuSeconds: number | null) => void;
  /** When its next beat is due, on the process's own clock. */
  due: number;
};

/** Such a part of the interval a beat may come early, so that it shares a look with another. */
const earlyShare = 0.1;

/** Starts a pulse; its interval, in milliseconds, may be another one by each beat. It keeps no process alive. */
export function startPulse(intervalNow: () => number): Pulse {
  const watched = new Set<Watched>();
  let timer: NodeJS.Timeout | null = null;
  let isLooking = false;

  const stop = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  const plan = (): void => {
    stop();
    if (isLooking || watched.size === 0) return;
    const next = Math.min(...[...watched].map(({ due }) => due));
    timer = setTimeout(() => void look(), Math.max(0, next - performance.now()));
    timer.unref();
  };
  const look = async (): Promise<void> => {
    isLooking = true;
    try {
      const now = performance.now();
      const intervalMs = intervalNow();
      const due = [...watched].filter((one) => one.due <= now + intervalMs * earlyShare);
      for (const one of due) one.due = Math.max(one.due, now - intervalMs) + intervalMs;
      const used = await cpuSecondsBelow(due.map(({ pid }) => pid));
      for (const one of due) if (watched.has(one)) one.beat(used?.get(one.pid) ?? null);
    } finally {
      isLooking = false;
      plan();
    }
  };

  return {
    watch: (pid, beat) => {
      const one: Watched = { pid, beat, due: performance.now() + intervalNow() };
      watched.add(one);
      plan();
      return () => {
        watched.delete(one);
        plan();
      };
    },
    retime: () => {
      const latest = performance.now() + intervalNow();
      for (const one of watched) one.due = Math.min(one.due, latest);
      plan();
    },
    close: () => {
      watched.clear();
      stop();
    },
  };
}
