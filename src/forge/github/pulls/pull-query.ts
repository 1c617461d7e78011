import { z } from 'zod';
import type { FailedCheck, PullReport } from '../../pull-report.ts';

/** As many pull requests go into one question. */
export const mostAsked = 25;

/** What is asked of the checks of a commit. */
export const rollupFields = `statusCheckRollup {
    state
    contexts(first: 100) { nodes {
      kind: __typename
      ... on CheckRun { name status conclusion detailsUrl databaseId }
      ... on StatusContext { context state targetUrl }
    } }
  }`;

const fields = `
  number state isDraft merged headRefOid baseRefName mergeable mergeStateStatus reviewDecision
  latestOpinionatedReviews(first: 50, writersOnly: true) { nodes { state commit { oid } } }
  commits(last: 1) { nodes { commit { ${rollupFields} } } }`;

/** One question about many pull requests: each has an alias. */
export function pullQuery(numbers: readonly number[]): string {
  const asked = numbers.map((number) => `p${number}: pullRequest(number: ${number}) {${fields}}`);
  return `query($owner: String!, $repo: String!) {
    repository(owner: $owner, name: $repo) { ${asked.join('\n')} }
  }`;
}

const review = z.object({ state: z.string(), commit: z.object({ oid: z.string() }).nullable() });

/** A reviewer's last word, and the commit that it is about; null when that is gone. */
export type ReviewData = z.infer<typeof review>;

/** What GitHub reports of one check: of Actions, or a status from elsewhere. */
export const checkContext = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('CheckRun'),
    name: z.string(),
    status: z.string(),
    conclusion: z.string().nullable(),
    detailsUrl: z.string().nullable(),
    databaseId: z.number().nullable(),
  }),
  z.object({
    kind: z.literal('StatusContext'),
    context: z.string(),
    state: z.string(),
    targetUrl: z.string().nullable(),
  }),
]);

export type CheckContext = z.infer<typeof checkContext>;

/** The words that both questions about pull requests have in common. */
export const pullWords = {
  state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
  isDraft: z.boolean(),
  headRefOid: z.string(),
  baseRefName: z.string(),
  mergeable: z.enum(['MERGEABLE', 'CONFLICTING', 'UNKNOWN']),
  mergeStateStatus: z.string(),
  /** Null where no rule asks for reviews, whatever reviewers say. */
  reviewDecision: z.enum(['APPROVED', 'CHANGES_REQUESTED', 'REVIEW_REQUIRED']).nullable(),
};

/** The answer to that. */
export const rollupShape = z.object({
  state: z.string(),
  contexts: z.object({ nodes: z.array(checkContext) }),
});

type Rollup = z.infer<typeof rollupShape>;

const pullData = z.object({
  ...pullWords,
  number: z.int(),
  latestOpinionatedReviews: z.object({ nodes: z.array(review) }).nullable(),
  commits: z.object({
    nodes: z.array(z.object({ commit: z.object({ statusCheckRollup: rollupShape.nullable() }) })),
  }),
});

type PullData = z.infer<typeof pullData>;

/** The answer: a pull request that is not there is null. */
export const pullAnswer = z.object({
  repository: z.record(z.string(), pullData.nullable()),
});

const reviews = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes-requested',
  REVIEW_REQUIRED: 'required',
} as const;

const mergeability = { MERGEABLE: true, CONFLICTING: false, UNKNOWN: null } as const;

/** What an answer says of one pull request. */
export function pullReport(data: PullData): PullReport {
  const rollup = data.commits.nodes[0]?.commit.statusCheckRollup ?? null;
  return {
    number: data.number,
    state: data.state.toLowerCase() as PullReport['state'],
    isDraft: data.isDraft,
    head: data.headRefOid,
    base: data.baseRefName,
    isMergeable: mergeability[data.mergeable],
    mergeState: data.mergeStateStatus.toLowerCase(),
    review: reviewWord(data),
    approvedAt: approvedCommits(data.latestOpinionatedReviews?.nodes ?? []),
    checks: checkWord(rollup),
    failed: rollup?.contexts.nodes.flatMap(failedCheck) ?? [],
    pending: rollup?.contexts.nodes.flatMap(pendingCheck) ?? [],
  };
}

/** The decision by the rules; without rules, by those who may write: one objection outweighs all approvals. */
function reviewWord({ reviewDecision, latestOpinionatedReviews }: PullData): PullReport['review'] {
  if (reviewDecision !== null) return reviews[reviewDecision];
  const said = latestOpinionatedReviews?.nodes.map(({ state }) => state) ?? [];
  if (said.includes('CHANGES_REQUESTED')) return 'changes-requested';
  return said.includes('APPROVED') ? 'approved' : 'none';
}

/** The commits that approvals were given for. */
export function approvedCommits(opinions: readonly ReviewData[]): readonly string[] {
  const commits = opinions.flatMap(({ state, commit }) =>
    state === 'APPROVED' && commit !== null ? [commit.oid] : [],
  );
  return [...new Set(commits)];
}

/** How they stand together. */
export function checkWord(rollup: Rollup | null): PullReport['checks'] {
  switch (rollup?.state) {
    case undefined:
      return 'none';
    case 'SUCCESS':
      return 'passed';
    case 'FAILURE':
    case 'ERROR':
      return 'failed';
    default:
      return 'pending';
  }
}

const red = new Set([
  ...['FAILURE', 'ERROR', 'TIMED_OUT', 'CANCELLED'],
  ...['ACTION_REQUIRED', 'STARTUP_FAILURE'],
]);

/** The check, when it is red. */
export function failedCheck(context: CheckContext): readonly FailedCheck[] {
  if (context.kind === 'StatusContext')
    return red.has(context.state)
      ? [{ name: context.context, url: context.targetUrl, job: null }]
      : [];
  return red.has(context.conclusion ?? '')
    ? [{ name: context.name, url: context.detailsUrl, job: context.databaseId }]
    : [];
}

function pendingCheck(context: CheckContext): readonly string[] {
  if (context.kind === 'CheckRun') return context.status === 'COMPLETED' ? [] : [context.name];
  return context.state === 'PENDING' || context.state === 'EXPECTED' ? [context.context] : [];
}
