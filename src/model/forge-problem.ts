import { UserError } from './user-error.ts';

/** What can go wrong between us and a forge on another machine: a closed union, with what was seen. */
export type ForgeProblem =
  | {
      readonly kind: 'no-token';
      readonly host: string;
      /** Which tokens of the environment the host may get; of a host that the user does not name, none. */
      readonly mayGet: 'any' | 'enterprise' | 'stored';
      /** A number that may be an issue there, and is not one of the local forge; left out where the user named the place. */
      readonly number?: number;
    }
  | { readonly kind: 'bad-token'; readonly host: string; readonly source: string }
  | {
      readonly kind: 'missing-scope';
      readonly host: string;
      /** One of these would do. */
      readonly needed: readonly string[];
      readonly has: readonly string[];
    }
  | { readonly kind: 'not-allowed'; readonly what: string; readonly message: string }
  | { readonly kind: 'sso'; readonly url: string | null }
  | { readonly kind: 'not-found'; readonly what: string }
  | { readonly kind: 'archived'; readonly repository: string }
  | { readonly kind: 'issues-off'; readonly repository: string }
  | { readonly kind: 'primary-limit'; readonly resetsAt: string }
  | { readonly kind: 'secondary-limit'; readonly retryAfterSeconds: number }
  | { readonly kind: 'over-budget'; readonly limit: number; readonly freeAt: string }
  | { readonly kind: 'protected-branch'; readonly branch: string; readonly message: string }
  | { readonly kind: 'branch-moved'; readonly branch: string; readonly theirs: string }
  | { readonly kind: 'push-refused'; readonly branch: string; readonly message: string }
  | { readonly kind: 'server-error'; readonly host: string; readonly status: number }
  | { readonly kind: 'timed-out'; readonly host: string }
  | {
      readonly kind: 'offline';
      readonly host: string;
      readonly why: string;
      readonly isProxyIgnored: boolean;
    }
  | { readonly kind: 'bad-certificate'; readonly host: string; readonly why: string }
  | { readonly kind: 'no-github-remote'; readonly remotes: readonly string[] }
  | {
      readonly kind: 'other-repository';
      readonly wanted: string;
      readonly known: readonly string[];
    }
  | { readonly kind: 'is-pull-request'; readonly issue: string }
  | { readonly kind: 'insecure'; readonly url: string }
  /** A server pointed at another host: a redirect, a next page. */
  | { readonly kind: 'leads-elsewhere'; readonly host: string; readonly to: string }
  /** An answer that GitHub would not send: too large, without an end, of other types. */
  | {
      readonly kind: 'unfit-answer';
      readonly host: string;
      readonly what: string;
      readonly why: string;
    }
  | { readonly kind: 'refused'; readonly status: number; readonly message: string };

/** A forge's problem in words: what is wrong, and what to do next. */
export type ForgeAdvice = { readonly message: string; readonly next: readonly string[] };

/** Carries a problem to the code that can wait it out, or to the one place that renders it for the user. */
export class ForgeError extends UserError {
  readonly forge: ForgeProblem;

  constructor(forge: ForgeProblem) {
    super({ code: 'forge', ...forgeAdvice(forge) });
    const { message, next } = forgeAdvice(forge);
    this.name = 'ForgeError';
    this.forge = forge;
    this.message = [message, ...next].join(' ');
  }
}

const passing = new Set<ForgeProblem['kind']>([
  'primary-limit',
  'secondary-limit',
  'over-budget',
  'server-error',
  'timed-out',
  'offline',
]);

/** Whether waiting fixes it: the network comes back, the limit's hour ends. */
export function isPassing(error: unknown): error is ForgeError {
  return error instanceof ForgeError && passing.has(error.forge.kind);
}

/** Puts a problem into words. Nothing else does. */
export function forgeAdvice(problem: ForgeProblem): ForgeAdvice {
  switch (problem.kind) {
    case 'no-token':
    case 'bad-token':
    case 'missing-scope':
    case 'not-allowed':
    case 'sso':
    case 'insecure':
      return accessAdvice(problem);
    case 'not-found':
    case 'archived':
    case 'issues-off':
    case 'no-github-remote':
    case 'other-repository':
    case 'is-pull-request':
      return placeAdvice(problem);
    case 'protected-branch':
    case 'branch-moved':
    case 'push-refused':
    case 'refused':
      return refusalAdvice(problem);
    case 'leads-elsewhere':
    case 'unfit-answer':
      return wrongServerAdvice(problem);
    default:
      return outageAdvice(problem);
  }
}

type Of<Kind extends ForgeProblem['kind']> = Extract<ForgeProblem, { kind: Kind }>;

type AccessProblem = Of<
  'no-token' | 'bad-token' | 'missing-scope' | 'not-allowed' | 'sso' | 'insecure'
>;

function accessAdvice(problem: AccessProblem): ForgeAdvice {
  switch (problem.kind) {
    case 'no-token':
      return advice(
        problem.number === undefined
          ? `There is no token for ${problem.host}.`
          : `There is no token for ${problem.host}, where issue ${problem.number} would be; the local forge has no issue of that number.`,
        `Log in with: gh auth login --hostname ${problem.host}`,
        {
          any: 'Or set GH_TOKEN. Without GitHub, the issue can be a Markdown file: --forge local.',
          enterprise:
            'Or set GH_ENTERPRISE_TOKEN. GH_TOKEN is for github.com, unless GITHUB_SERVER_URL or GITHUB_API_URL name this host.',
          stored: `Only the repository names this host, so it gets no token from your environment. If it is your company's: GH_HOST=${problem.host}, with GH_ENTERPRISE_TOKEN.`,
        }[problem.mayGet],
      );
    case 'bad-token':
      return advice(
        `${problem.host} does not accept the token from ${problem.source}.`,
        `It is wrong, expired or revoked. Make a new one, or log in again: gh auth login --hostname ${problem.host}`,
      );
    case 'missing-scope':
      return advice(
        `The token lacks a scope: ${problem.needed.join(' or ')} is needed, it has ${problem.has.join(', ') || 'none'}.`,
        `Add it: gh auth refresh --hostname ${problem.host} --scopes ${problem.needed[0] ?? 'repo'}`,
      );
    case 'not-allowed':
      return advice(
        `The token is not allowed to do this: ${problem.what} (${problem.message}).`,
        /GitHub Actions is not permitted/u.test(problem.message)
          ? 'Allow it in the settings of the repository (Actions, General: "Allow GitHub Actions to create and approve pull requests"), or use the token of an app of your own. Then start again with --retry: the work is kept.'
          : 'For this repository, a fine-grained token or an app needs: Issues, Pull requests and Contents, each read and write.',
      );
    case 'sso':
      return advice(
        'The organisation asks for single sign-on, and the token is not authorised for it.',
        problem.url === null
          ? 'Authorise it at https://github.com/settings/tokens (Configure SSO), then start again.'
          : `Authorise it at ${problem.url}, then start again.`,
      );
    case 'insecure':
      return advice(
        `${problem.url} is not encrypted, so no token is sent there.`,
        'Use an https address.',
      );
  }
}

type PlaceProblem = Of<
  | 'not-found'
  | 'archived'
  | 'issues-off'
  | 'no-github-remote'
  | 'other-repository'
  | 'is-pull-request'
>;

function placeAdvice(problem: PlaceProblem): ForgeAdvice {
  switch (problem.kind) {
    case 'not-found':
      return advice(
        `${problem.what} was not found, or the token has no access to it.`,
        'Check the number and the remote (git remote -v). A private repository needs a token with the scope repo.',
      );
    case 'archived':
      return advice(
        `${problem.repository} is archived: nothing in it can be changed.`,
        'Unarchive it in its settings, or work from a Markdown file: --forge local.',
      );
    case 'issues-off':
      return advice(
        `${problem.repository} has its issues switched off.`,
        'Switch them on in its settings (Features), or work from a Markdown file: --forge local.',
      );
    case 'no-github-remote':
      return advice(
        problem.remotes.length === 0
          ? 'The repository has no remote.'
          : `None of its remotes is on GitHub: ${problem.remotes.join(', ')}.`,
        'Add one: git remote add origin https://github.com/OWNER/REPOSITORY.git',
        'Or give the path of a Markdown file. For GitHub Enterprise, set GITHUB_SERVER_URL or "github": {"host": …} in the configuration.',
      );
    case 'other-repository':
      return advice(
        `The issue is in ${problem.wanted}, and this repository's remotes are ${problem.known.join(', ') || 'none'}.`,
        `Start from a clone of ${problem.wanted}, or add it: git remote add upstream <its URL>`,
      );
    case 'is-pull-request':
      return advice(
        `${problem.issue} is a pull request, not an issue.`,
        'Give the number of the master issue.',
      );
  }
}

type Refusal = Of<'protected-branch' | 'branch-moved' | 'push-refused' | 'refused'>;

function refusalAdvice(problem: Refusal): ForgeAdvice {
  switch (problem.kind) {
    case 'protected-branch':
      return advice(
        `A rule of the repository protects ${problem.branch}: ${problem.message}`,
        'Let the rule allow branches that begin with feat/issue-, then start again: the work is kept.',
      );
    case 'branch-moved':
      return advice(
        `${problem.branch} was changed by somebody else (it is at ${problem.theirs.slice(0, 9)}), so it was not overwritten.`,
        'Merge or delete that branch on GitHub, then start again with --retry: the work is kept.',
      );
    case 'push-refused':
      return advice(
        `GitHub refused the push of ${problem.branch}: ${problem.message}`,
        'Fix the cause, then start again with --retry: the work is kept.',
      );
    case 'refused':
      return advice(
        `GitHub refused the request (${problem.status}): ${problem.message}`,
        'Fix the cause, then start again with --retry: the work is kept.',
      );
  }
}

function wrongServerAdvice(problem: Of<'leads-elsewhere' | 'unfit-answer'>): ForgeAdvice {
  const check = `Make sure that ${problem.host} is the GitHub that you mean (git remote -v, GITHUB_SERVER_URL, GITHUB_API_URL), and that no proxy answers in its place.`;
  return problem.kind === 'leads-elsewhere'
    ? advice(
        `${problem.host} redirects to another place, ${problem.to.slice(0, 200)}. It was not followed, and got no token.`,
        check,
      )
    : advice(
        `${problem.host} gave an answer that did not come from GitHub (${problem.what}): ${problem.why}.`,
        check,
      );
}

type Outage = Of<
  | 'primary-limit'
  | 'secondary-limit'
  | 'over-budget'
  | 'server-error'
  | 'timed-out'
  | 'offline'
  | 'bad-certificate'
>;

const goesOn = 'Nothing is lost: run the same command again to continue.';

function outageAdvice(problem: Outage): ForgeAdvice {
  switch (problem.kind) {
    case 'primary-limit':
      return advice(
        `GitHub API rate limit exceeded; it resets at ${problem.resetsAt}.`,
        'Other programs may share the token: gh api rate_limit shows what is left.',
        goesOn,
      );
    case 'secondary-limit':
      return advice(
        `GitHub asks to slow down (secondary rate limit) for ${problem.retryAfterSeconds} s.`,
        goesOn,
      );
    case 'over-budget':
      return advice(
        `This run has made its ${problem.limit} API calls of the hour; the next is due at ${problem.freeAt}.`,
        'Raise github.calls_per_hour in the configuration if other programs need fewer.',
        goesOn,
      );
    case 'server-error':
      return advice(
        `${problem.host} has a problem on its side (HTTP ${problem.status}).`,
        'See https://www.githubstatus.com.',
        goesOn,
      );
    case 'timed-out':
      return advice(`${problem.host} did not answer in time.`, goesOn);
    case 'offline':
      return advice(
        `${problem.host} cannot be reached (${problem.why}).`,
        problem.isProxyIgnored
          ? 'A proxy is configured, and this Node does not use it by itself: set NODE_USE_ENV_PROXY=1.'
          : 'Check the network and the proxy.',
        goesOn,
      );
    case 'bad-certificate':
      return advice(
        `The certificate of ${problem.host} is not trusted (${problem.why}).`,
        "Name your company's certificates in NODE_EXTRA_CA_CERTS, and for git in GIT_SSL_CAINFO.",
      );
  }
}

function advice(message: string, ...next: readonly string[]): ForgeAdvice {
  return { message, next };
}
