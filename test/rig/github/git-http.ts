import { spawn, type ChildProcess } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { authenticate, demandSso, hasScope, isAtLeast, permissionOf } from './access.ts';
import { branchesOf, inTurn } from './bare-repository.ts';
import { Refusal } from './refusal.ts';
import { syncPulls } from './sync-pulls.ts';
import { findRepository, fullName, type Repository, type Token, type World } from './world.ts';

/** A request of git's own protocol. */
export type GitRequest = {
  readonly repository: Repository;
  readonly token: Token | null;
  /** `info/refs`, `git-upload-pack` or `git-receive-pack`. */
  readonly path: string;
  readonly query: string;
  readonly isPush: boolean;
};

const gitPath =
  /^\/(?<owner>[^/]+)\/(?<repo>[^/]+?)(?:\.git)?\/(?<path>info\/refs|git-upload-pack|git-receive-pack)$/u;

/** What of git a URL asks for, as `git/receive-pack`; `null` when it is no URL of git's. */
export function gitOperationOf(url: URL): string | null {
  const path = gitPath.exec(url.pathname)?.groups?.['path'];
  if (path === undefined) return null;
  return path === 'info/refs' ? 'git/info-refs' : path.replace('git-', 'git/');
}

/** Understands a request of git's, or refuses it as GitHub does. */
export function readGitRequest(world: World, url: URL, header: string | undefined): GitRequest {
  const { owner = '', repo = '', path = '' } = gitPath.exec(url.pathname)?.groups ?? {};
  const token = authenticated(world, header);
  const isPush = path === 'git-receive-pack' || url.search.includes('git-receive-pack');
  const repository = findRepository(world, owner, repo);
  const permission = repository === null ? 'none' : permissionOf(repository, token);
  if (repository === null || permission === 'none')
    throw token === null ? challenge() : new Refusal(404, 'Repository not found.');
  if (isPush && token === null) throw challenge();
  demandSso(repository, token);
  if (isPush) demandPush(repository, token, isAtLeast(permission, 'write'));
  return { repository, token, path, query: url.search.slice(1), isPush };
}

function demandPush(repository: Repository, token: Token | null, mayWrite: boolean): void {
  if (repository.isArchived)
    throw Refusal.forbidden('This repository was archived so it is read-only.');
  const scopes = repository.isPrivate ? ['repo'] : ['repo', 'public_repo'];
  if (mayWrite && token?.isReadOnly === false && hasScope(token, scopes)) return;
  throw Refusal.forbidden(
    `Permission to ${fullName(repository)}.git denied to ${token?.user.login ?? 'nobody'}.`,
  );
}

function authenticated(world: World, header: string | undefined): Token | null {
  try {
    return authenticate(world, header);
  } catch {
    throw challenge();
  }
}

function challenge(): Refusal {
  return new Refusal(401, 'Invalid username or token.', {
    headers: { 'www-authenticate': 'Basic realm="GitHub"' },
  });
}

/** Lets git's own program answer; after a push the pull requests follow. */
export function answerGit(
  world: World,
  asked: GitRequest,
  io: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  if (asked.path !== 'git-receive-pack') return runBackend(world, asked, io);
  return inTurn(asked.repository, async () => {
    const before = await branchesOf(asked.repository);
    await runBackend(world, asked, io, async () => {
      await afterPush(world, asked, before);
    });
  });
}

async function afterPush(
  world: World,
  { repository, token }: GitRequest,
  before: ReadonlyMap<string, string>,
): Promise<void> {
  const after = await branchesOf(repository);
  if (token === null) return;
  repository.pushedAt = world.stamp();
  await syncPulls(world, repository, token.user);
  for (const branch of new Set([...before.keys(), ...after.keys()]))
    if (before.get(branch) !== after.get(branch))
      world.events.emit({
        kind: 'pushed',
        repository: fullName(repository),
        number: 0,
        detail: branch,
      });
}

async function runBackend(
  world: World,
  asked: GitRequest,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  beforeEnd: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const child = spawn('git', ['http-backend'], {
    env: environmentOf(world, asked, request),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  // A connection that breaks ends git's input; what git has in whole, it carries out.
  pipeline(request, child.stdin).catch(() => undefined);
  await relay(child, response);
  await beforeEnd();
  response.end();
}

function environmentOf(
  world: World,
  { repository, token, path, query }: GitRequest,
  request: IncomingMessage,
): NodeJS.ProcessEnv {
  const { headers } = request;
  const isFine = token?.scopes === null && !token.isOfApp;
  const mayChangeWorkflows = isFine || token?.scopes?.includes('workflow');
  return {
    PATH: process.env['PATH'],
    HOME: world.directory,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_PROJECT_ROOT: world.directory,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${fullName(repository)}.git/${path}`,
    QUERY_STRING: query,
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: headers['content-type'] ?? '',
    ...optional('CONTENT_LENGTH', headers['content-length']),
    ...optional('HTTP_CONTENT_ENCODING', headers['content-encoding']),
    ...optional('GIT_PROTOCOL', headers['git-protocol']),
    REMOTE_USER: token?.user.login ?? '',
    REMOTE_ADDR: '127.0.0.1',
    HUB_PROTECTED_BRANCHES: [...repository.protections.keys()].join(' '),
    HUB_MAY_CHANGE_WORKFLOWS: mayChangeWorkflows ? 'yes' : 'no',
  };
}

function optional(name: string, value: string | string[] | undefined): Record<string, string> {
  return typeof value === 'string' ? { [name]: value } : {};
}

/** Turns a CGI program's output into an HTTP answer, and resolves when it has said all. */
function relay(child: ChildProcess, response: ServerResponse): Promise<void> {
  let head: Buffer | null = Buffer.alloc(0);
  child.stdout?.on('data', (chunk: Buffer) => {
    if (head === null) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) return;
    writeHead(response, head.subarray(0, end).toString('latin1'));
    const rest = head.subarray(end + 4);
    head = null;
    if (rest.length > 0) response.write(rest);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve());
  });
}

function writeHead(response: ServerResponse, head: string): void {
  const pairs = head.split('\r\n').map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const status = pairs.find(([name]) => name === 'status')?.[1] ?? '200';
  response.writeHead(
    Number.parseInt(status, 10),
    pairs.filter(([name]) => name !== 'status').flat(),
  );
}
