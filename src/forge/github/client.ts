import { Octokit } from '@octokit/core';
import type { OctokitOptions } from '@octokit/core/types';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import { restEndpointMethods } from '@octokit/plugin-rest-endpoint-methods';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { ForgeError } from '../../model/forge-problem.ts';
import { openCallBudget, type CallBudget } from './call-budget.ts';
import { fetchWhole } from './fetch-whole.ts';
import { openPace } from './pace.ts';
import type { GitHubHost } from './place.ts';
import { readProblem, type RequestFacts } from './read-problem.ts';
import { refusedAnswer, type RefusedAnswer } from './refused-answer.ts';
import { rememberAnswers } from './remembered-answers.ts';
import type { FoundToken } from './token.ts';

/** One HTTP call as it was answered. */
export type ForgeCall = {
  /** The method and the route: `POST /repos/{owner}/{repo}/issues`. */
  readonly kind: string;
  /** Null when there was no answer. */
  readonly status: number | null;
  /** What is left of the hour's quota; null when the answer does not tell. */
  readonly remaining: number | null;
  /** GitHub's clock; left out when there was no answer. */
  readonly date?: string | undefined;
};

export type ClientOrder = {
  readonly host: GitHubHost;
  readonly token: FoundToken;
  /** Calls of an hour that count. */
  readonly callsPerHour: number;
  readonly onCall: (call: ForgeCall) => void;
  /** GitHub asked us to wait, and we do. */
  readonly onWait: (seconds: number) => void;
  readonly isProxyIgnored: boolean;
  readonly now: () => Date;
};

/** Our way to GitHub: paced, retried where that is safe, and with a named problem for whatever goes wrong. */
export type GitHubClient = {
  readonly rest: RestOctokit['rest'];
  readonly paginate: RestOctokit['paginate'];
  readonly graphql: <Data>(query: string, variables: Record<string, unknown>) => Promise<Data>;
  readonly host: GitHubHost;
  readonly token: FoundToken;
};

type RestOctokit = InstanceType<typeof RestOctokit>;
// The order matters: each HTTP call is counted, and an answer that asks to wait is throttling's before it is retry's.
const RestOctokit = Octokit.plugin(
  countCalls,
  throttling,
  retry,
  restEndpointMethods,
  paginateRest,
);

/** A creating call that failed may have had its effect: whoever makes one looks before it is made again. */
export const once = { retries: 0 } as const;

/** Waits that are longer than this are for the run to see, not for a request to hide. */
const longestWaitSeconds = 30;
const timeLimitMs = 30_000;
/** GitHub's own advice is a write a second; short bursts stay far below its 80 a minute. */
const writes = { burst: 16, everyMs: 1_000 } as const;

/** Opens a client. It sends nothing by itself. */
export function openClient(order: ClientOrder): GitHubClient {
  requireEncryption(order.host);
  const budget = openCallBudget({ perHour: order.callsPerHour, now: order.now });
  const octokit = new RestOctokit({
    auth: order.token.token,
    baseUrl: order.host.apiUrl,
    userAgent: 'flotilla',
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    request: { fetch: fetchWhole(timeLimitMs) },
    throttle: throttleOptions(order),
    onHttpCall: (call: ForgeCall) => {
      if (call.status !== 304) budget.spend();
      order.onCall({ ...call, kind: call.kind.replace(order.host.apiUrl, '') });
    },
    retry: { doNotRetry: [304, 400, 401, 403, 404, 405, 409, 410, 422, 429, 451], retries: 2 },
  });
  rememberAnswers(octokit);
  nameProblems(octokit, order, budget);
  return {
    rest: octokit.rest,
    paginate: octokit.paginate,
    graphql: (query, variables) => graphql(octokit, order, { query, variables }),
    host: order.host,
    token: order.token,
  };
}

function ignore(): void {
  // Octokit's own words are for its developers; what matters comes as a problem.
}

const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/u;

function requireEncryption({ apiUrl, serverUrl, graphqlUrl }: GitHubHost): void {
  for (const url of [apiUrl, serverUrl, graphqlUrl]) {
    const { protocol, hostname } = new URL(url);
    if (protocol !== 'https:' && !loopback.test(hostname))
      throw new ForgeError({ kind: 'insecure', url });
  }
}

function throttleOptions({ onWait }: ClientOrder) {
  const pace = openPace({ ...writes, elapsed: () => performance.now() });
  const mayWait = (seconds: number, _options: unknown, _octokit: unknown, retries: number) => {
    const isShort = seconds <= longestWaitSeconds && retries < 2;
    if (isShort) onWait(seconds);
    return isShort;
  };
  return {
    onRateLimit: mayWait,
    onSecondaryRateLimit: mayWait,
    // Its own groups are shared by the whole process, and space writes three seconds apart.
    write: asGroup(pace),
    notifications: asGroup(async () => undefined),
  };
}

/** The part of a limiter that the plugin uses. */
function asGroup(pace: () => Promise<void>): never {
  const schedule = async (_options: unknown, work: () => Promise<unknown>): Promise<unknown> => {
    await pace();
    return work();
  };
  return { key: () => ({ schedule }) } as never;
}

/** The innermost layer: it sees every HTTP call, those too that are made again. */
function countCalls(octokit: Octokit, options: OctokitOptions): void {
  const { onHttpCall } = options as { onHttpCall?: (call: ForgeCall) => void };
  const tell = (kind: string, answer: Partial<RefusedAnswer> | null): void => {
    const remaining = Number(answer?.headers?.['x-ratelimit-remaining'] ?? Number.NaN);
    onHttpCall?.({
      kind,
      status: answer?.status ?? null,
      remaining: Number.isNaN(remaining) ? null : remaining,
      date: String(answer?.headers?.date ?? ''),
    });
  };
  octokit.hook.wrap('request', async (request, { method, url, ...rest }) => {
    const kind = `${method} ${url}`;
    try {
      const answer = await request({ method, url, ...rest });
      tell(kind, answer);
      return answer;
    } catch (error) {
      tell(kind, refusedAnswer(error));
      throw error;
    }
  });
}

/** The outermost layer: what comes out of a call is an answer or a `ForgeError`. */
function nameProblems(octokit: RestOctokit, order: ClientOrder, budget: CallBudget): void {
  octokit.hook.wrap('request', async (request, options) => {
    await budget.ask();
    try {
      return await request(options);
    } catch (error) {
      throw readProblem(error, factsOf(order, octokit.request.endpoint(options as never).url));
    }
  });
}

function factsOf(order: ClientOrder, url: string): RequestFacts {
  const { host, token, now, isProxyIgnored } = order;
  return { host, tokenSource: token.source, what: whatIsAt(url, host), now, isProxyIgnored };
}

/** The address of an issue or a repository as people write it. */
function whatIsAt(url: string, { apiUrl }: GitHubHost): string {
  const path = url.replace(apiUrl, '').split('?')[0] ?? '';
  const found = /^\/repos\/([^/]+)\/([^/]+)(?:\/(?:issues|pulls)\/(\d+))?/u.exec(path);
  if (found === null) return path;
  const [, owner = '', repo = '', number] = found;
  return `${owner}/${repo}${number === undefined ? '' : `#${number}`}`;
}

type GraphqlAnswer<Data> = {
  readonly data?: Data;
  readonly errors?: readonly { readonly type?: string; readonly message: string }[];
};

async function graphql<Data>(
  octokit: RestOctokit,
  order: ClientOrder,
  body: { readonly query: string; readonly variables: Record<string, unknown> },
): Promise<Data> {
  const answer = await octokit.request(`POST ${order.host.graphqlUrl}`, { ...body, request: once });
  const { data, errors = [] } = answer.data as GraphqlAnswer<Data>;
  const [first] = errors;
  if (first === undefined && data !== undefined) return data;
  if (first?.type === 'RATE_LIMITED') {
    const reset = Number(answer.headers['x-ratelimit-reset'] ?? 0) * 1_000;
    throw new ForgeError({ kind: 'primary-limit', resetsAt: new Date(reset).toISOString() });
  }
  // A part that is not there leaves the others as they are.
  if (data !== undefined && data !== null && first?.type === 'NOT_FOUND') return data;
  throw new ForgeError({ kind: 'refused', status: 200, message: first?.message ?? 'no data' });
}
