import type { AgentActivity } from '../agents/agent.ts';
import type { Services } from '../services/run-services.ts';

/** Turns what an agent's reader sees into the journal's events, at a rate that the journal can bear. */
export type ActivityRecorder = {
  readonly take: (activities: readonly AgentActivity[]) => void;
};

/** A line about what an agent does is journalled at most this often. */
const sampleMs = 5_000;

export type ActivityParams = {
  readonly ordinal: number;
  readonly attempt: number;
  readonly session: string | null;
  /** Whether the output is read again that an orchestrator before us had read: then only what is news is recorded. */
  readonly isReplay: () => boolean;
};

export function recordActivities(
  services: Services<'record' | 'agents' | 'clock'>,
  params: ActivityParams,
): ActivityRecorder {
  const { record, agents } = services;
  const { ordinal } = params;
  const where = { task: ordinal, attempt: params.attempt } as const;
  const spentBefore = costOfSession(services, params);
  let lastSample = Number.NEGATIVE_INFINITY;

  const attemptState = () =>
    record.task(ordinal).attempts.find(({ attempt }) => attempt === params.attempt);

  const said = (summary: string, text: string): void => {
    agents.log.append(ordinal, text);
    const now = services.clock.elapsed();
    if (params.isReplay() || now - lastSample < sampleMs) return;
    lastSample = now;
    record.record({ type: 'activity-seen', ...where, summary: summary.slice(0, 200) });
  };

  const usage = (activity: Extract<AgentActivity, { kind: 'usage' }>): void => {
    const { sessionCostUsd, inputTokens, outputTokens } = activity;
    const before = activity.over === 'attempt' ? 0 : spentBefore;
    const costUsd = sessionCostUsd === null ? null : Math.max(0, sessionCostUsd - before);
    const known = attemptState();
    if (known?.costUsd === costUsd && known.outputTokens === outputTokens) return;
    record.record({ type: 'usage-reported', ...where, costUsd, inputTokens, outputTokens });
  };

  const takeOne = (activity: AgentActivity): void => {
    switch (activity.kind) {
      case 'session': {
        const known = attemptState();
        const { session, model } = activity;
        if (known?.session === session && known.model === model) return;
        record.record({ type: 'session-opened', ...where, session, model });
        return;
      }
      case 'said':
        said(activity.summary, activity.text);
        return;
      case 'stage': {
        const { stage, evidence } = activity;
        if (params.isReplay() || record.task(ordinal).stage === stage) return;
        record.record({ type: 'stage-changed', task: ordinal, stage, evidence });
        return;
      }
      case 'turn':
        return;
      case 'usage':
        usage(activity);
    }
  };

  return { take: (activities) => activities.forEach(takeOne) };
}

/** What a resumed session had cost before: programs report the sum over all of it. */
function costOfSession(
  services: Services<'record'>,
  { ordinal, attempt, session }: ActivityParams,
): number {
  if (session === null) return 0;
  return services.record
    .task(ordinal)
    .attempts.filter((earlier) => earlier.attempt < attempt && earlier.session === session)
    .reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0);
}
