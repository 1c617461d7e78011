import { createInterface } from 'node:readline/promises';
import type {
  AppContext,
  UserInterface,
  UserTerminal,
  StopListener,
  StopParams,
} from '../app/user-interface.ts';
import type { CommandContext } from './command-context.ts';
import { renderProblem } from './render-problem.ts';
import { chooseOutput, isLive } from './run-output.ts';
import { tellDamage } from './tell-damage.ts';

/** How a command line wants to be talked to. */
export type Manner = {
  /** Standard output is for programs: nothing but events and results goes there. */
  readonly json?: boolean | undefined;
  /** Lines instead of a live view. */
  readonly plain?: boolean | undefined;
};

/** The context of a command for the application: its user is at this terminal, or a script. */
export function forUser(context: CommandContext, manner: Manner = {}): AppContext {
  const { directory, env } = context;
  return { directory, env, user: terminalUser(context, manner) };
}

function terminalUser(context: CommandContext, manner: Manner): UserInterface {
  const { stdin, stdout, stderr } = context;
  const { json: isJson = false, plain: isPlain = false } = manner;
  const warn = (text: string): void => void stderr.write(`${text}\n`);
  return {
    isProgram: isJson,
    note: isJson ? warn : (text) => void stdout.write(`${text}\n`),
    warn,
    damaged: (damages) => void tellDamage(damages, stderr),
    leftOut: (problem) => warn(`Left out: ${renderProblem(problem).message}`),
    canAsk: stdin.isTTY && stdout.isTTY && !isJson && !isPlain,
    confirm: (lines, question) => confirm(context, lines, question),
    width: stdout.isTTY ? stdout.columns : null,
    terminal: terminalOf(context, { isJson, isPlain }),
    showRun: () => chooseOutput({ isJson, isPlain, ...context }),
    listenForStop,
  };
}

/** Standard output, or standard error where that one goes elsewhere. */
function terminalOf(
  { stdout, stderr, env }: CommandContext,
  { isJson, isPlain }: { readonly isJson: boolean; readonly isPlain: boolean },
): UserTerminal | null {
  const stream = [stdout, stderr].find(({ isTTY }) => isTTY);
  if (stream === undefined || env['TERM'] === 'dumb') return null;
  return {
    isLive: !isJson && isLive({ stdout, isPlain, env }),
    write: (sequence) => void stream.write(sequence),
  };
}

async function confirm(
  { stdin, stdout }: CommandContext,
  lines: readonly string[],
  question: string,
): Promise<boolean> {
  if (lines.length > 0) stdout.write(`${lines.join('\n')}\n`);
  const terminal = createInterface({ input: stdin, output: stdout });
  try {
    // Ctrl-C, Ctrl-D and a terminal that goes away are no answer, and so no agreement.
    const answer = await terminal.question(question).catch(() => '');
    return /^y(?:es)?$/iu.test(answer.trim());
  } finally {
    terminal.close();
  }
}

/**
 * The first Ctrl-C drains, a second one ends the agents; SIGTERM and the run's own time end them at once. SIGHUP (a
 * closed terminal) ends us and leaves them running.
 */
function listenForStop(params: StopParams): StopListener {
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
    params.onDrain();
  };
  const onTime = (): void => {
    hasRunTimedOut = true;
    endNow();
  };
  const limit = params.runTimeoutSeconds;
  const timer = limit === null ? undefined : setTimeout(onTime, limit * 1_000);
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', endNow);
  process.on('SIGUSR2', params.onNudge);
  params.lost.addEventListener('abort', endNow, { once: true });
  if (params.lost.aborted) endNow();
  return {
    drain: drain.signal,
    now: now.signal,
    hasRunTimedOut: () => hasRunTimedOut,
    release: () => {
      clearTimeout(timer);
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', endNow);
      process.off('SIGUSR2', params.onNudge);
      params.lost.removeEventListener('abort', endNow);
    },
  };
}
