import { cancelTasks, type CancelOutcome } from '../../app/cancel-tasks.ts';
import { exitCodes } from '../../model/state/run-status.ts';
import { isOver, type TaskState } from '../../model/state/task-state.ts';
import type { CommandContext } from '../command-context.ts';

/** `flotilla cancel <issue> [task…]`: ends tasks, or all of a run, from any terminal. */
export async function cancel(
  params: { readonly issue: string; readonly tasks: readonly number[] },
  context: CommandContext,
): Promise<number> {
  const outcome = await cancelTasks(params, context);
  if (outcome.what === 'tasks') return report(outcome, context);
  context.stdout.write(`${endWords(outcome, params.tasks.length === 0)}\n`);
  return exitCodes.succeeded;
}

function endWords({ state: { run }, what }: CancelOutcome, isWhole: boolean): string {
  if (what === 'controls')
    return `All tasks of ${run} are over; what ran a second time alone is ended, and is not measured.`;
  if (what === 'watch')
    return `All tasks of ${run} are over; it no longer waits for checks. Its pull requests stay open.`;
  return `Nothing to cancel: ${isWhole ? 'no task' : 'none of these tasks'} of ${run} is open.`;
}

function report({ state, ordinals }: CancelOutcome, { stdout, stderr }: CommandContext): number {
  const tasks = state.tasks.filter(({ ordinal }) => ordinals.includes(ordinal));
  const named = (some: readonly TaskState[]): string =>
    `task ${some.map(({ ordinal }) => ordinal).join(', ')}`;
  const cancelled = tasks.filter(({ status }) => status === 'cancelled');
  const open = tasks.filter((task) => !isOver(task));
  if (cancelled.length > 0)
    stdout.write(
      `Cancelled in ${state.run}: ${named(cancelled)}. Their work is kept; --retry resumes them.\n`,
    );
  for (const { ordinal, status } of tasks)
    if (status === 'completed' || status === 'merged' || status === 'failed')
      stdout.write(`Task ${ordinal} had already ended: it is ${status}.\n`);
  if (open.length === 0) return exitCodes.succeeded;
  stderr.write(
    `Not cancelled yet in ${state.run}: ${named(open)}. Process ${state.orchestrator.pid} works on the run and has been asked.\n` +
      'Look again with flotilla status, or run the same command again.\n',
  );
  return exitCodes.other;
}
