import { openCallLog, type CallLog } from '../../forge/github/http/call-log.ts';
import { openClient, type GitHubClient } from '../../forge/github/http/client.ts';
import {
  openRepository,
  type KnownRepository,
} from '../../forge/github/repository/open-repository.ts';
import { isSameRepository, repositoryName } from '../../forge/github/repository/place.ts';
import { ForgeError } from '../../model/forge-problem.ts';
import type { Settings } from '../settings/settings.ts';
import { checkSender } from './check-request.ts';
import type { GitHubTarget } from '../issue/choose-forge.ts';
import type { StartRequest } from './start-request.ts';
import { useProxy } from './use-proxy.ts';

export type ConnectParams = {
  readonly target: GitHubTarget;
  /** The master issue's number: that of the target, or of the master whose sub-issue was named. */
  readonly number: number;
  /** Who asked for this on GitHub; null when the user themselves did, here. */
  readonly request: StartRequest | null;
  readonly settings: Settings;
  readonly env: NodeJS.ProcessEnv;
  /** Called when GitHub asks us to wait. */
  readonly note: (text: string) => void;
};

export type GitHubConnection = {
  readonly client: GitHubClient;
  readonly calls: CallLog;
  readonly repository: KnownRepository;
};

/** Connects to the repository of an issue, and makes sure that the person who asked may do so. Reads nothing of the issue. */
export async function connectGitHub(params: ConnectParams): Promise<GitHubConnection> {
  const { target, request, number, settings } = params;
  const calls = openCallLog(() => new Date());
  const client = openClient({
    ...target,
    callsPerHour: settings.github.calls_per_hour,
    onCall: calls.add,
    onWait: (seconds) => params.note(`GitHub asks to wait ${seconds} s.`),
    isProxyIgnored: useProxy(params.env).isIgnored,
    now: () => new Date(),
  });
  const repository = await openTargetRepository(client, target);
  if (request !== null) await checkSender(client, repository, { request, number });
  return { client, calls, repository };
}

/** The repository of the issue must be one of the user's remotes, or what one of them was forked from. */
async function openTargetRepository(
  client: GitHubClient,
  { repository, remotes }: GitHubTarget,
): Promise<KnownRepository> {
  const known = await openRepository(client, repository);
  if (remotes.some((remote) => isSameRepository(remote, repository))) return known;
  for (const remote of remotes) {
    const { parent } = await openRepository(client, remote);
    if (parent !== null && isSameRepository(parent, known)) return known;
  }
  throw new ForgeError({
    kind: 'other-repository',
    wanted: repositoryName(known),
    known: remotes.map(repositoryName),
  });
}
