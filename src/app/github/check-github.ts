import { findGitHubRemotes } from '../../forge/github/repository/find-repository.ts';
import { hostAddresses, repositoryName } from '../../forge/github/repository/place.ts';
import { findToken } from '../../forge/github/http/token.ts';
import type { Git } from '../../git/git.ts';
import type { Configuration } from '../settings/configuration.ts';
import { useProxy } from './use-proxy.ts';

/** What is set up for GitHub, in words; nothing if the repository has no remote there. Sends nothing. */
export async function checkGitHub(params: {
  readonly git: Git;
  readonly env: NodeJS.ProcessEnv;
  readonly github: Configuration['github'];
}): Promise<readonly { state: 'fine' | 'note'; what: string; fix: string }[]> {
  const { git, env, github } = params;
  const host = github.host ?? null;
  const remote = github.remote ?? null;
  const [first] = await findGitHubRemotes({ git, env, host, remote, isAnyHost: false });
  if (first === undefined) return [];
  const variable = github.token_variable ?? null;
  const token = await findToken({ host: hostAddresses(first.host, env, host), env, variable });
  const where = `${repositoryName(first)} on ${first.host}`;
  const found =
    token === null
      ? ({
          state: 'note',
          what: `GitHub: ${where}, and no token: a number is an issue of the local forge`,
          fix: `Log in with: gh auth login --hostname ${first.host}`,
        } as const)
      : ({
          state: 'fine',
          what: `GitHub: ${where}, token from ${token.source}`,
          fix: '',
        } as const);
  if (!useProxy(env).isIgnored) return [found];
  const what = 'A proxy is configured, and this Node does not use it by itself';
  return [found, { state: 'note', what, fix: 'Set NODE_USE_ENV_PROXY=1, or use Node 24.14.' }];
}
