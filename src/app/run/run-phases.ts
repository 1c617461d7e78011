import type { RunServices } from '../../services/run-services.ts';
import { executeRun } from '../../orchestration/execute-run.ts';
import type { MergeWork } from '../../orchestration/go-on-to-merging.ts';
import type { RunRecord } from '../../services/run-record.ts';
import { currentPhase } from '../../model/state/run-state.ts';
import type { BaseEvidence } from '../plan/base-evidence.ts';
import { recordPlan, type Intent } from './start-run.ts';

/** Where work starts, and what there is to do there. */
export type PhaseStart = {
  readonly base: { readonly branch: string; readonly sha: string };
  readonly evidence: BaseEvidence;
  readonly intent: Intent;
};

export type PhasesParams = {
  readonly record: RunRecord;
  readonly first: PhaseStart;
  /** Plans what comes next, on the base as it is by now. */
  readonly plan: () => Promise<PhaseStart>;
  readonly servicesFor: (phase: PhaseStart) => Promise<RunServices>;
  /** Null: the run does not merge by itself. */
  readonly merge: MergeWork | null;
};

/** Works and merges, and continues from the merged base as long as that makes more tasks possible. */
export async function runPhases(params: PhasesParams): Promise<void> {
  const { record, servicesFor, merge } = params;
  for (let phase = params.first; ;) {
    const services = await servicesFor(phase);
    const end = await executeRun(services, phase.intent.ordinals, merge);
    if (end === 'ended') return;
    phase = await begin(params);
    record.record({ type: 'phase-begun', phase: currentPhase(record.state()), base: phase.base });
    recordPlan(record, phase.intent.plan);
  }
}

async function begin({ record, plan }: PhasesParams): Promise<PhaseStart> {
  try {
    return await plan();
  } catch (error) {
    // What is merged stays merged; the next start continues from there.
    record.record({ type: 'run-ended', how: 'interrupted' });
    throw error;
  }
}
