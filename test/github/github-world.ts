import { configurationPath } from '../../src/app/settings/configuration.ts';
import { startFlotilla, type Ended, type Running } from '../rig/flotilla.ts';
import { startGitHub, type Hub, type HubOptions } from '../rig/github/github.ts';
import type { NewRepository } from '../rig/github/repositories.ts';
import type { SeededRepository } from '../rig/github/seeding.ts';
import type { Permission } from '../rig/github/world.ts';
import { makeWorld, type World, type WorldParams } from '../rig/world.ts';

type Configuration = {
  readonly github?: Readonly<Record<string, unknown>>;
  readonly [other: string]: unknown;
};

/** A user whose repository has its remote on a GitHub of the test's own. */
export type GitHubWorld = AsyncDisposable & {
  readonly world: World;
  readonly hub: Hub;
  readonly shop: SeededRepository;
  readonly token: string;
  readonly start: (...args: readonly string[]) => Running;
  /** Writes the configuration, without a commit. */
  readonly configure: (configuration: Configuration) => void;
  /** `orchestrate` with the scripted agent, plain, whatever its plan says. */
  readonly orchestrate: (issue: string | number, ...args: readonly string[]) => Promise<Ended>;
  /** The same without `--force`: for tests of what is refused. */
  readonly orchestrateUnforced: (
    issue: string | number,
    ...args: readonly string[]
  ) => Promise<Ended>;
};

export type GitHubWorldParams = WorldParams & {
  readonly hub?: HubOptions;
  readonly scopes?: readonly string[] | null;
  /** Who the token belongs to. */
  readonly login?: string;
  /** How `una/shop` is set up. */
  readonly repository?: Partial<Omit<NewRepository, 'owner' | 'parent'>>;
  /** The token is that of Actions, which is no user's. */
  readonly isActions?: boolean;
  /** Who else may do what in the repository, by login. */
  readonly permissions?: Readonly<Record<string, Permission>>;
};

/** No test waits for checks that it does not make itself. */
const impatient = { ci_grace: 0.2, ci_interval: 0.2 };

/** The text of a configuration that is impatient where it does not say otherwise. */
function configurationText({ github = {}, ...others }: Configuration): string {
  return JSON.stringify({ ...others, github: { ...impatient, ...github } });
}

/** Makes the user, the double, and the repository `una/shop` in both. */
export async function makeGitHubWorld(params: GitHubWorldParams = {}): Promise<GitHubWorld> {
  const { scopes = ['repo'], login = 'una' } = params;
  const hub = await startGitHub(params.hub);
  const token = params.isActions ? hub.appToken() : hub.token(scopes, login);
  const permissions: Record<string, Permission> = {
    ...params.permissions,
    ...(params.isActions ? { [token]: 'write' } : {}),
  };
  const world = await makeWorld({
    ...params,
    files: { [configurationPath]: configurationText({}), ...params.files },
    env: {
      GITHUB_SERVER_URL: hub.gitUrl,
      GITHUB_API_URL: hub.url,
      GH_TOKEN: token,
      ...params.env,
    },
  });
  const shop = await hub.makeRepository({
    ...{ owner: 'una', name: 'shop', from: world.repository, permissions },
    ...params.repository,
  });
  world.git('remote', 'add', 'origin', shop.gitUrl);
  const start = (...args: readonly string[]): Running =>
    startFlotilla({ args, cwd: world.repository, env: world.env });
  const unforced: GitHubWorld['orchestrate'] = (issue, ...args) =>
    start('orchestrate', String(issue), '--agent', world.agent, '--plain', ...args).ended;
  return {
    world,
    hub,
    shop,
    token,
    start,
    configure: (configuration) => world.write(configurationPath, configurationText(configuration)),
    orchestrate: (issue, ...args) => unforced(issue, '--force', ...args),
    orchestrateUnforced: unforced,
    [Symbol.asyncDispose]: async () => {
      await hub.idle();
      await world[Symbol.asyncDispose]();
      await hub[Symbol.asyncDispose]();
    },
  };
}

/** The text of a master issue with a task for each title. */
export function masterBody(titles: readonly string[]): string {
  return `Some background.\n\n## Sub-Tasks\n\n${titles.map((title) => `- [ ] ${title}`).join('\n')}\n`;
}

/** What people see on GitHub in the end, without what is another in every run. */
export async function publishedState(shop: SeededRepository, master: number): Promise<object> {
  return {
    issues: shop
      .issues()
      .map(({ title, parent }) => ({ title, parent: parent?.number ?? null }))
      .toSorted((one, other) => one.title.localeCompare(other.title)),
    pulls: shop
      .pulls()
      .map(({ issue, head }) => ({ title: issue.title, branch: withoutNumber(head.ref) }))
      .toSorted((one, other) => one.title.localeCompare(other.title)),
    branches: [...(await shop.branches()).keys()].map(withoutNumber).toSorted(),
    comments: shop.comments(master).map(({ body }) => body.includes('2 of 2 tasks done')),
    labels: shop.labels().toSorted(),
  };
}

/** Issues and pull requests are numbered in the order in which they were made, which a fault may change. */
function withoutNumber(branch: string): string {
  return branch.replace(/issue-\d+/u, 'issue-N');
}
