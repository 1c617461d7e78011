import {
  isApiFor,
  isGitHubCloud,
  serverHost,
  tokensFor,
  type TokenChoice,
} from '../http/token-choice.ts';

/** A repository on GitHub, or on a GitHub of somebody's own. */
export type GitHubRepository = {
  /** With its port, where it has one. */
  readonly host: string;
  readonly owner: string;
  readonly repo: string;
};

/** The addresses of one GitHub. */
export type GitHubHost = {
  readonly host: string;
  readonly serverUrl: string;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  readonly tokens: TokenChoice;
};

/** How people write the repository. */
export function repositoryName({ owner, repo }: Pick<GitHubRepository, 'owner' | 'repo'>): string {
  return `${owner}/${repo}`;
}

export function isSameRepository(one: GitHubRepository, other: GitHubRepository): boolean {
  const key = ({ host, owner, repo }: GitHubRepository): string =>
    `${host}/${owner}/${repo}`.toLowerCase();
  return key(one) === key(other);
}

const nameParts = String.raw`\/?([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?`;
const withScheme = new RegExp(
  String.raw`^(https?|ssh|git|git\+ssh):\/\/(?:[^@/]*@)?([\w.-]+)(:\d+)?${nameParts}$`,
  'u',
);
const scpForm = new RegExp(String.raw`^(?:[\w.-]+@)?([\w.-]+):(?!\/\/)${nameParts}$`, 'u');

/**
 * Reads a remote's URL in any of the forms that git takes; null for a path on this machine. The host of an `ssh` form
 * may be an alias of the user's ssh configuration: `isAlias` says that it is worth asking ssh.
 */
export function readRemoteUrl(
  url: string,
): (GitHubRepository & { readonly isSsh: boolean }) | null {
  const whole = withScheme.exec(url.trim());
  if (whole !== null) {
    const [, scheme = '', host = '', port = '', owner = '', repo = ''] = whole;
    const isSsh = scheme.includes('ssh');
    // The port of ssh is not that of the web.
    const shown = isSsh || isDefaultPort(scheme, port) ? host : `${host}${port}`;
    return { host: webHost(shown), owner, repo, isSsh };
  }
  const short = scpForm.exec(url.trim());
  if (short === null) return null;
  const [, host = '', owner = '', repo = ''] = short;
  return { host: webHost(host), owner, repo, isSsh: true };
}

function isDefaultPort(scheme: string, port: string): boolean {
  return (scheme === 'https' && port === ':443') || (scheme === 'http' && port === ':80');
}

/** GitHub serves ssh on port 443 under a name of its own. */
export function webHost(host: string): string {
  const name = host.toLowerCase();
  return name === 'ssh.github.com' || name === 'www.github.com' ? 'github.com' : name;
}

/**
 * The addresses of a host, and which tokens it may get: those of the environment when it speaks of this host, as in GitHub
 * Actions; otherwise as GitHub's cloud and GitHub Enterprise have them. What calls the API and what git does both go by these.
 */
export function hostAddresses(
  host: string,
  env: NodeJS.ProcessEnv,
  configured: string | null,
): GitHubHost {
  const own = ownAddresses(host);
  const isServer = serverHost(env) === host;
  const isApi = isApiFor(host, env);
  const serverUrl = trimmed((isServer && env['GITHUB_SERVER_URL']) || own.serverUrl);
  const givenApi = (isApi && env['GITHUB_API_URL']) || undefined;
  const apiUrl = trimmed(givenApi ?? own.apiUrl);
  const graphqlUrl =
    ((isServer || isApi) && env['GITHUB_GRAPHQL_URL']) ||
    (givenApi === undefined ? own.graphqlUrl : graphqlOf(apiUrl));
  return { host, serverUrl, apiUrl, graphqlUrl, tokens: tokensFor(host, env, configured) };
}

function trimmed(url: string): string {
  return url.replace(/\/+$/u, '');
}

/** An Enterprise has its two interfaces side by side below `/api`. */
function graphqlOf(apiUrl: string): string {
  return apiUrl.endsWith('/api/v3') ? apiUrl.replace(/v3$/u, 'graphql') : `${apiUrl}/graphql`;
}

function ownAddresses(host: string): Omit<GitHubHost, 'host' | 'tokens'> {
  const serverUrl = `https://${host}`;
  if (isGitHubCloud(host)) {
    const apiUrl = `https://api.${host}`;
    return { serverUrl, apiUrl, graphqlUrl: `${apiUrl}/graphql` };
  }
  return {
    serverUrl,
    apiUrl: `${serverUrl}/api/v3`,
    graphqlUrl: `${serverUrl}/api/graphql`,
  };
}
