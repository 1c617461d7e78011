import { plainBlock, plainJson } from '../model/text/plain-text.ts';
import type { JournalEvent } from '../model/event/event.ts';
import type { RunState } from '../model/state/run-state.ts';
import { eventLine } from '../reporting/words/event-lines.ts';
import type { LiveView } from '../reporting/live/live-view.ts';

/** What a run prints while it is going on. */
export type RunOutput = {
  readonly take: (event: JournalEvent, state: RunState) => void;
  /** A note that is not an event of the run. */
  readonly note: (line: string) => void;
  /** Lets something be said and asked next to a live view, which continues below it. */
  readonly aside: <T>(talk: () => Promise<T>) => Promise<T>;
  /** Ends a live view; what comes after stands below it. */
  readonly stop: () => void;
};

export type OutputChoice = {
  readonly isJson: boolean;
  readonly isPlain: boolean;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  /** Whether the run is another process's, and only watched here. */
  readonly isOnlyWatched?: boolean;
};

/** NDJSON for scripts, a live view on a terminal, plain lines elsewhere. */
export async function chooseOutput(choice: OutputChoice): Promise<RunOutput> {
  const { stdout, stderr, env } = choice;
  if (choice.isJson)
    return {
      take: (event) => void stdout.write(`${plainJson(event)}\n`),
      note: (line) => void stderr.write(`${plainBlock(line)}\n`),
      aside: (talk) => talk(),
      stop: () => undefined,
    };
  const isLive = stdout.isTTY && !choice.isPlain && !env['CI'] && env['TERM'] !== 'dumb';
  if (!isLive) return plainOutput(stdout);
  const { startLiveView } = await import('../reporting/live/live-view.ts');
  const isColour = !env['NO_COLOR'];
  const stops = choice.isOnlyWatched ? 'watching' : 'run';
  const start = (): LiveView => startLiveView({ stream: stdout, now: Date.now, isColour, stops });
  let view = start();
  let newest: RunState | null = null;
  return {
    take: (_event, state) => {
      newest = state;
      view.update(state);
    },
    note: (line) => view.note(line),
    aside: async (talk) => {
      view.stop();
      try {
        return await talk();
      } finally {
        view = start();
        if (newest !== null) view.update(newest);
      }
    },
    stop: () => view.stop(),
  };
}

function plainOutput(stdout: NodeJS.WriteStream): RunOutput {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return {
    take: (event, state) => {
      const line = eventLine(state, event, zone);
      if (line !== null) stdout.write(`${line}\n`);
    },
    note: (line) => void stdout.write(`${plainBlock(line)}\n`),
    aside: (talk) => talk(),
    stop: () => undefined,
  };
}
