import { setTimeout as delay } from 'node:timers/promises';
import { Octokit } from '@octokit/core';
import type { OctokitOptions } from '@octokit/core/types';
import { restEndpointMethods } from '@octokit/plugin-rest-endpoint-methods';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { z } from 'zod';
import { ForgeError } from '../../../model/forge-problem.ts';
import type { GitHubHost } from '../repository/place.ts';
import { requireFit, requireShape } from './answer-shapes.ts';
import { openCallBudget, type CallBudget } from './call-budget.ts';
import { fetchWhole } from './fetch-whole.ts';
import { plausibleReset } from './plausible-wait.ts';
import { finalError, readProblem, type RequestFacts } from './read-problem.ts';
import { readPages, type Page } from './read-pages.ts';
import { refusedAnswer, type RefusedAnswer } from './refused-answer.ts';
import type { FoundToken } from './token.ts';

/** One HTTP call as it was answered. */
export type ForgeCall = {
  /** The method and the route: `POST /repos/{owner}/{repo}/issues`. */
  readonly kind: string;
  /** Null when there was no answer. */
  readonly status: number | null;
  /** What is left of the hour's quota; null when the answer does not say. */
  readonly remaining: number | null;
  /** GitHub's clock; left out when there was no answer. */
  readonly date?: string | undefined;
};

export type ClientParams = {
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

/** Our way to GitHub: paced, retried where that is safe, and with a named problem for every failure. */
export type GitHubClient = {
  readonly rest: RestOctokit['rest'];
  /** Reads a list page by page; one that continues after `most` pages is a problem. */
  readonly pages: <Item>(
    ask: (page: number) => Promise<Page<Item>>,
    most: number,
  ) => AsyncGenerator<readonly Item[]>;
  /** Asks a question whose answer has this shape. */
  readonly graphql: <Data>(
    shape: z.ZodType<Data>,
    query: string,
    variables: Record<string, unknown>,
  ) => Promise<Data>;
  readonly host: GitHubHost;
  readonly token: FoundToken;
  /** Whether the last call got no answer at all. */
  readonly isAway: () => boolean;
};

type RestOctokit = InstanceType<typeof RestOctokit>;
// The order matters: each HTTP call is counted, and an answer that asks to wait is throttling's before it is retry's.
const RestOctokit = Octokit.plugin(countCalls, throttling, retry, restEndpointMethods);

/** A creating call that failed may have had its effect: its caller looks before making it again. */
export const once = { retries: 0 } as const;

/** Longer waits than this must be visible in the run, not hidden in a request. */
const longestWaitSeconds = 30;
/** GitHub itself gives up an answer that it has not begun after 10 s. */
const limits = {
  ...{ beginMs: 10_000, wholeMs: 30_000 },
  slowest: { afterMs: 5_000, bytesPerSecond: 10_000 },
} as const;
/** GitHub's own advice is a write a second; short bursts stay far below its 80 a minute. */
const writes = { burst: 16, everyMs: 1_000 } as const;

/** Opens a client. It sends nothing by itself. */
export function openClient(params: ClientParams): GitHubClient {
  requireEncryption(params.host);
  const budget = openCallBudget({ perHour: params.callsPerHour, now: params.now });
  let isAway = false;
  const octokit = new RestOctokit({
    auth: params.token.token,
    baseUrl: params.host.apiUrl,
    userAgent: 'flotilla',
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    request: {
      fetch: fetchWhole({ ...limits, origins: originsOf(params.host) }),
      // What we fetch is parsed already, by a parser that large answers do not hold up.
      parseSuccessResponseBody: false,
    },
    throttle: throttleOptions(params),
    onHttpCall: (call: ForgeCall) => {
      isAway = call.status === null;
      if (call.status !== 304) budget.spend();
      params.onCall({ ...call, kind: call.kind.replace(params.host.apiUrl, '') });
    },
    retry: { doNotRetry: [304, 400, 401, 403, 404, 405, 409, 410, 422, 429, 451], retries: 2 },
  });
  rememberAnswers(octokit);
  nameProblems(octokit, params, budget);
  // Repeating a call is for an answer that got lost. A network that is down is waited for where the user can see it.
  octokit.hook.before('request', (options) => {
    if (isAway) options.request = { ...options.request, ...once };
  });
  return {
    rest: octokit.rest,
    pages: (ask, most) => {
      const { host, apiUrl } = params.host;
      return readPages({ ask, most, host, origin: new URL(apiUrl).origin });
    },
    graphql: (shape, query, variables) => graphql(octokit, params, { shape, query, variables }),
    host: params.host,
    token: params.token,
    isAway: () => isAway,
  };
}

/** The addresses that the token is for. */
function originsOf({ apiUrl, graphqlUrl }: GitHubHost): readonly string[] {
  return [new URL(apiUrl).origin, new URL(graphqlUrl).origin];
}

function ignore(): void {
  // Octokit's own messages are for its developers; what matters is reported as a problem.
}

const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/u;

function requireEncryption({ apiUrl, serverUrl, graphqlUrl }: GitHubHost): void {
  for (const url of [apiUrl, serverUrl, graphqlUrl]) {
    const { protocol, hostname } = new URL(url);
    if (protocol !== 'https:' && !loopback.test(hostname))
      throw new ForgeError({ kind: 'insecure', url });
  }
}

function throttleOptions({ onWait }: ClientParams) {
  const pace = openPace({ ...writes, elapsed: () => performance.now() });
  const mayWait = (seconds: number, _options: unknown, _octokit: unknown, retries: number) => {
    const isShort = seconds <= longestWaitSeconds && retries < 2;
    if (isShort) onWait(Math.max(0, seconds));
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
      throw finalError(error);
    }
  });
}

/** The outermost layer: what comes out of a call is an answer or a `ForgeError`. */
function nameProblems(octokit: RestOctokit, params: ClientParams, budget: CallBudget): void {
  octokit.hook.wrap('request', async (request, options) => {
    await budget.ask();
    const facts = factsOf(params, octokit.request.endpoint(options as never).url);
    try {
      const answer = await request(options);
      const route = `${options.method} ${options.url}`;
      requireShape(answer.data, { route, host: params.host.host, what: facts.what });
      return answer;
    } catch (error) {
      throw readProblem(error, facts);
    }
  });
}

function factsOf(params: ClientParams, url: string): RequestFacts {
  const { host, token, now, isProxyIgnored } = params;
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

const graphqlAnswer = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(z.object({ type: z.string().nullish(), message: z.string() }))
    .max(100)
    .default([]),
});

async function graphql<Data>(
  octokit: RestOctokit,
  params: ClientParams,
  {
    shape,
    ...body
  }: {
    readonly shape: z.ZodType<Data>;
    readonly query: string;
    readonly variables: Record<string, unknown>;
  },
): Promise<Data> {
  const facts = { host: params.host.host, what: 'a question' };
  const answer = await octokit.request(`POST ${params.host.graphqlUrl}`, {
    ...body,
    request: once,
  });
  const { data, errors } = requireFit(graphqlAnswer, answer.data, facts);
  const [first] = errors;
  // A part that is not there leaves the others as they are.
  const isThere = data !== undefined && data !== null;
  if (isThere && (first === undefined || first.type === 'NOT_FOUND'))
    return requireFit(shape, data, facts);
  if (first?.type === 'RATE_LIMITED')
    throw new ForgeError({
      kind: 'primary-limit',
      resetsAt: plausibleReset(answer.headers['x-ratelimit-reset'], params.now()).toISOString(),
    });
  const message = (first?.message ?? 'no data').slice(0, 500);
  throw new ForgeError({ kind: 'refused', status: 200, message });
}

type PaceParams = {
  /** How many may go at once after a rest. */
  readonly burst: number;
  /** Milliseconds between two in the long run. */
  readonly everyMs: number;
  /** Milliseconds of a clock that does not jump. */
  readonly elapsed: () => number;
};

/** Lets calls go in turn, a few at once and then one every so often. */
function openPace({ burst, everyMs, elapsed }: PaceParams): () => Promise<void> {
  // When the bucket will be full again: a call may go while that is less than a whole bucket away.
  let fullAt = 0;
  return async () => {
    const now = elapsed();
    fullAt = Math.max(fullAt, now) + everyMs;
    const wait = fullAt - burst * everyMs - now;
    if (wait > 0) await delay(wait);
  };
}

type Answer = Awaited<ReturnType<Octokit['request']>>;

/** As many addresses as a run asks again and again; the oldest go first. */
const mostKept = 200;
/** Bytes; what is larger is asked for again in whole. */
const largestKept = 512 * 1024;

/**
 * Keeps answers by their ETag: one that has not changed is asked for with `If-None-Match`, costs nothing of the quota,
 * and is given again from here.
 */
function rememberAnswers(octokit: Octokit): void {
  const kept = new Map<string, { readonly etag: string; readonly answer: Answer }>();
  octokit.hook.wrap('request', async (request, options) => {
    if (options.method !== 'GET') return request(options);
    const key = octokit.request.endpoint(options as never).url;
    const known = kept.get(key);
    // The layers below are bound to this very object.
    if (known !== undefined) options.headers['if-none-match'] = known.etag;
    try {
      const answer = await request(options);
      const { etag } = answer.headers;
      if (etag !== undefined && Number(answer.headers['content-length']) <= largestKept) {
        kept.delete(key);
        kept.set(key, { etag, answer });
        if (kept.size > mostKept) kept.delete(kept.keys().next().value ?? '');
      }
      return answer;
    } catch (error) {
      if (known !== undefined && refusedAnswer(error)?.status === 304) return known.answer;
      throw error;
    }
  });
}
