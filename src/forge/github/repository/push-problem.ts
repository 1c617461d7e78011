import { GitError } from '../../../git/git.ts';
import { ForgeError, type ForgeProblem } from '../../../model/forge-problem.ts';

export type PushFacts = {
  readonly branch: string;
  readonly host: string;
  /** The commit that the branch has on GitHub, when it has one. */
  readonly theirs?: string;
};

/** What git says of a fetch or push that failed, as a named problem; anything else stays as it is. */
export function pushProblem(error: unknown, facts: PushFacts): unknown {
  if (!(error instanceof GitError)) return error;
  return new ForgeError(problemIn(error.stderr, facts));
}

function problemIn(said: string, facts: PushFacts): ForgeProblem {
  const { branch, host } = facts;
  const message = tellingLine(said);
  const workflow = /without [`'"]?workflow[`'"]? scope/iu;
  if (workflow.test(said)) return { kind: 'missing-scope', host, needed: ['workflow'], has: [] };
  if (/GH006|GH013|protected branch|rule violations/iu.test(said))
    return { kind: 'protected-branch', branch, message };
  if (/stale info|\(fetch first\)|non-fast-forward/iu.test(said))
    return { kind: 'branch-moved', branch, theirs: facts.theirs ?? 'another commit' };
  if (/Repository not found|returned error: 404/iu.test(said))
    return { kind: 'not-found', what: `The repository on ${host}` };
  if (/returned error: 401|Authentication failed|could not read Username/iu.test(said))
    return { kind: 'bad-token', host, source: 'the environment' };
  if (/archived/iu.test(said)) return { kind: 'archived', repository: 'The repository' };
  if (/^remote: .*(?:denied|not granted|not allowed)|Permission to .* denied/imu.test(said))
    return { kind: 'not-allowed', what: `push ${branch}`, message };
  return networkProblemIn(said, host) ?? { kind: 'push-refused', branch, message };
}

function networkProblemIn(said: string, host: string): ForgeProblem | null {
  const status = Number(/returned error: (5\d\d|429)/u.exec(said)?.[1]);
  // GitHub gives a reason with a refusal for good; one without is a limit, or something on the way.
  if (/(?:returned error:|HTTP) 403/u.test(said))
    return { kind: 'server-error', host, status: 403 };
  if (status === 429) return { kind: 'secondary-limit', retryAfterSeconds: 60 };
  if (status >= 500) return { kind: 'server-error', host, status };
  if (/certificate|SSL|TLS/u.test(said) && /verif|self.signed|issuer/iu.test(said))
    return { kind: 'bad-certificate', host, why: tellingLine(said) };
  if (/timed out|too slow/iu.test(said)) return { kind: 'timed-out', host };
  const isCut =
    /Could not resolve|Failed to connect|Connection (?:refused|reset)|hung up|early EOF|RPC failed|Empty reply|Recv failure|unexpected disconnect|Couldn't connect/iu;
  if (!isCut.test(said)) return null;
  return { kind: 'offline', host, why: tellingLine(said), isProxyIgnored: false };
}

/** The line that says most: the server's own words first. */
function tellingLine(said: string): string {
  const lines = said
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const remote = lines.find((line) => /^remote: (?:error|fatal|.*(?:denied|granted))/u.test(line));
  const telling = remote ?? lines.find((line) => /error|fatal|rejected/iu.test(line)) ?? lines[0];
  return (telling ?? 'git gave no reason')
    .replace(/^(?:remote: )?(?:(?:error|fatal): )?/u, '')
    .slice(0, 300);
}
