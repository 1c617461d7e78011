import { ForgeError, type ForgeProblem } from '../../../model/forge-problem.ts';
import type { GitHubHost } from '../repository/place.ts';
import { LeadsElsewhereError } from './follow-redirects.ts';
import { plausibleReset, plausibleWait } from './plausible-wait.ts';
import { TooLargeError } from './read-body.ts';
import { refusedAnswer, type RefusedAnswer } from './refused-answer.ts';

/** What we know about a request that went wrong, besides its answer. */
export type RequestFacts = {
  readonly host: GitHubHost;
  /** Where the token came from. */
  readonly tokenSource: string;
  /** What was asked for, as people write it: `una/shop#12`. */
  readonly what: string;
  readonly now: () => Date;
  /** Whether a proxy is configured that this Node leaves aside. */
  readonly isProxyIgnored: boolean;
};

type Answer = RefusedAnswer & { readonly message: string };

/** Every unsuccessful outcome of a request, as a named problem. Anything that is not an answer of the forge stays as it is. */
export function readProblem(error: unknown, facts: RequestFacts): unknown {
  if (error instanceof ForgeError) return error;
  const { host, what } = facts;
  if (error instanceof LeadsElsewhereError)
    return new ForgeError({ kind: 'leads-elsewhere', host: host.host, to: error.to });
  if (error instanceof TooLargeError)
    return new ForgeError({ kind: 'unfit-answer', host: host.host, what, why: error.message });
  const answer = refusedAnswer(error);
  if (answer !== null)
    return new ForgeError(problemOf({ ...answer, message: messageOf(error as Error) }, facts));
  const why = networkReason(error);
  return why === null ? error : new ForgeError(networkProblem(why, facts));
}

/**
 * What lies behind an error of a call when asking again at once is of no use: an answer that must not be followed, one that
 * is too large, one that took too long. Any other error is given as it is.
 */
export function finalError(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined;
  const isFinal =
    cause instanceof LeadsElsewhereError ||
    cause instanceof TooLargeError ||
    (cause instanceof Error && timeCodes.test(cause.name));
  return isFinal ? cause : error;
}

/** What GitHub says, with the details of a validation, and without the address of its documentation. */
function messageOf(error: Error): string {
  return error.message.replace(/ - https?:\/\/\S+$/u, '').slice(0, 500);
}

function problemOf(answer: Answer, facts: RequestFacts): ForgeProblem {
  const { status, message, headers } = answer;
  const { host, what } = facts;
  if (status === 429 || status === 403) return limitOf(answer, facts) ?? refusalOf(answer, facts);
  if (status === 401) return { kind: 'bad-token', host: host.host, source: facts.tokenSource };
  if (status === 404) return scopeProblem(headers, host) ?? { kind: 'not-found', what };
  if (status === 410) return { kind: 'issues-off', repository: what.replace(/#\d+$/u, '') };
  if (status === 451) return { kind: 'not-allowed', what, message };
  if (status === 408) return { kind: 'timed-out', host: host.host };
  if (status >= 500) return { kind: 'server-error', host: host.host, status };
  return { kind: 'refused', status, message };
}

/** A limit, by what the headers and the words say: the primary one names its reset, the others a time to wait. */
function limitOf({ status, message, headers }: Answer, { now }: RequestFacts): ForgeProblem | null {
  const isSecondary = /secondary rate|abuse detection/iu.test(message);
  if (!isSecondary && String(headers['x-ratelimit-remaining']) === '0') {
    const resetsAt = plausibleReset(headers['x-ratelimit-reset'], now());
    return { kind: 'primary-limit', resetsAt: resetsAt.toISOString() };
  }
  if (!isSecondary && status !== 429 && !/rate limit/iu.test(message)) return null;
  return { kind: 'secondary-limit', retryAfterSeconds: plausibleWait(headers['retry-after']) };
}

function refusalOf({ message, headers }: Answer, { host, what }: RequestFacts): ForgeProblem {
  const sso = headers['x-github-sso'];
  if (sso !== undefined || /\bSAML\b/u.test(message)) {
    const url = /url=(https?:\/\/[^\s;,]+)/u.exec(String(sso ?? ''))?.[1] ?? null;
    return { kind: 'sso', url };
  }
  if (/archived/iu.test(message))
    return { kind: 'archived', repository: what.replace(/#\d+$/u, '') };
  return scopeProblem(headers, host) ?? { kind: 'not-allowed', what, message };
}

/** A classic token lists its scopes, and the answer those that would do; a fine-grained one lists neither. */
function scopeProblem(headers: Answer['headers'], host: GitHubHost): ForgeProblem | null {
  const [accepted, has] = [headers['x-accepted-oauth-scopes'], headers['x-oauth-scopes']];
  if (accepted === undefined || has === undefined) return null;
  const [needed, owned] = [words(accepted), words(has)];
  const isEnough = needed.length === 0 || needed.some((scope) => owned.includes(scope));
  return isEnough ? null : { kind: 'missing-scope', host: host.host, needed, has: owned };
}

function words(list: string | number): readonly string[] {
  return String(list)
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

type NetworkReason = { readonly kind: 'time' | 'network' | 'certificate'; readonly why: string };

const timeCodes = /TIMEDOUT|TIMEOUT|^TimeoutError$|^AbortError$/u;
const certificateCodes = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/u;

/** Why the network gave no answer; null when it is not about the network at all. */
function networkReason(error: unknown): NetworkReason | null {
  const chain = causesOf(error);
  const codes = chain.flatMap(({ code, name }) => (code === undefined ? [name] : [code, name]));
  const isNetwork = chain.some(
    ({ name, code }) => name === 'TypeError' || name === 'HttpError' || code !== undefined,
  );
  if (codes.some((code) => timeCodes.test(code))) return { kind: 'time', why: 'no answer in time' };
  if (!isNetwork) return null;
  const last = chain.at(-1);
  const why = last?.code ?? last?.message ?? 'no connection';
  return { kind: certificateCodes.test(why) ? 'certificate' : 'network', why };
}

type Cause = { readonly name: string; readonly code: string | undefined; readonly message: string };

function causesOf(error: unknown): readonly Cause[] {
  const chain: Cause[] = [];
  for (let at: unknown = error; at instanceof Error && chain.length < 6; at = at.cause) {
    const code = (at as NodeJS.ErrnoException).code;
    chain.push({
      name: at.name,
      code: typeof code === 'string' ? code : undefined,
      message: at.message,
    });
  }
  return chain;
}

function networkProblem({ kind, why }: NetworkReason, facts: RequestFacts): ForgeProblem {
  const host = facts.host.host;
  if (kind === 'time') return { kind: 'timed-out', host };
  if (kind === 'certificate') return { kind: 'bad-certificate', host, why };
  return { kind: 'offline', host, why, isProxyIgnored: facts.isProxyIgnored };
}
