import type { Journal } from '../../journal/journal.ts';
import type { JournalEvent } from '../../model/event/event.ts';
import { advanceRun } from '../../model/state/fold-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { isAlive } from '../../process/identity.ts';

export type FollowParams = {
  readonly journal: Journal;
  readonly run: string;
  /** Aborted when the user has seen enough. */
  readonly left: AbortSignal;
  readonly onEvent: (event: JournalEvent, state: RunState) => void;
};

/** Why following ended: the run has, its orchestrator died, or the user left. */
export type FollowEnd = 'ended' | 'orphaned' | 'left';

/** A death writes no event: it is looked for this often. */
const lookMs = 1_000;

/** Hands over a run's events from its first, and then as they come. */
export async function followRun({ journal, run, left, onEvent }: FollowParams): Promise<FollowEnd> {
  const orphaned = new AbortController();
  let state: RunState | null = null;
  let seen = 0;
  const isUpToDate = (): boolean => seen >= journal.lastSeq(run);
  const look = async (): Promise<void> => {
    if (state === null || state.ended !== null || (await isAlive(state.orchestrator))) return;
    // Its last words come before its death, but may be read after it.
    if (!left.aborted && isUpToDate()) orphaned.abort();
  };
  const timer = setInterval(() => void look().catch(() => undefined), lookMs);
  try {
    for await (const event of journal.follow(run, 0, AbortSignal.any([left, orphaned.signal]))) {
      seen = event.seq;
      state = advanceRun(state, event);
      onEvent(event, state);
      // A resumed run has ended before; what counts is how it stands now.
      if (state.ended !== null && isUpToDate()) return 'ended';
    }
  } finally {
    clearInterval(timer);
  }
  return orphaned.signal.aborted ? 'orphaned' : 'left';
}

/** Ctrl-C as a signal: it ends the looking, and nothing else. */
export function whenLeft(): AbortSignal {
  const left = new AbortController();
  process.once('SIGINT', () => left.abort());
  return left.signal;
}
