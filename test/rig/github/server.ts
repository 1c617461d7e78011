import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { acceptedScopes, authenticate, handleWithAccess } from './access.ts';
import type { CallLog, HubCall } from './calls.ts';
import {
  isMute,
  isStruckBefore,
  mute,
  refuseByFault,
  sendJson,
  sendThrough,
  spent,
} from './fault-effects.ts';
import type { Fault, FaultTarget } from './faults.ts';
import { answerGit, gitOperationOf, readGitRequest } from './git-http.ts';
import type { Quota, Resource } from './quota.ts';
import { Refusal } from './refusal.ts';
import type { Answer, Call, Route } from './route.ts';
import { findRepository, type Token, type World } from './world.ts';

/** What the server works with. */
export type ServerParts = {
  readonly world: World;
  readonly routes: readonly Route[];
  readonly log: CallLog;
  readonly quota: Quota;
  readonly now: () => number;
  readonly strike: (target: FaultTarget) => Fault | null;
  readonly answerGraphql: (call: Call) => Promise<Answer>;
};

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };

/** Answers one request: git's, or the interface's. */
export async function serve(parts: ServerParts, exchange: Exchange): Promise<void> {
  const url = new URL(exchange.request.url ?? '/', parts.world.web);
  const log = /^\/_logs\/(?<id>\d+)$/u.exec(url.pathname)?.groups?.['id'];
  if (log !== undefined) return sendLog(parts.world, Number(log), exchange.response);
  const operation = gitOperationOf(url);
  try {
    if (operation === null) await serveApi(parts, url, exchange);
    else await serveGit(parts, url, { ...exchange, operation });
  } catch (error) {
    if (!exchange.response.headersSent)
      sendJson(exchange.response, 500, { message: String(error) });
    else exchange.response.destroy();
  }
}

/** The text of a job, which lies outside the interface. */
function sendLog(world: World, job: number, response: ServerResponse): void {
  const words = world.logs.get(job);
  response.writeHead(words === undefined ? 404 : 200, { 'content-type': 'text/plain' });
  response.end(words ?? '');
}

async function serveGit(
  { world, log, strike }: ServerParts,
  url: URL,
  { request, response, operation }: Exchange & { readonly operation: string },
): Promise<void> {
  const entry = newEntry(request, url.pathname, { operation, search: url.search });
  log.begin(entry);
  response.once('close', () => log.end());
  const fault = strike({ method: entry.method, path: entry.path, operation, body: '' });
  entry.fault = fault?.kind ?? null;
  if (await isStruckBefore(fault, response)) return noteStatus(entry, response);
  try {
    refuseByFault(fault, null);
    const asked = readGitRequest(world, url, request.headers.authorization);
    const heard = isMute(fault) ? mute(fault, response) : response;
    await answerGit(world, asked, { request, response: heard });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    response.writeHead(error.status, { 'content-type': 'text/plain', ...error.headers });
    response.end(error.message);
  }
  noteStatus(entry, response);
}

async function serveApi(
  parts: ServerParts,
  url: URL,
  { request, response }: Exchange,
): Promise<void> {
  const { world, log, routes } = parts;
  const path = url.pathname.replace(/^\/api(?:\/v3)?(?=\/|$)/u, '') || '/';
  const method = request.method ?? 'GET';
  const found = routes
    .map((route) => ({ route, match: route.method === method ? route.pattern.exec(path) : null }))
    .find(({ match }) => match !== null);
  const isGraphql = path === '/graphql' && method === 'POST';
  const operation = isGraphql ? 'graphql' : operationAt(path, found?.route);
  const body = await text(request);
  const entry = newEntry(request, path, { operation, search: url.search, body });
  log.begin(entry);
  response.once('close', () => log.end());
  const fault = parts.strike({ method, path, operation, body });
  entry.fault = fault?.kind ?? null;
  const resource: Resource = isGraphql ? 'graphql' : 'core';
  let token: Token | null = null;
  let answer: Answer;
  try {
    token = authenticate(world, request.headers.authorization);
    Object.assign(entry, { login: token?.user.login ?? null });
    if (await isStruckBefore(fault, response)) return noteStatus(entry, response);
    refuseByFault(fault, token);
    demandUserAgent(request);
    const call: Call = {
      world,
      token,
      path,
      params: decoded(found?.match?.groups ?? {}),
      query: url.searchParams,
      body: parsed(body),
      accept: request.headers.accept ?? '',
    };
    answer = await counted(parts, { entry, resource, token, route: found?.route }, () => {
      if (isGraphql) return parts.answerGraphql(call);
      if (found === undefined) throw Refusal.notFound();
      return handleWithAccess(found.route, call);
    });
    answer = unlessUnchanged(parts, { entry, token, request, answer });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    answer = isGraphql ? refusedGraphql(error) : refused(error);
  }
  const headers = {
    ...parts.quota.headers(token, resource),
    ...(fault?.kind === 'primary-limit' ? spent(parts.now(), fault.resetInSeconds ?? 3600) : {}),
    ...scopeHeaders(world, token, found?.match?.groups),
    'x-github-request-id': `HUB:${log.all.length}`,
    'x-github-media-type': 'github.v3; format=json',
    ...answer.headers,
  };
  sendThrough(fault, response, { ...answer, headers });
  noteStatus(entry, response);
}

function newEntry(
  request: IncomingMessage,
  path: string,
  more: { readonly operation: string; readonly search: string; readonly body?: string },
): HubCall {
  return {
    method: request.method ?? 'GET',
    path,
    query: more.search.slice(1),
    operation: more.operation,
    login: null,
    status: null,
    costsQuota: false,
    fault: null,
    sent: more.body ?? '',
  };
}

function noteStatus(entry: HubCall, response: ServerResponse): void {
  entry.status = response.headersSent ? response.statusCode : null;
}

/** Counts the request against the limits, before it is handled. */
async function counted(
  { quota, log }: ServerParts,
  {
    entry,
    resource,
    token,
    route,
  }: {
    readonly entry: HubCall;
    readonly resource: Resource;
    readonly token: Token | null;
    readonly route: Route | undefined;
  },
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
function unlessUnchanged(
  { quota }: ServerParts,
  {
    entry,
    token,
    request,
    answer,
  }: {
    readonly entry: HubCall;
    readonly token: Token | null;
    readonly request: IncomingMessage;
    readonly answer: Answer;
  },
): Answer {
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
  names: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  if (token === null || token.scopes === null) return {};
  const repository = findRepository(world, names?.['owner'] ?? '', names?.['repo'] ?? '');
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
