import type { SignalKey } from './key-reader.ts';

/** What a terminal does by itself as long as its keys are not taken. */
export const keySignals = { interrupt: 'SIGINT', quit: 'SIGQUIT', suspend: 'SIGTSTP' } as const;

/** Time in which a process that asked to be stopped is: one that nobody could continue is not stopped at all. */
const stopMs = 200;

/** Does what the terminal would: signals all that runs in front. Before a stop the terminal is left, and entered after it. */
export function signalByKey(
  kind: SignalKey['kind'],
  { leave, enter }: { readonly leave: () => void; readonly enter: () => void },
): void {
  if (kind === 'suspend') {
    leave();
    const onContinue = (): void => {
      clearTimeout(timer);
      process.off('SIGCONT', onContinue);
      enter();
    };
    process.on('SIGCONT', onContinue);
    const timer = setTimeout(onContinue, stopMs);
  }
  process.kill(0, keySignals[kind]);
}
