import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHolds } from '../../src/coordination/holds.ts';
import { openCallLog } from '../../src/forge/github/http/call-log.ts';
import { openClient, type GitHubClient } from '../../src/forge/github/http/client.ts';
import { openGitHubForge, type GitHubForge } from '../../src/forge/github/github-forge.ts';
import { openRepository } from '../../src/forge/github/repository/open-repository.ts';
import { hostAddresses } from '../../src/forge/github/repository/place.ts';
import { listSubIssues } from '../../src/forge/github/issues/read-issue.ts';
import { gitAt } from '../../src/git/git.ts';
import { identifySelf } from '../../src/process/identity.ts';
import { startGitHub, type Hub } from '../rig/github/github.ts';
import type { NewRepository } from '../rig/github/repositories.ts';
import type { SeededRepository } from '../rig/github/seeding.ts';

/** The forge itself on a GitHub of the test's own, with no program around it. */
export type HubForge = AsyncDisposable & {
  readonly hub: Hub;
  readonly shop: SeededRepository;
  readonly forge: GitHubForge;
  readonly client: GitHubClient;
  readonly token: string;
  /** Another process's forge, as it were: it remembers nothing. */
  readonly openAgain: () => Promise<GitHubForge>;
};

/** Opens the forge of `una/shop`, whose master issue is its first. */
export async function openHubForge(
  scopes: readonly string[] = ['repo', 'workflow'],
  more: Partial<Omit<NewRepository, 'owner' | 'parent'>> & {
    readonly mergePatienceMs?: number;
  } = {},
): Promise<HubForge> {
  const { mergePatienceMs = 60_000, ...how } = more;
  const hub = await startGitHub();
  const folder = await mkdtempDisposable(join(tmpdir(), 'hub-forge-'));
  const token = hub.token(scopes, 'una');
  const shop = await hub.makeRepository({ ...how, owner: 'una', name: 'shop' });
  shop.issue({ title: 'Build the cart', body: '- [ ] Add it' });
  const env = { GITHUB_SERVER_URL: hub.gitUrl, GITHUB_API_URL: hub.url, PATH: process.env['PATH'] };
  const { host } = new URL(hub.gitUrl);
  const calls = openCallLog(() => new Date());
  const client = openClient({
    host: hostAddresses(host, env, null),
    token: { token, source: 'GH_TOKEN' },
    callsPerHour: 1_000,
    onCall: calls.add,
    onWait: () => undefined,
    isProxyIgnored: false,
    now: () => new Date(),
  });
  const holds = openHolds(join(folder.path, 'holds.sqlite'), await identifySelf());
  const user = join(folder.path, 'user');
  await gitAt(folder.path, env).run(['clone', '--quiet', shop.directory, user]);
  const repository = await openRepository(client, { host, owner: 'una', repo: 'shop' });
  const openAgain = async (): Promise<GitHubForge> =>
    openGitHubForge({
      client,
      calls,
      repository,
      subIssues: await listSubIssues(client, repository, 1),
      referenced: [],
      directory: join(folder.path, 'mirror.git'),
      source: join(user, '.git'),
      userGit: gitAt(user, env),
      holds,
      env,
      isDraft: false,
      pullRequestLabels: [],
      commentEveryMs: 50,
      mergePatienceMs,
      claims: null,
    });
  const forge = await openAgain();
  return {
    hub,
    shop,
    forge,
    client,
    token,
    openAgain,
    [Symbol.asyncDispose]: async () => {
      await hub.idle();
      holds.close();
      await hub[Symbol.asyncDispose]();
      await folder.remove();
    },
  };
}
