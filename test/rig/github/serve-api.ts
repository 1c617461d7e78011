import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { acceptedScopes, authenticate, handleWithAccess } from './access.ts';
import { newCall, noteStatus, type CallLog, type HubCall } from './calls.ts';
import { isStruckBefore, refuseByFault, sendThrough, spent } from './fault-effects.ts';
import type { Fault, FaultTarget } from './faults.ts';
import type { Quota, Resource } from './quota.ts';
import { Refusal } from './refusal.ts';
import type { Answer, Call, Route } from './route.ts';
import { findRepository, type Token, type World } from './world.ts';

/** What the interface works with. */
export type ApiParts = {
  readonly world: World;
  readonly routes: readonly Route[];
  readonly log: CallLog;
  readonly quota: Quota;
  /** Milliseconds. */
  readonly now: () => number;
  readonly strike: (target: FaultTarget) => Fault | null;
  readonly answerGraphql: (call: Call) => Promise<Answer>;
};

type Exchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
};

/** A request on its way to its answer. */
type Visit = {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly path: string;
  readonly route: Route | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly isGraphql: boolean;
  readonly resource: Resource;
  readonly entry: HubCall;
  readonly fault: Fault | null;
  token: Token | null;
};

/** Answers a request of REST or GraphQL, or lets a fault befall it. */
export async function serveApi(parts: ApiParts, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const visit = receive(parts, exchange, await text(request));
  const { entry, fault } = visit;
  parts.log.begin(entry);
  response.once('close', () => parts.log.end());
  if (!(await isStruckBefore(fault, response))) {
    const answer = await answerOf(parts, visit);
    sendThrough(fault, response, { ...answer, headers: headersOf(parts, visit, answer) });
  }
  noteStatus(entry, response);
}

/** Finds out what is asked, and whether a fault waits for it. */
function receive(parts: ApiParts, { request, url }: Exchange, sent: string): Visit {
  const path = url.pathname.replace(/^\/api(?:\/v3)?(?=\/|$)/u, '') || '/';
  const method = request.method ?? 'GET';
  const found = parts.routes
    .map((route) => ({ route, match: route.method === method ? route.pattern.exec(path) : null }))
    .find(({ match }) => match !== null);
  const isGraphql = path === '/graphql' && method === 'POST';
  const operation = isGraphql ? 'graphql' : operationAt(path, found?.route);
  const entry = newCall(request, { path, search: url.search, operation, sent });
  const fault = parts.strike({ method, path, operation, body: sent });
  entry.fault = fault?.kind ?? null;
  return {
    ...{ request, url, path, isGraphql, entry, fault },
    route: found?.route,
    params: decoded(found?.match?.groups ?? {}),
    resource: isGraphql ? 'graphql' : 'core',
    token: null,
  };
}

/** What GitHub would answer; refusals are answers, too. */
async function answerOf(parts: ApiParts, visit: Visit): Promise<Answer> {
  const { world } = parts;
  const { request, route, entry, path, params } = visit;
  try {
    visit.token = authenticate(world, request.headers.authorization);
    entry.login = visit.token?.user.login ?? null;
    refuseByFault(visit.fault, visit.token);
    demandUserAgent(request);
    const query = visit.url.searchParams;
    const body = parsed(entry.sent);
    const call: Call = { world, token: visit.token, path, params, query, body };
    const answer = await counted(parts, visit, () => {
      if (visit.isGraphql) return parts.answerGraphql(call);
      if (route === undefined) throw Refusal.notFound();
      return handleWithAccess(route, call);
    });
    return unlessUnchanged(parts.quota, visit, answer);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return visit.isGraphql ? refusedGraphql(error) : refused(error);
  }
}

function headersOf(
  { world, quota, log, now }: ApiParts,
  { token, resource, fault, params }: Visit,
  answer: Answer,
): Record<string, string> {
  return {
    ...quota.headers(token, resource),
    ...(fault?.kind === 'primary-limit' ? spent(now(), fault.resetInSeconds ?? 3600) : {}),
    ...scopeHeaders(world, token, params),
    'x-github-request-id': `HUB:${log.all.length}`,
    'x-github-media-type': 'github.v3; format=json',
    ...answer.headers,
  };
}

/** Counts the request against the limits, before it is handled. */
async function counted(
  { quota, log }: ApiParts,
  { entry, resource, token, route }: Visit,
  handle: () => Answer | Promise<Answer>,
): Promise<Answer> {
  if (entry.path === '/rate_limit') return { status: 200, body: quota.overview(token) };
  quota.watchPace({
    token,
    isWriting: resource === 'core' ? entry.method !== 'GET' : isMutation(entry.sent),
    createsContent: route?.createsContent ?? false,
    underWay: log.underWay(),
  });
  quota.take(token, resource);
  entry.costsQuota = true;
  return handle();
}

function operationAt(path: string, route: Route | undefined): string {
  return path === '/rate_limit' ? 'rate-limit/get' : (route?.operation ?? 'unknown');
}

function refused({ status, body, headers }: Refusal): Answer {
  return { status, body, headers };
}

/** That the hour's points are used up is said with a 200 there. */
function refusedGraphql(error: Refusal): Answer {
  if (!error.message.startsWith('API rate limit')) return refused(error);
  const errors = [{ type: 'RATE_LIMITED', message: error.message }];
  return { status: 200, body: { errors }, headers: error.headers };
}

function isMutation(sent: string): boolean {
  return /"query":\s*"(?:\s|\\n)*mutation/u.test(sent);
}

/** Answers 304 for what the caller has already, which costs nothing. */
function unlessUnchanged(quota: Quota, { entry, token, request }: Visit, answer: Answer): Answer {
  if (entry.method !== 'GET' || answer.status !== 200 || entry.path === '/rate_limit')
    return answer;
  const parts = [JSON.stringify(answer.body), answer.headers?.['link'] ?? '', token?.value ?? ''];
  const digest = createHash('sha256').update(parts.join('\0'));
  const etag = `W/"${digest.digest('hex')}"`;
  const headers = { ...answer.headers, etag, 'cache-control': 'private, max-age=60, s-maxage=60' };
  const known = request.headers['if-none-match']?.split(/,\s*/u) ?? [];
  if (!known.some((tag) => tag.replace(/^W\//u, '') === etag.slice(2)))
    return { ...answer, headers };
  quota.giveBack(token, 'core');
  entry.costsQuota = false;
  return { status: 304, headers };
}

function scopeHeaders(
  world: World,
  token: Token | null,
  names: Readonly<Record<string, string>>,
): Record<string, string> {
  if (token === null || token.scopes === null) return {};
  const repository = findRepository(world, names['owner'] ?? '', names['repo'] ?? '');
  return {
    'x-oauth-scopes': token.scopes.join(', '),
    'x-accepted-oauth-scopes': repository === null ? '' : acceptedScopes(repository).join(', '),
  };
}

function demandUserAgent(request: IncomingMessage): void {
  if ((request.headers['user-agent'] ?? '') === '')
    throw Refusal.forbidden('Request forbidden by administrative rules.');
}

function decoded(groups: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]),
  );
}

function parsed(body: string): Record<string, unknown> {
  if (body === '') return {};
  try {
    const value: unknown = JSON.parse(body);
    if (Array.isArray(value)) return { labels: value };
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new Refusal(400, 'Problems parsing JSON');
}
