import type { RunEvent } from '../../model/event/event.ts';
import type { ChangedSettings } from '../../model/options/run-settings.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { signalQuietly } from '../../process/process-tree.ts';
import { findRun, findWritablePlace } from '../place/find-place.ts';
import { refreshRuntimeFiles } from '../run/carry-out.ts';
import { isWorkedOn } from '../run/until-done.ts';
import type { AppContext } from '../user-interface.ts';

/** What came of a wish about a run. */
export type Steered = {
  /** The run as its journal has it with the wish. */
  readonly state: RunState;
  /** Whether anything was written: a wish that is fulfilled already changes nothing. */
  readonly isNews: boolean;
  /** The number of what was written; null when nothing was. */
  readonly seq: number | null;
  /** Whether a living orchestrator obeys it now; otherwise the next start does. */
  readonly isAlive: boolean;
};

/** Where somebody stands who wants something of a run. */
export type Where = Pick<AppContext, 'directory' | 'env'>;

/** Changes settings of a run from any process: at once where an orchestrator works on it, and for later starts. */
export function setRun(issue: string, settings: ChangedSettings, where: Where): Promise<Steered> {
  return steer(issue, where, () => ({ type: 'settings-changed', settings }));
}

/** Asks that nothing new starts in a run, in this start and later ones. One that is over cannot be paused. */
export function pauseRun(issue: string, where: Where): Promise<Steered> {
  return steer(issue, where, (state) =>
    state.isPauseAsked || isThrough(state) ? null : { type: 'pause-requested' },
  );
}

/** Takes a pause back. */
export function continueRun(issue: string, where: Where): Promise<Steered> {
  return steer(issue, where, ({ isPauseAsked }) =>
    isPauseAsked ? { type: 'continue-requested' } : null,
  );
}

/** Whether a run has come to an end that nothing but a retry goes back on. */
export function isThrough({ ended }: RunState): boolean {
  return ended === 'finished' || ended === 'cancelled' || ended === 'refused';
}

/** Writes a wish into the journal, and nudges the orchestrator that works on the run to read it. */
export async function steer(
  issue: string,
  { directory, env }: Where,
  wish: (state: RunState) => RunEvent | null,
): Promise<Steered> {
  const place = await findWritablePlace(directory, env);
  const { journal, state: before } = await findRun(place, issue);
  try {
    const { run } = before;
    const event = wish(before);
    const seq = event === null ? null : journal.append(run, event).seq;
    const state = foldRun(journal.read(run, 0)) ?? before;
    const isAlive = await isWorkedOn(state);
    if (isAlive) signalQuietly(state.orchestrator.pid, 'SIGUSR2');
    // Nobody else brings them up to date.
    else if (event !== null) await refreshRuntimeFiles(place, journal, run);
    return { state, isNews: event !== null, seq, isAlive };
  } finally {
    journal.close();
  }
}
