import type { RunView } from '../app/user-interface.ts';
import type { RunState } from '../model/state/run-state.ts';
import { startLiveView, type LiveView } from '../reporting/live/live-view.ts';
import { openAnswering } from './answering/answering.ts';
import type { OutputChoice } from './run-output.ts';

/** Signals that end us where nothing else is done about them: the terminal is left as it was found then, too. */
const deadly = ['SIGHUP', 'SIGQUIT', 'SIGTERM'] as const;

/** Shows a run by a view that redraws itself, in which the agents' questions can be answered where keys can be read. */
export function liveOutput(choice: Omit<OutputChoice, 'isJson' | 'isPlain'>): RunView {
  const { stdin, stdout, env } = choice;
  const isColour = !env['NO_COLOR'];
  const stops = choice.isOnlyWatched ? 'watching' : 'run';
  const answerKey = (): string | null => answering?.key() ?? null;
  const start = (): LiveView =>
    startLiveView({ stream: stdout, now: Date.now, isColour, stops, answerKey });
  let view = start();
  let newest: RunState | null = null;
  const leave = (): void => {
    answering?.rest();
    view.stop();
  };
  const enter = (): void => {
    view = start();
    if (newest !== null) view.update(newest);
    answering?.wake();
  };
  const answering = !stdin.isTTY
    ? null
    : openAnswering(choice, {
        show: (panel) => view.answer(panel),
        note: (line) => view.note(line),
        ...{ leave, enter },
      });
  const stop = (): void => {
    answering?.close();
    view.stop();
    for (const signal of deadly) process.off(signal, onDeadly);
  };
  const onDeadly = (signal: NodeJS.Signals): void => {
    if (process.listenerCount(signal) > 1) return;
    stop();
    process.kill(process.pid, signal);
  };
  for (const signal of deadly) process.on(signal, onDeadly);
  return {
    take: (_event, state) => {
      newest = state;
      answering?.update(state);
      view.update(state);
    },
    note: (line) => view.note(line),
    aside: async (talk) => {
      leave();
      try {
        return await talk();
      } finally {
        enter();
      }
    },
    stop,
  };
}
