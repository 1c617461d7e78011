import type { AgentActivity } from '../agents/agent.ts';
import type { Failure } from '../model/failure/failure.ts';
import { plausibleCost, plausibleTokens } from '../model/plausible-usage.ts';

/** What of an agent's words can be true: the rest is left out, whichever agent it is. */
export function plausibleActivities(activities: readonly AgentActivity[]): AgentActivity[] {
  return activities.flatMap((activity): AgentActivity[] => {
    if (activity.kind === 'session') {
      const session = plausibleSession(activity.session);
      return session === null ? [] : [{ ...activity, session, model: shortName(activity.model) }];
    }
    if (activity.kind !== 'usage') return [activity];
    const inputTokens = plausibleTokens(activity.inputTokens);
    const outputTokens = plausibleTokens(activity.outputTokens);
    const usage = { inputTokens, outputTokens };
    const sessionCostUsd = plausibleCost(activity.sessionCostUsd, usage);
    const isEmpty = sessionCostUsd === null && inputTokens === null && outputTokens === null;
    return isEmpty ? [] : [{ ...activity, ...usage, sessionCostUsd }];
  });
}

/** A session's name as a program can be given it: short, and nothing that is taken for an option. */
export function plausibleSession(session: string | null): string | null {
  return session !== null && /^\w[\w.:@+=~-]{0,199}$/u.test(session) ? session : null;
}

const longestModelName = 100;

function shortName(model: string | null): string | null {
  return model?.slice(0, longestModelName) ?? null;
}

const minute = 60_000;
const day = 24 * 60 * minute;
/** Limits of a week are the longest that providers have; and a clock may be wrong. */
const furthestReset = 8 * day;
/** How an attempt ends is heard of a while after a limit was met. */
const oldestReset = -10 * minute;

/** A failure as it can be true: a limit does not end in years, nor did it end long ago. */
export function plausibleFailure(failure: Failure | null, now: Date): Failure | null {
  if (failure?.reason !== 'provider-limited' || failure.resetsAt === undefined) return failure;
  const ahead = Date.parse(failure.resetsAt) - now.getTime();
  if (ahead >= oldestReset && ahead <= furthestReset) return failure;
  const { resetsAt: _resetsAt, ...rest } = failure;
  return rest;
}

/** Nobody waits longer than this on an agent's word: then one agent is started, and shows how things are. */
const longestPause = day;

/** Until when a run pauses for a limit that an agent says ends at a time, and what to say of it. */
export function pauseFor(
  failure: { readonly message: string; readonly resetsAt: string },
  now: Date,
): { readonly until: Date; readonly message: string } {
  const end = new Date(failure.resetsAt);
  const latest = new Date(now.getTime() + longestPause);
  const words = `${failure.message.replace(/\.?$/u, '.')} The agent says that this ends at ${minutesOf(end)}`;
  return end <= latest
    ? { until: end, message: words }
    : {
        until: latest,
        message: `${words}; it is asked again after a day, at ${minutesOf(latest)}`,
      };
}

function minutesOf(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
