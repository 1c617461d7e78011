import {
  findGitHubRemotes,
  type GitHubRemote,
} from '../../forge/github/repository/find-repository.ts';
import { hostAddresses, type GitHubHost } from '../../forge/github/repository/place.ts';
import { findToken, type FoundToken } from '../../forge/github/http/token.ts';
import { openRecords } from '../../forge/local/records.ts';
import { ForgeError } from '../../model/forge-problem.ts';
import { UserError } from '../../model/user-error.ts';
import { listRemotes } from '../../git/remotes.ts';
import type { IssueArgument } from './issue-argument.ts';
import type { Place } from '../place/find-place.ts';
import type { Settings } from '../settings/settings.ts';

/** An issue on GitHub, and what opens it. */
export type GitHubTarget = {
  readonly number: number;
  /** Where the issue is: a remote of the user's repository, or what one of them was forked from. */
  readonly repository: Pick<GitHubRemote, 'host' | 'owner' | 'repo'>;
  readonly remotes: readonly GitHubRemote[];
  readonly host: GitHubHost;
  readonly token: FoundToken;
};

export type ChoiceParams = {
  readonly argument: IssueArgument;
  readonly settings: Pick<Settings, 'forge' | 'github'>;
  readonly place: Place;
  readonly env: NodeJS.ProcessEnv;
};

/**
 * Decides where an issue lives: a number goes to GitHub when the repository has a remote there and a token is found,
 * unless the user says otherwise. Null: the local forge. Sends nothing. Throws a `ForgeError` for want of a token when the
 * number is no issue of the local forge either.
 */
export async function chooseForge(params: ChoiceParams): Promise<GitHubTarget | null> {
  const { argument, settings } = params;
  if (argument.kind === 'file' || argument.kind === 'local') {
    if (settings.forge !== 'github' || argument.kind === 'file') return null;
    throw usage(`local#${argument.number} is an issue of the local forge, not of GitHub.`);
  }
  if (settings.forge === 'local') {
    if (argument.kind === 'number') return null;
    throw usage('An issue of GitHub cannot be run on the local forge: save it as a Markdown file.');
  }
  const isAsked = settings.forge === 'github' || argument.kind === 'github';
  return findTarget({ ...params, argument }, isAsked);
}

type NumberedArgument = Extract<IssueArgument, { kind: 'number' | 'github' }>;

async function findTarget(
  params: ChoiceParams & { readonly argument: NumberedArgument },
  isAsked: boolean,
): Promise<GitHubTarget | null> {
  const { argument, settings, place, env } = params;
  const { github } = settings;
  const { git } = place.repository;
  const remotes = await findGitHubRemotes({
    git,
    env,
    host: github.host ?? null,
    remote: github.remote ?? null,
    isAnyHost: isAsked,
  });
  const [first] = remotes;
  if (first === undefined) {
    if (!isAsked) return null;
    const names = (await listRemotes(git)).map(({ name }) => name);
    throw new ForgeError({ kind: 'no-github-remote', remotes: names });
  }
  const repository = argument.kind === 'number' ? first : meant(argument, remotes, first);
  const host = hostAddresses(repository.host, env, github.host ?? null);
  const token = await findToken({ host, env, variable: github.token_variable ?? null });
  if (token !== null) return { number: argument.number, repository, remotes, host, token };
  const problem = { kind: 'no-token', host: host.host, mayGet: host.tokens } as const;
  if (isAsked) throw new ForgeError(problem);
  const { number } = argument;
  if (await isLocalIssue(place, number)) return null;
  throw new ForgeError({ ...problem, number });
}

/** Whether the local forge has an issue of this number. Reading needs no lock. */
async function isLocalIssue({ state }: Place, number: number): Promise<boolean> {
  const record = await openRecords(state.forge, (work) => work()).read(number);
  return record?.kind === 'issue';
}

/** The repository that was named; its host is that of the remote of this name, otherwise of the first. */
function meant(
  { host, owner, repo }: Extract<IssueArgument, { kind: 'github' }>,
  remotes: readonly GitHubRemote[],
  first: GitHubRemote,
): GitHubTarget['repository'] {
  const isNamed = (remote: GitHubRemote): boolean =>
    `${remote.owner}/${remote.repo}`.toLowerCase() === `${owner}/${repo}`.toLowerCase() &&
    (host === null || remote.host === host.toLowerCase());
  return remotes.find(isNamed) ?? { host: host?.toLowerCase() ?? first.host, owner, repo };
}

function usage(message: string): UserError {
  return new UserError({ code: 'usage', message });
}
