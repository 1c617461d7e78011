import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer as createPlainServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCallLog, type HubCall } from './calls.ts';
import { checkRoutes } from './checks.ts';
import { commentRoutes } from './comments.ts';
import { contentRoutes } from './contents.ts';
import { openFaults, type Faults } from './faults.ts';
import { openHubEvents, type HubEvent, type HubEvents } from './hub-events.ts';
import { openGraphql } from './graphql.ts';
import { issueRoutes } from './issues.ts';
import { labelRoutes } from './labels.ts';
import { mergeRoutes } from './merging.ts';
import { pullRoutes } from './pulls.ts';
import { defaultLimits, openQuota, type Limits, type Quota } from './quota.ts';
import { repositoryRoutes } from './repositories.ts';
import { reviewRoutes } from './reviews.ts';
import type { Route } from './route.ts';
import { seedingOf, type Seeding } from './seeding.ts';
import { serve } from './server.ts';
import { subIssueRoutes } from './sub-issues.ts';
import type { World } from './world.ts';

export type HubOptions = {
  /** `enterprise` has its interface below `/api/v3`, `plain` at the root; both answer at both. */
  readonly layout?: 'enterprise' | 'plain';
  readonly limits?: Partial<Limits>;
  /** Milliseconds; the real time without. */
  readonly now?: () => number;
  /** What linking a sub-issue waits for; about as long as GitHub takes without. Two at once at one parent collide. */
  readonly linking?: () => Promise<void>;
  /** Serves https with this certificate, for programs that speak nothing else. */
  readonly tls?: { readonly key: string; readonly cert: string };
};

/**
 * A GitHub of the test's own, on loopback, over real bare repositories: pushes, merges, permissions, limits and
 * faults are what they are there. Close it with `await using`.
 */
export type Hub = AsyncDisposable &
  Seeding & {
    /** Base of the REST interface. GraphQL is where Octokit and `gh` look for it. */
    readonly url: string;
    /** Base of the web pages and of git: a repository is `<gitUrl>/<owner>/<name>.git`. */
    readonly gitUrl: string;
    /** All requests in the order in which they came. */
    readonly calls: readonly HubCall[];
    readonly events: readonly HubEvent[];
    /** Waits until so many events of a kind have happened since the start. */
    readonly until: HubEvents['until'];
    /** Resolves as soon as no request is under way. */
    readonly idle: () => Promise<void>;
    readonly faults: Faults;
    /** Sets what is left of the hour. */
    readonly setQuota: Quota['set'];
  };

/** All operations that the double has. */
export const hubRoutes: readonly Route[] = [
  ...repositoryRoutes,
  ...commentRoutes,
  ...issueRoutes,
  ...labelRoutes,
  ...mergeRoutes,
  ...reviewRoutes,
  ...pullRoutes,
  ...subIssueRoutes,
  ...checkRoutes,
  ...contentRoutes,
];

/** Starts a double on a free port of loopback. */
export async function startGitHub(options: HubOptions = {}): Promise<Hub> {
  const now = options.now ?? Date.now;
  const directory = await mkdtemp(join(tmpdir(), 'hub-'));
  const server = options.tls === undefined ? createPlainServer() : createTlsServer(options.tls);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const scheme = options.tls === undefined ? 'http' : 'https';
  const web = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const api = options.layout === 'plain' ? web : `${web}/api/v3`;
  const world = newWorld({
    web,
    api,
    directory: join(directory, 'repositories'),
    now,
    linking: options.linking ?? aMoment,
  });
  await mkdir(world.directory);
  const log = openCallLog();
  const faults = openFaults();
  const quota = openQuota({ ...defaultLimits, ...options.limits }, now);
  const bugs: unknown[] = [];
  const parts = {
    world,
    routes: hubRoutes,
    log,
    quota,
    now,
    strike: faults.strike,
    answerGraphql: openGraphql(quota),
    onBug: (error: unknown) => void bugs.push(error),
  };
  const underWay = new Set<Promise<void>>();
  server.on('request', (request, response) => {
    const done = serve(parts, { request, response }).finally(() => underWay.delete(done));
    underWay.add(done);
  });
  return {
    ...seedingOf(world),
    url: api,
    gitUrl: web,
    calls: log.all,
    events: world.events.all,
    until: world.events.until,
    idle: log.idle,
    faults,
    setQuota: quota.set,
    [Symbol.asyncDispose]: async () => {
      await close(server);
      await Promise.all(underWay);
      await Promise.all([...world.repositories.values()].map(({ queue }) => queue));
      await rm(directory, { recursive: true, force: true });
      if (bugs.length > 0) throw new AggregateError(bugs, 'The double itself failed');
    },
  };
}

const aMoment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

type Place = Pick<World, 'web' | 'api' | 'directory' | 'linking'> & { readonly now: () => number };

function newWorld({ now, ...place }: Place): World {
  let lastId = 1_000_003;
  return {
    ...place,
    users: new Map(),
    tokens: new Map(),
    repositories: new Map(),
    logs: new Map(),
    events: openHubEvents(),
    stamp: () => new Date(now()).toISOString().replace(/\.\d+Z$/u, 'Z'),
    nextId: () => {
      lastId += 17;
      return lastId;
    },
  };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
