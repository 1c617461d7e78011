import type { RunView } from '../app/user-interface.ts';
import { plainBlock, plainJson } from '../model/text/plain-text.ts';
import { eventLine } from '../reporting/words/event-lines.ts';
import type { CommandContext } from './command-context.ts';

export type OutputChoice = CommandContext & {
  readonly isJson: boolean;
  readonly isPlain: boolean;
  /** Whether the run is another process's, and only watched here. */
  readonly isOnlyWatched?: boolean;
};

/** NDJSON for scripts, a live view on a terminal, plain lines elsewhere. */
export async function chooseOutput(choice: OutputChoice): Promise<RunView> {
  const { stdout, stderr } = choice;
  if (choice.isJson)
    return {
      take: (event) => void stdout.write(`${plainJson(event)}\n`),
      note: (line) => void stderr.write(`${plainBlock(line)}\n`),
      aside: (talk) => talk(),
      stop: () => undefined,
    };
  if (!isLive(choice)) return plainOutput(stdout);
  const { liveOutput } = await import('./live-output.ts');
  return liveOutput(choice);
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
