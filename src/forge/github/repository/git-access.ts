import { repositoryName, type GitHubHost, type GitHubRepository } from './place.ts';

/** Where git finds a repository, and what opens it: an environment for one call, and nothing in any argument or file. */
export type GitAccess = { readonly url: string; readonly env: NodeJS.ProcessEnv };

export type AccessParams = {
  readonly host: GitHubHost;
  readonly to: Pick<GitHubRepository, 'owner' | 'repo'>;
  readonly token: string;
  /** The user's environment: its own `GIT_CONFIG_…` entries stay. */
  readonly env: NodeJS.ProcessEnv;
};

/** Git's access to a repository over HTTPS with the token. */
export function gitAccess({ host, to, token, env }: AccessParams): GitAccess {
  const url = `${host.serverUrl}/${repositoryName(to)}.git`;
  const credential = Buffer.from(`x-access-token:${token}`).toString('base64');
  const entries = [
    // The user's rewriting of addresses (to ssh, for example) must not affect us: the longest match wins, and this is the longest.
    [`url.${url}.insteadOf`, url],
    [`url.${url}.pushInsteadOf`, url],
    // An empty value forgets what was configured before: other headers, other people's helpers.
    ['credential.helper', ''],
    [`http.${url}.extraHeader`, ''],
    [`http.${url}.extraHeader`, `Authorization: Basic ${credential}`],
    // For this very address: the longest match wins here, too. A redirect would take the header along.
    [`http.${url}.followRedirects`, 'false'],
    ['http.lowSpeedLimit', '1'],
    ['http.lowSpeedTime', '60'],
  ] as const;
  const before = Number(env['GIT_CONFIG_COUNT'] ?? 0) || 0;
  const variables = entries.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${before + index}`, key],
    [`GIT_CONFIG_VALUE_${before + index}`, value],
  ]);
  return {
    url,
    env: {
      ...Object.fromEntries(variables),
      GIT_CONFIG_COUNT: String(before + entries.length),
    },
  };
}
