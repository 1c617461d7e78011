import type { ProcessIdentity } from '../process-identity.ts';
import type { RunState } from './run-state.ts';
import { countTasks, runStatus, type RunStatus } from './run-status.ts';

/** How a run stands, as plain JSON: its journal cannot say whether its orchestrator is still there. */
export type RunStanding = {
  /** Null when the run has ended. */
  readonly orchestrator: ProcessIdentity | null;
  readonly whileAlive: RunStatus;
  readonly whenGone: RunStatus;
  readonly succeeded: number;
  readonly total: number;
};

/** How a run stands while its orchestrator is alive, and when it is not. */
export function runStanding(state: RunState): RunStanding {
  const { succeeded, total } = countTasks(state);
  return {
    orchestrator: state.ended === null ? state.orchestrator : null,
    ...{ whileAlive: runStatus(state, true), whenGone: runStatus(state, false) },
    ...{ succeeded, total },
  };
}
