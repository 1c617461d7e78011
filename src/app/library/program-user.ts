import type { AppContext, RunView, StopListener, StopOrder } from '../user-interface.ts';
import type { RunRequest, Where } from './requests.ts';

/** The context of a request of a program. `view` gets the events of its run. */
export function forProgram(
  request: Where & Pick<RunRequest, 'signal' | 'drain' | 'confirm'>,
  take: RunView['take'] = () => undefined,
): AppContext {
  const { directory = process.cwd(), env = process.env, onNote = ignore, confirm } = request;
  return {
    directory,
    env: { ...env },
    user: {
      isProgram: true,
      note: onNote,
      warn: onNote,
      damaged: (damages) =>
        damages.forEach(({ run }) => onNote(`The journal of ${run ?? 'some runs'} is damaged.`)),
      leftOut: ({ code }) => onNote(`Something was left out: ${code}`),
      canAsk: confirm !== undefined,
      confirm: confirm ?? (() => Promise.resolve(false)),
      width: null,
      showRun: () =>
        Promise.resolve({ take, note: onNote, aside: (talk) => talk(), stop: () => undefined }),
      listenForStop: (order) => listen(order, request),
    },
  };
}

function ignore(): void {
  // Nobody wants to know.
}

/** A program stops a run by its signals. Other processes nudge ours with SIGUSR2, which would end it unheard. */
function listen(order: StopOrder, request: Pick<RunRequest, 'signal' | 'drain'>): StopListener {
  const [drain, now] = [new AbortController(), new AbortController()];
  let hasRunTimedOut = false;
  const endNow = (): void => {
    drain.abort();
    now.abort();
  };
  const onDrain = (): void => {
    if (drain.signal.aborted) return;
    drain.abort();
    order.onDrain();
  };
  const limit = order.runTimeoutSeconds;
  const timer =
    limit === null
      ? undefined
      : setTimeout(() => {
          hasRunTimedOut = true;
          endNow();
        }, limit * 1_000);
  const released = new AbortController();
  const whenAborted = (signal: AbortSignal | undefined, call: () => void): void => {
    if (signal?.aborted) call();
    else signal?.addEventListener('abort', call, { once: true, signal: released.signal });
  };
  whenAborted(order.lost, endNow);
  whenAborted(request.signal, endNow);
  whenAborted(request.drain, onDrain);
  process.on('SIGUSR2', order.onNudge);
  return {
    drain: drain.signal,
    now: now.signal,
    hasRunTimedOut: () => hasRunTimedOut,
    release: () => {
      clearTimeout(timer);
      released.abort();
      process.off('SIGUSR2', order.onNudge);
    },
  };
}
