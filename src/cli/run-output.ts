import type { RunView } from '../app/user-interface.ts';
import { plainBlock, plainJson } from '../model/text/plain-text.ts';
import type { RunState } from '../model/state/run-state.ts';
import { eventLine } from '../reporting/words/event-lines.ts';
import type { LiveView } from '../reporting/live/live-view.ts';
import type { CommandContext } from './command-context.ts';

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
export async function chooseOutput(choice: OutputChoice): Promise<RunView> {
  const { stdout, stderr, env } = choice;
  if (choice.isJson)
    return {
      take: (event) => void stdout.write(`${plainJson(event)}\n`),
      note: (line) => void stderr.write(`${plainBlock(line)}\n`),
      aside: (talk) => talk(),
      stop: () => undefined,
    };
  if (!isLive(choice)) return plainOutput(stdout);
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

/** Whether a run is shown by a view that redraws itself, unless it is shown to a program. */
export function isLive({
  stdout,
  isPlain,
  env,
}: Pick<OutputChoice, 'stdout' | 'isPlain' | 'env'>): boolean {
  return stdout.isTTY && !isPlain && !env['CI'] && env['TERM'] !== 'dumb';
}

/** Lines while pull requests merge; for a program nothing, since its answer is the report. */
export function mergeView({ stdout }: CommandContext, isJson: boolean): RunView {
  const lines = plainOutput(stdout);
  return isJson ? { ...lines, take: () => undefined } : lines;
}

function plainOutput(stdout: NodeJS.WriteStream): RunView {
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
