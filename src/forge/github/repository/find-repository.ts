import type { Git } from '../../../git/git.ts';
import { listRemotes } from '../../../git/remotes.ts';
import { runCommand } from '../../../process/run-command.ts';
import { isGitHubCloud, namedHosts } from '../http/token-choice.ts';
import { readRemoteUrl, webHost, type GitHubRepository } from './place.ts';

/** A remote of the user's repository that is on a GitHub. */
export type GitHubRemote = GitHubRepository & { readonly remote: string };

export type RemotesParams = {
  readonly git: Git;
  readonly env: NodeJS.ProcessEnv;
  /** The host that the configuration names. */
  readonly host: string | null;
  /** The remote that the configuration names: it comes first. */
  readonly remote: string | null;
  /** Whether the user asked for GitHub by name: then any host may be one. */
  readonly isAnyHost: boolean;
};

/** The remotes that are on a GitHub: the configured one first, then `upstream`, `github`, `origin`, and the others. */
export async function findGitHubRemotes(params: RemotesParams): Promise<readonly GitHubRemote[]> {
  const named = namedHosts(params.env, params.host);
  const found: GitHubRemote[] = [];
  for (const { name, url } of await listRemotes(params.git)) {
    const read = readRemoteUrl(url);
    if (read === null) continue;
    const { isSsh, ...repository } = read;
    const host = isSsh ? await sshHost(repository.host, params.env) : repository.host;
    const isGitHub = isGitHubCloud(host) || named.includes(host) || params.isAnyHost;
    if (isGitHub) found.push({ ...repository, host, remote: name });
  }
  const ranks = [params.remote, 'upstream', 'github', 'origin'];
  const rank = ({ remote }: GitHubRemote): number =>
    ranks.includes(remote) ? ranks.indexOf(remote) : ranks.length;
  return found.toSorted((one, other) => rank(one) - rank(other));
}

const sshLimitMs = 5_000;

/** The host behind an alias of the user's ssh configuration; the name itself where ssh knows no better. */
async function sshHost(host: string, env: NodeJS.ProcessEnv): Promise<string> {
  if (isGitHubCloud(host)) return host;
  const { end, stdout } = await runCommand({
    argv: ['ssh', '-G', '--', host],
    cwd: '/',
    env,
    timeLimitMs: sshLimitMs,
  });
  const name = /^hostname (\S+)$/mu.exec(stdout)?.[1];
  return end.kind === 'exited' && end.code === 0 && name !== undefined ? webHost(name) : host;
}
