import type { StopSignals } from '../orchestration/run-tools.ts';

/** The user's signals as abort signals; `release` gives the process its usual behaviour back. */
export type StopListener = StopSignals & { readonly release: () => void };

/** The first Ctrl-C drains, a second one ends the agents; SIGTERM ends them at once. SIGHUP leaves them running. */
export function listenForStop(onFirst: () => void): StopListener {
  const drain = new AbortController();
  const now = new AbortController();
  const endNow = (): void => {
    drain.abort();
    now.abort();
  };
  const onInterrupt = (): void => {
    if (drain.signal.aborted) return endNow();
    drain.abort();
    onFirst();
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', endNow);
  return {
    drain: drain.signal,
    now: now.signal,
    release: () => {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', endNow);
    },
  };
}
