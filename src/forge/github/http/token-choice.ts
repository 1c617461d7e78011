/**
 * Which of the user's tokens a host may get. `any`: all that the environment has for GitHub. `enterprise`: those that are
 * meant for another GitHub than github.com. `stored`: only what `gh` has stored for this very host.
 */
export type TokenChoice = 'any' | 'enterprise' | 'stored';

/** github.com, or a tenant of GitHub's own cloud. */
export function isGitHubCloud(host: string): boolean {
  return host === 'github.com' || host.endsWith('.ghe.com');
}

/**
 * Decides which tokens a host may get. The author of a repository can name any host, in a remote's URL or a file; the
 * user's credentials go only to github.com and to what the user names: by `GITHUB_SERVER_URL` or `GITHUB_API_URL`, by
 * `GH_HOST`, or by a configuration that they trusted. This is the only place that decides it, for the API and for git.
 */
export function tokensFor(
  host: string,
  env: NodeJS.ProcessEnv,
  /** The host of the configuration, where the user trusts it. */
  configured: string | null,
): TokenChoice {
  if (host === 'github.com') return 'any';
  if (serverHost(env) === host || apiHosts(env).includes(host)) return 'any';
  if (ghHost(env) !== host && configured?.toLowerCase() !== host) return 'stored';
  // As `gh` has it: a tenant of the cloud has the tokens of the cloud.
  return isGitHubCloud(host) ? 'any' : 'enterprise';
}

/** The hosts that the user names as a GitHub. */
export function namedHosts(env: NodeJS.ProcessEnv, configured: string | null): readonly string[] {
  const configuredHost = configured?.toLowerCase() ?? null;
  const all = [serverHost(env), ghHost(env), ...apiHosts(env), configuredHost];
  return all.filter((host) => host !== null);
}

/** The host of `GITHUB_SERVER_URL`; null without one. */
export function serverHost(env: NodeJS.ProcessEnv): string | null {
  return hostOf(env['GITHUB_SERVER_URL']);
}

/**
 * Whether `GITHUB_API_URL` is about this host. It belongs to the server or the host that is named next to it. Alone it
 * speaks of the host in it, and of github.com, whose API may be reached by another way.
 */
export function isApiFor(host: string, env: NodeJS.ProcessEnv): boolean {
  const named = serverHost(env) ?? ghHost(env);
  if (named !== null) return named === host;
  return host === 'github.com' || apiHosts(env).includes(host);
}

function ghHost(env: NodeJS.ProcessEnv): string | null {
  return env['GH_HOST']?.toLowerCase() || null;
}

/** The host of `GITHUB_API_URL`, and what it is the API of when its name begins with `api.`. */
function apiHosts(env: NodeJS.ProcessEnv): readonly string[] {
  const host = hostOf(env['GITHUB_API_URL']);
  return host === null ? [] : [host, host.replace(/^api\./u, '')];
}

function hostOf(url: string | undefined): string | null {
  return url && URL.canParse(url) ? new URL(url).host : null;
}
