import { z } from 'zod';
import type { MergeMethod } from '../../../git/combine-commits.ts';
import { ForgeError } from '../../../model/forge-problem.ts';
import type { FailedCheck } from '../../pull-report.ts';
import type { GitHubClient } from '../http/client.ts';
import type { GitHubRepository } from '../repository/place.ts';
import { approvedCommits, checkContext, pullWords, type CheckContext } from './pull-query.ts';

/** Everything that GitHub says about one pull request that matters for merging it. */
export type PullStanding = {
  /** By which GraphQL knows it. */
  readonly id: string;
  readonly state: 'open' | 'merged' | 'closed';
  readonly isDraft: boolean;
  readonly head: string;
  readonly branch: string;
  /** Whether its branch is in a fork. */
  readonly isFromFork: boolean;
  readonly base: { readonly branch: string; readonly sha: string | null };
  readonly mergedAs: string | null;
  readonly mergedBy: string | null;
  /** Null while GitHub is finding out. */
  readonly isMergeable: boolean | null;
  /** GitHub's own word, such as `clean`, `blocked`, `behind`, `dirty`, `unstable`. */
  readonly mergeState: string;
  /** The commits that approvals of those who may write were given for. */
  readonly approvedAt: readonly string[];
  readonly approvals: number;
  /** Who may write and asks for changes. */
  readonly objectors: readonly string[];
  /** What the base's rules say of its reviews; null where they ask for none. */
  readonly reviewDecision: 'APPROVED' | 'CHANGES_REQUESTED' | 'REVIEW_REQUIRED' | null;
  readonly checks: readonly ReportedCheck[];
  /** The checks that the base's rules name, as far as the token may see them. */
  readonly requiredChecks: readonly string[];
  /** Whether it merges by itself, because the token's owner asked for it. */
  readonly isAutoMerging: boolean;
  readonly queue: { readonly isUsed: boolean; readonly position: number | null };
  readonly allows: {
    readonly methods: readonly MergeMethod[];
    readonly isAutoMergeAllowed: boolean;
  };
};

/** A check of the forge's on the head. */
export type ReportedCheck = {
  readonly name: string;
  readonly state: 'passed' | 'pending' | 'failed';
} & Pick<FailedCheck, 'url' | 'job'>;

const fields = `
  id state isDraft headRefOid headRefName isCrossRepository baseRefName
  baseRef { target { oid } refUpdateRule { requiredStatusCheckContexts } }
  mergeCommit { oid } mergedBy { login }
  mergeable mergeStateStatus reviewDecision
  latestOpinionatedReviews(first: 50, writersOnly: true) { nodes { state commit { oid } author { login } } }
  autoMergeRequest { enabledBy { login } }
  commits(last: 1) { nodes { commit { statusCheckRollup {
    contexts(first: 100) { nodes {
      kind: __typename
      ... on CheckRun { name status conclusion detailsUrl databaseId }
      ... on StatusContext { context state targetUrl }
    } }
  } } } }`;

/** Newer than the rest: an older Enterprise does not know them. */
const queueFields = 'isMergeQueueEnabled mergeQueueEntry { position }';

function question(isWithQueue: boolean): string {
  return `query($owner: String!, $repo: String!, $number: Int!) {
    viewer { login }
    repository(owner: $owner, name: $repo) {
      mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed autoMergeAllowed
      pullRequest(number: $number) { ${fields} ${isWithQueue ? queueFields : ''} }
    }
  }`;
}

const who = z.object({ login: z.string() }).nullable();
const commit = z.object({ oid: z.string() }).nullable();

const pullData = z.object({
  ...pullWords,
  id: z.string(),
  headRefName: z.string(),
  isCrossRepository: z.boolean(),
  baseRef: z
    .object({
      target: commit,
      refUpdateRule: z
        .object({ requiredStatusCheckContexts: z.array(z.string().nullable()).nullable() })
        .nullable(),
    })
    .nullable(),
  mergeCommit: commit,
  mergedBy: who,
  latestOpinionatedReviews: z
    .object({ nodes: z.array(z.object({ state: z.string(), commit, author: who })) })
    .nullable(),
  autoMergeRequest: z.object({ enabledBy: who }).nullable(),
  commits: z.object({
    nodes: z.array(
      z.object({
        commit: z.object({
          statusCheckRollup: z
            .object({ contexts: z.object({ nodes: z.array(checkContext) }) })
            .nullable(),
        }),
      }),
    ),
  }),
  isMergeQueueEnabled: z.boolean().optional(),
  mergeQueueEntry: z.object({ position: z.number() }).nullish(),
});

type PullData = z.infer<typeof pullData>;

const answerShape = z.object({
  viewer: z.object({ login: z.string() }),
  repository: z.object({
    mergeCommitAllowed: z.boolean(),
    squashMergeAllowed: z.boolean(),
    rebaseMergeAllowed: z.boolean(),
    autoMergeAllowed: z.boolean(),
    pullRequest: pullData.nullable(),
  }),
});

type Answer = z.infer<typeof answerShape>;

/** Asks how a pull request stands: one question, whatever the answer. Throws a `ForgeError` when it is not there. */
export async function readPullStanding(
  client: GitHubClient,
  { owner, repo }: Pick<GitHubRepository, 'owner' | 'repo'>,
  number: number,
): Promise<PullStanding> {
  const ask = (isWithQueue: boolean): Promise<Answer> =>
    client.graphql(answerShape, question(isWithQueue), { owner, repo, number });
  const { repository, viewer } = await ask(true).catch((error: unknown) => {
    const isUnknownField =
      error instanceof ForgeError && /doesn't exist|Cannot query field/u.test(error.message);
    if (isUnknownField) return ask(false);
    throw error;
  });
  const { pullRequest, ...allowed } = repository;
  if (pullRequest === null)
    throw new ForgeError({ kind: 'not-found', what: `Pull request ${owner}/${repo}#${number}` });
  const by = pullRequest.autoMergeRequest?.enabledBy?.login;
  return { ...standingOf(pullRequest, allowed), isAutoMerging: by === viewer.login };
}

const mergeability = { MERGEABLE: true, CONFLICTING: false, UNKNOWN: null } as const;

function standingOf(
  data: PullData,
  allowed: Omit<Answer['repository'], 'pullRequest'>,
): Omit<PullStanding, 'isAutoMerging'> {
  const opinions = data.latestOpinionatedReviews?.nodes ?? [];
  const saying = (word: string) => opinions.filter(({ state }) => state === word);
  const contexts = data.commits.nodes[0]?.commit.statusCheckRollup?.contexts.nodes ?? [];
  return {
    id: data.id,
    state: data.state.toLowerCase() as PullStanding['state'],
    isDraft: data.isDraft,
    head: data.headRefOid,
    branch: data.headRefName,
    isFromFork: data.isCrossRepository,
    base: { branch: data.baseRefName, sha: data.baseRef?.target?.oid ?? null },
    mergedAs: data.mergeCommit?.oid ?? null,
    mergedBy: data.mergedBy?.login ?? null,
    isMergeable: mergeability[data.mergeable],
    mergeState: data.mergeStateStatus.toLowerCase(),
    approvedAt: approvedCommits(opinions),
    approvals: saying('APPROVED').length,
    objectors: saying('CHANGES_REQUESTED').map(({ author }) => author?.login ?? 'ghost'),
    reviewDecision: data.reviewDecision,
    checks: contexts.map(reportedCheck),
    requiredChecks: (data.baseRef?.refUpdateRule?.requiredStatusCheckContexts ?? []).filter(
      (name) => name !== null,
    ),
    queue: {
      isUsed: data.isMergeQueueEnabled ?? false,
      position: data.mergeQueueEntry?.position ?? null,
    },
    allows: { methods: methodsOf(allowed), isAutoMergeAllowed: allowed.autoMergeAllowed },
  };
}

function methodsOf(allowed: Omit<Answer['repository'], 'pullRequest'>): readonly MergeMethod[] {
  return [
    ...(allowed.squashMergeAllowed ? (['squash'] as const) : []),
    ...(allowed.mergeCommitAllowed ? (['merge'] as const) : []),
    ...(allowed.rebaseMergeAllowed ? (['rebase'] as const) : []),
  ];
}

function reportedCheck(context: CheckContext): ReportedCheck {
  if (context.kind === 'StatusContext') {
    const { state, targetUrl: url } = context;
    const isOpen = state === 'PENDING' || state === 'EXPECTED';
    const done = state === 'SUCCESS' ? 'passed' : 'failed';
    return { name: context.context, state: isOpen ? 'pending' : done, url, job: null };
  }
  const { name, status, conclusion, detailsUrl: url, databaseId: job } = context;
  if (status !== 'COMPLETED') return { name, state: 'pending', url, job };
  const isGood = ['SUCCESS', 'NEUTRAL', 'SKIPPED'].includes(conclusion ?? '');
  return { name, state: isGood ? 'passed' : 'failed', url, job };
}
