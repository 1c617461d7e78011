import { continueRun, isThrough, pauseRun, type Steered } from '../../app/steer/steer-run.ts';
import { openAttempt } from '../../model/state/task-state.ts';
import { exitCodes } from '../../model/state/run-status.ts';
import { plainBlock } from '../../model/text/plain-text.ts';
import { counted } from '../../reporting/figures.ts';
import { continueCommand, goOnCommand } from '../../reporting/ending/retry-command.ts';
import { asTypedHere } from '../as-typed-here.ts';
import type { CommandContext } from '../command-context.ts';

/** `flotilla pause <issue>`: nothing new starts in a run until `flotilla continue`. */
export async function pause(issue: string, context: CommandContext): Promise<number> {
  const steered = await pauseRun(issue, context);
  context.stdout.write(`${plainBlock(pausedWords(steered))}\n`);
  return exitCodes.succeeded;
}

/** `flotilla continue <issue>`: takes the pause back. */
export async function continuePaused(issue: string, context: CommandContext): Promise<number> {
  const steered = await continueRun(issue, context);
  context.stdout.write(`${plainBlock(continuedWords(steered))}\n`);
  return exitCodes.succeeded;
}

function pausedWords({ state, isNews, isAlive }: Steered): string {
  if (!isNews && isThrough(state)) return `Nothing to pause: ${state.run} has ended.`;
  const begin = isNews ? `Paused ${state.run}` : `${state.run} was paused before`;
  const working = state.tasks.filter((task) => openAttempt(task) !== null).length;
  const how = isAlive
    ? `nothing new starts, and what is at work goes on (${counted(working, 'agent')})`
    : 'nobody works on it now, and its next start begins nothing';
  return `${begin}: ${how}.\nContinue with: ${continueCommand(asTypedHere(state))}`;
}

function continuedWords({ state, isNews, isAlive }: Steered): string {
  if (!isNews) {
    const { pause: own } = state;
    const waits = isAlive && own !== null ? ` It waits for something else: ${own.message}` : '';
    return `${state.run} is not paused.${waits}`;
  }
  return isAlive
    ? `${state.run} continues.`
    : `${state.run} is not paused any more. Nobody works on it now; start it again with:\n    ${goOnCommand(asTypedHere(state))}`;
}
