import { foldRun, isOver, type RunState } from '../../model/run-state.ts';
import { issueKey } from '../../model/issue.ts';
import { UserError } from '../../model/user-error.ts';
import { isAlive, identifySelf } from '../../process/identity.ts';
import { findAttempt } from '../../process/claim.ts';
import { stopKeeper } from '../../process/keeper.ts';
import { signalQuietly } from '../../process/process-tree.ts';
import { rebuildRuntimeFiles } from '../../reporting/runtime-files.ts';
import type { CommandContext } from '../command-context.ts';
import {
  findPlace,
  findRun,
  openUserHolds,
  type FoundRun,
  type Place,
} from '../open-repository.ts';

/**
 * `flotilla cancel <issue> [task…]`: ends tasks, or all of a run, from any terminal. The request is written to the
 * journal; a living orchestrator is nudged to read it and ends its agents, else we do it in its place.
 */
export async function cancel(
  order: { readonly issue: string; readonly tasks: readonly number[] },
  context: CommandContext,
): Promise<number> {
  const place = await findPlace(context.directory, context.env);
  const found = await findRun(place, order.issue);
  try {
    const { journal, state } = found;
    const known = state.tasks.map(({ ordinal }) => ordinal);
    const missing = order.tasks.filter((ordinal) => !known.includes(ordinal));
    if (missing.length > 0) throw new UserError({ code: 'no-such-task', ordinals: missing, known });
    const tasks = order.tasks.length === 0 ? null : order.tasks;
    const open = state.tasks.filter(
      (task) => (tasks?.includes(task.ordinal) ?? true) && !isOver(task),
    );
    if (open.length === 0) {
      context.stdout.write(
        `Nothing to cancel: ${tasks === null ? 'no task' : 'none of these tasks'} of ${state.run} is open.\n`,
      );
      return 0;
    }
    journal.append(state.run, { type: 'cancel-requested', tasks });
    if (state.ended === null && (await isAlive(state.orchestrator)))
      await waitForOrchestrator(
        found,
        open.map(({ ordinal }) => ordinal),
      );
    else await cancelOurselves(place, found);
    const names = open.map(({ ordinal }) => ordinal).join(', ');
    context.stdout.write(
      `Cancelled in ${state.run}: task ${names}. Their work is kept; --retry takes them up again.\n`,
    );
    return 0;
  } finally {
    found.journal.close();
  }
}

/** Ending a tree that ignores TERM takes the orchestrator its grace and a little. */
const patienceMs = 30_000;

async function waitForOrchestrator({ journal, state }: FoundRun, open: number[]): Promise<void> {
  signalQuietly(state.orchestrator.pid, 'SIGUSR2');
  const waiting = new Set(open);
  for await (const event of journal.follow(state.run, 0, AbortSignal.timeout(patienceMs))) {
    if (
      event.type === 'task-cancelled' ||
      event.type === 'task-completed' ||
      event.type === 'task-failed'
    )
      waiting.delete(event.task);
    if (waiting.size === 0) return;
  }
}

/** The orchestrator is dead: its agents may not be. We hold its place while we end them. */
async function cancelOurselves(place: Place, { journal, state }: FoundRun): Promise<void> {
  const holds = openUserHolds(place, await identifySelf());
  try {
    await holds.during(`run:${place.state.root}:${issueKey(state.issue)}`, async () => {
      const now = foldRun(journal.read(state.run, 0)) ?? state;
      for (const task of now.tasks) {
        if (!task.isCancelRequested || isOver(task)) continue;
        await endAttempts(
          task.attempts.filter(({ result }) => result === null),
          (attempt) =>
            journal.append(now.run, {
              type: 'attempt-ended',
              task: task.ordinal,
              attempt,
              result: { kind: 'stopped', why: 'cancelled' },
              claim: '',
              failure: null,
            }),
        );
        journal.append(now.run, { type: 'task-cancelled', task: task.ordinal });
      }
      const after = foldRun(journal.read(state.run, 0)) ?? now;
      if (after.tasks.every(isOver))
        journal.append(now.run, {
          type: 'run-ended',
          how: after.isCancelRequested ? 'cancelled' : 'finished',
        });
      await rebuildRuntimeFiles(place.repository.root, journal.read(state.run, 0));
    });
  } finally {
    holds.close();
  }
}

async function endAttempts(
  attempts: RunState['tasks'][number]['attempts'],
  onEnded: (attempt: number) => void,
): Promise<void> {
  for (const { attempt, directory } of attempts) {
    const found = await findAttempt(directory);
    if (found.state === 'claimed' && found.how === 'alive') await stopKeeper(found.keeper);
    onEnded(attempt);
  }
}
