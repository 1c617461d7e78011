import { Refusal } from './refusal.ts';
import type { Token } from './world.ts';

/** How much a token's user may ask for. The defaults are GitHub's. */
export type Limits = {
  /** Requests an hour. */
  readonly core: number;
  /** GraphQL points an hour. */
  readonly graphql: number;
  /** Things made a minute. */
  readonly contentPerMinute: number;
  /** Points a minute: 1 to read, 5 to write. */
  readonly pointsPerMinute: number;
  /** Requests under way at once. */
  readonly concurrent: number;
};

export const defaultLimits: Limits = {
  core: 5_000,
  graphql: 5_000,
  contentPerMinute: 80,
  pointsPerMinute: 900,
  concurrent: 100,
};

export type Resource = 'core' | 'graphql';

export type Quota = {
  /** Takes one from the hour's budget, or refuses with a primary limit. */
  readonly take: (token: Token | null, resource: Resource) => void;
  /** What turned out to cost nothing. */
  readonly giveBack: (token: Token | null, resource: Resource) => void;
  /** Refuses with a secondary limit where too much is asked in a minute or at once. */
  readonly watchPace: (pace: {
    readonly token: Token | null;
    readonly isWriting: boolean;
    readonly createsContent: boolean;
    readonly underWay: number;
  }) => void;
  readonly headers: (token: Token | null, resource: Resource) => Record<string, string>;
  readonly overview: (token: Token | null) => Record<string, unknown>;
  /** Sets what is left of the hour, for all or for one user. */
  readonly set: (left: {
    readonly resource?: Resource;
    readonly remaining: number;
    readonly resetInSeconds?: number;
    readonly login?: string;
  }) => void;
};

type Budget = { used: number; resetsAt: number };

const hour = 3_600_000;

/** Counts requests by user and resource, as GitHub does. */
export function openQuota(limits: Limits, now: () => number): Quota {
  const budgets = new Map<string, Budget>();
  const pace = new Map<string, { at: number; points: number; made: number }[]>();
  const limitOf = (token: Token | null, resource: Resource): number =>
    token === null ? Math.min(60, limits[resource]) : limits[resource];
  const budgetOf = (token: Token | null, resource: Resource): Budget => {
    const key = `${resource} ${token?.user.login ?? ''}`;
    const found = budgets.get(key);
    if (found !== undefined && found.resetsAt > now()) return found;
    const fresh = { used: 0, resetsAt: now() + hour };
    budgets.set(key, fresh);
    return fresh;
  };
  const headers: Quota['headers'] = (token, resource) => {
    const limit = limitOf(token, resource);
    const { used, resetsAt } = budgetOf(token, resource);
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(Math.max(limit - used, 0)),
      'x-ratelimit-used': String(used),
      'x-ratelimit-reset': String(Math.ceil(resetsAt / 1000)),
      'x-ratelimit-resource': resource,
    };
  };
  return {
    headers,
    take: (token, resource) => {
      const budget = budgetOf(token, resource);
      if (budget.used >= limitOf(token, resource)) throw primaryLimit(token);
      budget.used += 1;
    },
    giveBack: (token, resource) => {
      budgetOf(token, resource).used -= 1;
    },
    watchPace: ({ token, isWriting, createsContent, underWay }) => {
      const key = token?.user.login ?? '';
      const minute = (pace.get(key) ?? []).filter(({ at }) => at > now() - 60_000);
      minute.push({ at: now(), points: isWriting ? 5 : 1, made: createsContent ? 1 : 0 });
      pace.set(key, minute);
      const sum = (of: 'points' | 'made'): number =>
        minute.reduce((total, entry) => total + entry[of], 0);
      const isTooMuch =
        sum('points') > limits.pointsPerMinute ||
        (createsContent && sum('made') > limits.contentPerMinute) ||
        underWay > limits.concurrent;
      if (isTooMuch) throw secondaryLimit(403, 60);
    },
    overview: (token) => {
      const one = (resource: Resource): Record<string, number> => {
        const limit = limitOf(token, resource);
        const { used, resetsAt } = budgetOf(token, resource);
        return {
          limit,
          used,
          remaining: Math.max(limit - used, 0),
          reset: Math.ceil(resetsAt / 1000),
        };
      };
      const search = { limit: 30, used: 0, remaining: 30, reset: Math.ceil(now() / 1000) + 60 };
      return {
        resources: { core: one('core'), search, graphql: one('graphql') },
        rate: one('core'),
      };
    },
    set: ({ resource = 'core', remaining, resetInSeconds = 3600, login }) => {
      const logins = login === undefined ? knownLogins(budgets) : [login];
      for (const name of logins)
        budgets.set(`${resource} ${name}`, {
          used: limits[resource] - remaining,
          resetsAt: now() + resetInSeconds * 1000,
        });
    },
  };
}

function knownLogins(budgets: ReadonlyMap<string, Budget>): string[] {
  return [...new Set([...budgets.keys()].map((key) => key.slice(key.indexOf(' ') + 1)))];
}

export function primaryLimit(token: Token | null): Refusal {
  return Refusal.forbidden(
    token === null
      ? "API rate limit exceeded for 127.0.0.1. (But here's the good news: Authenticated requests get a higher rate limit. Check out the documentation for more details.)"
      : `API rate limit exceeded for user ID ${token.user.id}. If you reach out to GitHub Support for help, please include the request ID and timestamp.`,
  );
}

export function secondaryLimit(status: 403 | 429, retryAfterSeconds: number | undefined): Refusal {
  return new Refusal(
    status,
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    retryAfterSeconds === undefined
      ? {}
      : { headers: { 'retry-after': String(retryAfterSeconds) } },
  );
}

export function abuse(retryAfterSeconds: number | undefined): Refusal {
  return Refusal.forbidden(
    'You have triggered an abuse detection mechanism. Please wait a few minutes before you try again.',
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
  );
}
