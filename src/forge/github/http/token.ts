import { runCommand } from '../../../process/run-command.ts';
import type { GitHubHost } from '../repository/place.ts';
import { isGitHubCloud } from './token-choice.ts';

/** A token, and where it came from: the place may be shown, the token never. */
export type FoundToken = { readonly token: string; readonly source: string };

/** Whether a token is of a GitHub App's installation, as Actions' own is: it has no user behind it, and no fork. */
export function isOfApp({ token }: Pick<FoundToken, 'token'>): boolean {
  return token.startsWith('ghs_');
}

export type TokenParams = {
  readonly host: GitHubHost;
  readonly env: NodeJS.ProcessEnv;
  /** The variable that the configuration names; null: none. The token itself is never in a file of the repository. */
  readonly variable: string | null;
};

const ghLimitMs = 10_000;

/**
 * Finds the token for a host: the configured variable, `GH_TOKEN`, `GITHUB_TOKEN` (of an Enterprise first those that have
 * its name), then what `gh` has stored for this host. No variable is sent to a host that the user does not name.
 */
export async function findToken({ host, env, variable }: TokenParams): Promise<FoundToken | null> {
  for (const name of variablesFor(host, variable)) {
    const token = env[name]?.trim();
    if (token) return { token, source: name };
  }
  return askGh(host.host, env);
}

function variablesFor({ host, tokens }: GitHubHost, variable: string | null): readonly string[] {
  if (tokens === 'stored') return [];
  return [
    ...(variable === null ? [] : [variable]),
    ...(isGitHubCloud(host) ? [] : ['GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN']),
    ...(tokens === 'any' ? ['GH_TOKEN', 'GITHUB_TOKEN'] : []),
  ];
}

/** What `gh` has stored for a host. Without `--hostname` it would give another host's. */
async function askGh(host: string, env: NodeJS.ProcessEnv): Promise<FoundToken | null> {
  const { end, stdout } = await runCommand({
    argv: ['gh', 'auth', 'token', '--hostname', host],
    cwd: '/',
    env: withoutTokens(env),
    timeLimitMs: ghLimitMs,
  });
  const token = stdout.trim();
  const hasWorked = end.kind === 'exited' && end.code === 0 && token !== '';
  return hasWorked ? { token, source: `gh auth token --hostname ${host}` } : null;
}

/** gh would give back a variable that we passed over. */
function withoutTokens(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const passedOver = /^(?:GH|GITHUB)_(?:ENTERPRISE_)?TOKEN$/u;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !passedOver.test(name)));
}
