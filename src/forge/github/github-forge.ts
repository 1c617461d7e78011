import type { Holds } from '../../coordination/holds.ts';
import type { Git } from '../../git/git.ts';
import { ForgeError } from '../../model/forge-problem.ts';
import { displayIssue } from '../../model/issue/issue.ts';
import { openBranchExport } from '../export-branches.ts';
import { cannot } from '../cannot.ts';
import type { Forge, ForgeAbilities, IssueClaims, PullReview } from '../forge.ts';
import type { PullReport } from '../pull-report.ts';
import { readStanding } from './pulls/commit-standing.ts';
import type { CallLog } from './http/call-log.ts';
import type { GitHubClient } from './http/client.ts';
import { openClosing } from './merging/github-closing.ts';
import { ensureAnswer } from './issues/ensure-answer.ts';
import { ensureFork } from './repository/ensure-fork.ts';
import { ensureIssue } from './issues/ensure-issue.ts';
import { ensurePullRequest } from './pulls/ensure-pull-request.ts';
import { findPublished } from './pulls/find-published.ts';
import { openKnownIssues } from './issues/known-issues.ts';
import { openLabels } from './issues/labels.ts';
import { openMerging } from './merging/merging-forge.ts';
import { openMirror } from './repository/mirror.ts';
import type { KnownRepository } from './repository/open-repository.ts';
import type { GitHubRepository } from './repository/place.ts';
import { includesWriting, userPermission } from './repository/user-permission.ts';
import type { FoundIssue } from './issues/read-issue.ts';
import { hasWorkflows, readJobLog } from './pulls/pull-feedback.ts';
import { readReviewRequests } from './pulls/review-requests.ts';
import { readComments } from './issues/read-comments.ts';
import { openStickyComment } from './issues/sticky-comment.ts';
import { watchPulls } from './pulls/watch-pulls.ts';

/** GitHub as a forge. */
export type GitHubForge = Forge & {
  /** Brings the base to our own bare repository, without showing it in the user's repository. Gives its commit. */
  readonly fetchBase: (branch: string) => Promise<string>;
  /** Whether a branch has workflows: without, no check is worth waiting for. */
  readonly hasWorkflows: (branch: string) => Promise<boolean>;
  /** Notes the issues that tasks refer to by now, so that these stand for them. */
  readonly noteReferenced: (issues: readonly FoundIssue[]) => void;
};

export type GitHubForgeParams = {
  readonly client: GitHubClient;
  readonly calls: CallLog;
  readonly repository: KnownRepository;
  /** The sub-issues that the master issue has, and the issues that its tasks refer to. */
  readonly subIssues: readonly FoundIssue[];
  readonly referenced: readonly FoundIssue[];
  /** Our bare repository. */
  readonly directory: string;
  /** The user's git directory. */
  readonly source: string;
  readonly userGit: Git;
  readonly holds: Holds;
  readonly env: NodeJS.ProcessEnv;
  readonly isDraft: boolean;
  readonly pullRequestLabels: readonly string[];
  /** Milliseconds between two edits of the comment on the master issue. */
  readonly commentEveryMs: number;
  /** Milliseconds that a merge waits for checks, or for a merge queue. */
  readonly mergePatienceMs: number;
  /** What shows other machines that we work on the issue; null where nothing does. */
  readonly claims: IssueClaims | null;
};

/** Carried by all that we make. */
export const ourLabel = 'parallel-orchestration';

/** Opens GitHub as a forge. It sends nothing by itself. */
export async function openGitHubForge(params: GitHubForgeParams): Promise<GitHubForge> {
  const { client, repository } = params;
  const mirror = await openMirror({
    ...params,
    git: params.userGit,
    host: client.host,
    token: client.token.token,
  });
  const exportOnce = openBranchExport(params.userGit, mirror.directory);
  const labels = openLabels(client, repository);
  const known = openKnownIssues({ ...params, label: ourLabel });
  const headRepository = onceOnly(() => whereBranchesGo(client, repository));
  const fetchFrom = async (branch: string, from: GitHubRepository): Promise<string> => {
    const sha = await mirror.fetchBranch(branch, from);
    if (sha === null) throw new ForgeError({ kind: 'not-found', what: `The branch ${branch}` });
    return sha;
  };
  const fetchBase = (branch: string): Promise<string> => fetchFrom(branch, repository);
  const watch = watchPulls({ client, repository, elapsed: () => performance.now() });
  return {
    can: abilitiesOf(params),
    repository: mirror.directory,
    secrets: [client.token.token],
    fetchBase,
    noteReferenced: known.addReferenced,
    lookAtPulls: watch.look,
    fetchBranch: async (branch) => {
      const sha = await fetchFrom(branch, await headRepository());
      await exportOnce();
      return sha;
    },
    ...openFeedback(client, repository),
    ...openComments(params),
    syncBase: async (branch) => {
      const sha = await fetchBase(branch);
      await exportOnce();
      return sha;
    },
    ensureIssue: (issue) => ensureIssue({ client, repository, known, labels }, issue),
    findPublished: (asked) =>
      findPublished({ client, repository, known, home: headRepository }, asked),
    push: async (pushed) => {
      await mirror.push({ ...pushed, to: await headRepository() });
      await exportOnce();
    },
    ...openClosing({ client, repository, mirror }),
    ...openMerging({ client, repository, mirror, exportOnce, patienceMs: params.mergePatienceMs }),
    ensurePullRequest: async (pull) => {
      const { owner: headOwner } = await headRepository();
      return ensurePullRequest({ ...params, headOwner, labels }, pull);
    },
    openProgress: (issue, text) => {
      const key = `flotilla:progress:${displayIssue(issue)}`;
      const everyMs = params.commentEveryMs;
      return openStickyComment({ client, repository, issue: issue.number, key, text, everyMs });
    },
    reviews: async (numbers) => (await watch.look(numbers)).map(reviewOf),
    ...openBaseReading(client, repository),
    takeClaim: params.claims?.take ?? cannot('claims'),
    usage: params.calls.usage,
  };
}

function abilitiesOf({ repository, claims }: GitHubForgeParams): ForgeAbilities {
  const { mergeMethods, canPush } = repository;
  return {
    ...{ checks: true, feedback: true, published: true, progress: true, usage: true },
    // Who may not push is not told what others may.
    comments: canPush,
    approvals: 'commit',
    claims: claims !== null,
    // GitHub does not tell everybody, and refuses what it does not allow.
    mergeMethods: mergeMethods.length === 0 ? ['squash', 'merge', 'rebase'] : mergeMethods,
  };
}

function openBaseReading(
  client: GitHubClient,
  repository: KnownRepository,
): Pick<GitHubForge, 'baseStanding' | 'hasWorkflows'> {
  return {
    baseStanding: (sha) => readStanding(client, repository, sha),
    hasWorkflows: (branch) => hasWorkflows(client, repository, branch),
  };
}

function openComments({
  client,
  calls,
  repository,
}: GitHubForgeParams): Pick<GitHubForge, 'readComments' | 'mayWrite'> {
  const aheadMs = (): number => calls.serverNow().getTime() - Date.now();
  return {
    readComments: (asked) => readComments({ client, repository, aheadMs }, asked),
    mayWrite: async (login) => includesWriting(await userPermission(client, repository, login)),
  };
}

function openFeedback(
  client: GitHubClient,
  repository: KnownRepository,
): Pick<Forge, 'readJobLog' | 'readReviewRequests' | 'ensureAnswer'> {
  return {
    readJobLog: (log) => readJobLog(client, repository, log),
    readReviewRequests: (pull) => readReviewRequests(client, repository, pull),
    ensureAnswer: (answer) => ensureAnswer(client, repository, answer),
  };
}

function reviewOf({ number, state, head, review, approvedAt }: PullReport): PullReview {
  const isApproved = review === 'approved';
  const isReviewed = isApproved || review === 'changes-requested';
  return { number, state, head, isApproved, approvedAt, isReviewed };
}

/** The repository itself; a fork of it for users who cannot push there. */
async function whereBranchesGo(
  client: GitHubClient,
  repository: KnownRepository,
): Promise<GitHubRepository> {
  return repository.canPush ? repository : ensureFork(client, repository);
}

/** Does something when it is first asked for; again only when it failed. */
function onceOnly<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | null = null;
  return () => {
    done ??= work().catch((error: unknown) => {
      done = null;
      throw error;
    });
    return done;
  };
}
