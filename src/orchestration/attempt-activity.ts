import type { AgentActivity } from '../agents/agent.ts';
import { cpuSecondsBelow } from '../process/process-tree.ts';
import type { RunTools } from './run-tools.ts';

/** Turns what an agent's reader sees into the journal's events, at a rate that the journal can bear. */
export type ActivityRecorder = {
  readonly sawOutput: (bytes: number) => void;
  readonly take: (activities: readonly AgentActivity[]) => void;
  /** Our own look at the attempt, every status interval. */
  readonly beat: (keeperPid: number) => void;
  readonly close: () => void;
};

/** A line about what an agent does is journalled at most this often. */
const sampleMs = 5_000;

export function recordActivities(
  tools: RunTools,
  attempt: { readonly ordinal: number; readonly attempt: number; readonly session: string | null },
): ActivityRecorder {
  const { record, log } = tools;
  const where = { task: attempt.ordinal, attempt: attempt.attempt } as const;
  const spentBefore = costOfSession(tools, attempt.ordinal, attempt.session);
  let outputBytes = 0;
  let lastSign = tools.now().getTime();
  let lastSample = 0;
  let lastCpu: number | null = null;
  let isClosed = false;

  const sign = (): void => {
    lastSign = tools.now().getTime();
  };

  const said = (summary: string, text: string): void => {
    log(attempt.ordinal, text);
    const now = tools.now().getTime();
    if (now - lastSample < sampleMs) return;
    lastSample = now;
    record.record({ type: 'activity-seen', ...where, summary: summary.slice(0, 200) });
  };

  const takeOne = (activity: AgentActivity): void => {
    switch (activity.kind) {
      case 'session':
        record.record({ type: 'session-opened', ...where, session: activity.session, model: activity.model });
        return;
      case 'said':
        said(activity.summary, activity.text);
        return;
      case 'stage':
        if (record.task(attempt.ordinal).stage === activity.stage) return;
        record.record({
          type: 'stage-changed',
          task: attempt.ordinal,
          stage: activity.stage,
          evidence: activity.evidence,
        });
        return;
      case 'usage': {
        const { sessionCostUsd, inputTokens, outputTokens } = activity;
        const costUsd = sessionCostUsd === null ? null : Math.max(0, sessionCostUsd - spentBefore);
        record.record({ type: 'usage-reported', ...where, costUsd, inputTokens, outputTokens });
      }
    }
  };

  const beat = async (keeperPid: number): Promise<void> => {
    const cpuSeconds = (await cpuSecondsBelow([keeperPid]))?.get(keeperPid) ?? null;
    if (isClosed) return;
    if (cpuSeconds !== null && lastCpu !== null && cpuSeconds > lastCpu) sign();
    lastCpu = cpuSeconds;
    const silentSeconds = Math.round((tools.now().getTime() - lastSign) / 1_000);
    record.record({ type: 'heartbeat', ...where, outputBytes, cpuSeconds, silentSeconds });
  };

  return {
    sawOutput: (bytes) => {
      outputBytes += bytes;
      sign();
    },
    take: (activities) => activities.forEach(takeOne),
    beat: (keeperPid) => void beat(keeperPid),
    close: () => {
      isClosed = true;
    },
  };
}

/** What a session that goes on had cost before: programs report the sum over all of it. */
function costOfSession(tools: RunTools, ordinal: number, session: string | null): number {
  if (session === null) return 0;
  return tools.record
    .task(ordinal)
    .attempts.slice(0, -1)
    .filter((earlier) => earlier.session === session)
    .reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0);
}
