import { setTimeout as delay } from 'node:timers/promises';
import { foldRun } from '../../model/state/fold-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { isAlive } from '../../process/identity.ts';
import { signalQuietly } from '../../process/process-tree.ts';
import type { FoundRun } from '../place/find-place.ts';

export type UntilDoneParams = {
  readonly isDone: (state: RunState) => boolean;
  /** Does it in place of a dead orchestrator; false when another process works on the issue. */
  readonly inPlace: (state: RunState) => Promise<boolean>;
};

/** Ending a tree that ignores TERM takes the orchestrator its grace and a little. */
const patienceMs = 30_000;

/**
 * Waits until what was written to a run's journal is done, no matter by whom, for a bounded time; a living orchestrator is
 * nudged to read it. Gives the run's state then.
 */
export async function untilDone(
  { journal, state: first }: FoundRun,
  { isDone, inPlace }: UntilDoneParams,
): Promise<RunState> {
  const deadline = performance.now() + patienceMs;
  let nudged = 0;
  for (;;) {
    const seen = journal.lastSeq(first.run);
    const state = foldRun(journal.read(first.run, 0)) ?? first;
    if (isDone(state) || performance.now() > deadline) return state;
    if (await isWorkedOn(state)) {
      const { pid } = state.orchestrator;
      if (pid !== nudged) signalQuietly(pid, 'SIGUSR2');
      nudged = pid;
      await nextEvent({ journal, state }, seen);
    } else if (!(await inPlace(state))) await delay(100);
  }
}

/** Whether a living orchestrator works on a run. */
export async function isWorkedOn({ ended, orchestrator }: RunState): Promise<boolean> {
  return ended === null && (await isAlive(orchestrator));
}

/** A death writes no event: between two events it is looked for. */
const lookMs = 500;

async function nextEvent({ journal, state }: FoundRun, seen: number): Promise<void> {
  const events = journal.follow(state.run, seen, AbortSignal.timeout(lookMs));
  for await (const _ of events) break;
}
