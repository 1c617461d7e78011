import type { FailedCheck, PullReport } from '../pull-report.ts';

/** As many pull requests go into one question. */
export const mostAsked = 25;

const fields = `
  number state isDraft merged headRefOid baseRefName mergeable mergeStateStatus reviewDecision
  latestOpinionatedReviews(first: 50, writersOnly: true) { nodes { state commit { oid } } }
  commits(last: 1) { nodes { commit { statusCheckRollup {
    state
    contexts(first: 100) { nodes {
      kind: __typename
      ... on CheckRun { name status conclusion detailsUrl databaseId }
      ... on StatusContext { context state targetUrl }
    } }
  } } } }`;

/** One question about many pull requests: each has an alias. */
export function pullQuery(numbers: readonly number[]): string {
  const asked = numbers.map((number) => `p${number}: pullRequest(number: ${number}) {${fields}}`);
  return `query($owner: String!, $repo: String!) {
    repository(owner: $owner, name: $repo) { ${asked.join('\n')} }
  }`;
}

/** The answer: a pull request that is not there is null. */
export type PullAnswer = {
  readonly repository: Readonly<Record<string, PullData | null>>;
};

type PullData = {
  readonly number: number;
  readonly state: 'OPEN' | 'CLOSED' | 'MERGED';
  readonly isDraft: boolean;
  readonly headRefOid: string;
  readonly baseRefName: string;
  readonly mergeable: 'MERGEABLE' | 'CONFLICTING' | 'UNKNOWN';
  readonly mergeStateStatus: string;
  /** Null where no rule asks for reviews, whatever reviewers say. */
  readonly reviewDecision: 'APPROVED' | 'CHANGES_REQUESTED' | 'REVIEW_REQUIRED' | null;
  readonly latestOpinionatedReviews: { readonly nodes: readonly ReviewData[] } | null;
  readonly commits: {
    readonly nodes: readonly { readonly commit: { readonly statusCheckRollup: Rollup | null } }[];
  };
};

/** A reviewer's last word. */
export type ReviewData = {
  readonly state: string;
  /** What it was said of; null when that is gone. */
  readonly commit: { readonly oid: string } | null;
};

type Rollup = {
  readonly state: string;
  readonly contexts: { readonly nodes: readonly CheckContext[] };
};

/** What GitHub reports of one check: of Actions, or a status from elsewhere. */
export type CheckContext =
  | {
      readonly kind: 'CheckRun';
      readonly name: string;
      readonly status: string;
      readonly conclusion: string | null;
      readonly detailsUrl: string | null;
      readonly databaseId: number | null;
    }
  | {
      readonly kind: 'StatusContext';
      readonly context: string;
      readonly state: string;
      readonly targetUrl: string | null;
    };

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

/** The rules' word; without any, that of those who may write: one objection outweighs all approvals. */
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

function checkWord(rollup: Rollup | null): PullReport['checks'] {
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

function failedCheck(context: CheckContext): readonly FailedCheck[] {
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
