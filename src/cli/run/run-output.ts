import { plainBlock, plainJson } from '../../model/plain-text.ts';
import type { JournalEvent } from '../../model/event.ts';
import type { RunState } from '../../model/run-state.ts';
import { eventLine } from '../../reporting/event-lines.ts';

/** What a run prints while it goes on. */
export type RunOutput = {
  readonly take: (event: JournalEvent, state: RunState) => void;
  /** Something to tell that is no event of the run. */
  readonly note: (line: string) => void;
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
      stop: () => undefined,
    };
  const isLive = stdout.isTTY && !choice.isPlain && !env['CI'] && env['TERM'] !== 'dumb';
  if (!isLive) return plainOutput(stdout);
  const { startLiveView } = await import('../../reporting/live-view.ts');
  const isColour = !env['NO_COLOR'];
  const view = startLiveView({
    ...{ stream: stdout, now: Date.now, isColour },
    stops: choice.isOnlyWatched ? 'watching' : 'run',
  });
  return { take: (_event, state) => view.update(state), note: view.note, stop: view.stop };
}

function plainOutput(stdout: NodeJS.WriteStream): RunOutput {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return {
    take: (event, state) => {
      const line = eventLine(state, event, zone);
      if (line !== null) stdout.write(`${line}\n`);
    },
    note: (line) => void stdout.write(`${plainBlock(line)}\n`),
    stop: () => undefined,
  };
}
