import { attachTask, type AttachOutcome } from '../../app/steer/attach-task.ts';
import { isOver } from '../../model/state/task-state.ts';
import { exitCodes } from '../../model/state/run-status.ts';
import { plainBlock, plainText } from '../../model/text/plain-text.ts';
import { UserError } from '../../model/user-error.ts';
import { shellWord } from '../../reporting/shell-word.ts';
import { asTypedHere } from '../as-typed-here.ts';
import type { CommandContext } from '../command-context.ts';
import { forUser } from '../terminal-user.ts';

/** `flotilla attach <issue> <task>`: opens the session of a task's agent in the agent's own program. */
export async function attach(
  params: { readonly issue: string; readonly task: number },
  context: CommandContext,
): Promise<number> {
  if (!context.stdin.isTTY || !context.stdout.isTTY)
    throw new UserError({ code: 'no-terminal', command: 'flotilla attach' });
  const [waiting, now] = [new AbortController(), new AbortController()];
  const giveUp = (): void => waiting.abort();
  const leave = (): void => now.abort();
  // The key is the program's once that has begun.
  process.on('SIGINT', giveUp).on('SIGTERM', leave).on('SIGHUP', leave);
  try {
    const stop = { waiting: waiting.signal, now: now.signal };
    const outcome = await attachTask(params, forUser(context), stop);
    // A terminal that is gone takes no words.
    return now.signal.aborted ? exitCodes.interrupted : report(outcome, context);
  } finally {
    process.off('SIGINT', giveUp).off('SIGTERM', leave).off('SIGHUP', leave);
  }
}

function report(outcome: AttachOutcome, { stdout, stderr }: CommandContext): number {
  const { end, task, isEnded } = outcome;
  const what = `task ${task.ordinal}`;
  if (isEnded) {
    stderr.write(`You are not attached to ${what} any more: it is ${task.status}.\n`);
    return exitCodes.other;
  }
  const then = whatFollows(outcome);
  if (end === null) {
    stderr.write(`${plainBlock(`You did not wait for ${what}. ${then}`)}\n`);
    return exitCodes.interrupted;
  }
  if (end.kind === 'exited' && end.code === 0) {
    stdout.write(`${plainBlock(`You have left ${what}. ${then}`)}\n`);
    return exitCodes.succeeded;
  }
  const how =
    end.kind === 'exited'
      ? `ended with exit code ${end.code}`
      : end.kind === 'signalled'
        ? `was ended by ${end.signal}`
        : `could not be started: ${plainText(end.message, 300)}`;
  stderr.write(`${plainBlock(`The program of ${what} ${how}. ${then}`)}\n`);
  return exitCodes.other;
}

function whatFollows({ state, task, isAlive }: AttachOutcome): string {
  const here = asTypedHere(state);
  if (isOver(task))
    return `The task is ${task.status}, so nothing continues by itself. To have its agent continue:\n    flotilla resume ${shellWord(here.source)} --retry --tasks ${task.ordinal}`;
  return isAlive
    ? 'Its agent continues with the session.'
    : `Nobody works on the run now. The next start continues with the session:\n    flotilla resume ${shellWord(here.source)}`;
}
