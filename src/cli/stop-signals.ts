import type { StopListener, StopOrder } from '../app/user-interface.ts';

/**
 * The first Ctrl-C drains, a second one ends the agents; SIGTERM and the run's own time end them at once. SIGHUP (a
 * closed terminal) ends us and leaves them running.
 */
export function listenForStop(order: StopOrder): StopListener {
  const drain = new AbortController();
  const now = new AbortController();
  let hasRunTimedOut = false;
  const endNow = (): void => {
    drain.abort();
    now.abort();
  };
  const onInterrupt = (): void => {
    if (drain.signal.aborted) return endNow();
    drain.abort();
    order.onDrain();
  };
  const onTime = (): void => {
    hasRunTimedOut = true;
    endNow();
  };
  const limit = order.runTimeoutSeconds;
  const timer = limit === null ? undefined : setTimeout(onTime, limit * 1_000);
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', endNow);
  process.on('SIGUSR2', order.onNudge);
  order.lost.addEventListener('abort', endNow, { once: true });
  if (order.lost.aborted) endNow();
  return {
    drain: drain.signal,
    now: now.signal,
    hasRunTimedOut: () => hasRunTimedOut,
    release: () => {
      clearTimeout(timer);
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', endNow);
      process.off('SIGUSR2', order.onNudge);
      order.lost.removeEventListener('abort', endNow);
    },
  };
}
