import { hasScope, isAtLeast, permissionOf } from './access.ts';
import {
  commentObject,
  labelObject,
  reviewObject,
  rollupObject,
  threadObject,
  userObject,
} from './graphql-parts.ts';
import { connection } from './connection.ts';
import { commentsOf } from './issue-shape.ts';
import { baseRefObject, opinionsOf, queueEntryObject, refObject } from './graphql-pull-parts.ts';
import { isQueued, mergeabilityOf, mergeStateOf, reviewDecisionOf } from './mergeability.ts';
import { detailsOf, pullsOf } from './pulls.ts';
import { Refusal } from './refusal.ts';
import { webUrl } from './repository-shape.ts';
import { associationOf } from './user-shape.ts';
import {
  fullName,
  nodeId,
  type Issue,
  type Pull,
  type Repository,
  type Token,
  type World,
} from './world.ts';

type Json = Record<string, unknown>;

export function repositoryObject(world: World, repository: Repository, token: Token | null): Json {
  const permission = permissionOf(repository, token);
  const all = [...repository.issues.values()];
  return {
    __typename: 'Repository',
    id: nodeId('R', repository.id),
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: fullName(repository),
    owner: userObject(world, repository.owner),
    url: webUrl(world, repository),
    isPrivate: repository.isPrivate,
    isArchived: repository.isArchived,
    isFork: repository.parent !== null,
    isEmpty: false,
    hasIssuesEnabled: true,
    hasWikiEnabled: false,
    description: null,
    parent: () =>
      repository.parent === null ? null : repositoryObject(world, repository.parent, token),
    defaultBranchRef: { name: repository.defaultBranch, prefix: 'refs/heads/' },
    mergeCommitAllowed: repository.mergeMethods.includes('merge'),
    squashMergeAllowed: repository.mergeMethods.includes('squash'),
    rebaseMergeAllowed: repository.mergeMethods.includes('rebase'),
    autoMergeAllowed: repository.allowsAutoMerge,
    deleteBranchOnMerge: repository.deletesMergedBranches,
    viewerPermission: permission === 'none' ? null : permission.toUpperCase(),
    viewerCanPush: isAtLeast(permission, 'write') && hasScope(token, ['repo', 'public_repo']),
    object: ({ oid }: { oid: string }) => ({
      ...{ __typename: 'Commit', oid },
      statusCheckRollup: () => rollupObject(world, repository, oid),
    }),
    issue: ({ number }: { number: number }) => {
      const issue = repository.issues.get(number);
      if (issue === undefined || issue.pull !== null) throw missing('an Issue', number);
      return issueObject(world, issue, token);
    },
    pullRequest: ({ number }: { number: number }) => {
      const pull = repository.issues.get(number)?.pull;
      if (pull === null || pull === undefined) throw missing('a PullRequest', number);
      return pullObject(world, pull, token);
    },
    issueOrPullRequest: ({ number }: { number: number }) => {
      const issue = repository.issues.get(number);
      if (issue === undefined) throw missing('an issue or pull request', number);
      return issue.pull === null
        ? issueObject(world, issue, token)
        : pullObject(world, issue.pull, token);
    },
    issues: (page: PageOfStates) =>
      connection(
        newestFirst(
          page,
          all.filter(({ pull, state }) => pull === null && isWanted(page, state.toUpperCase())),
        ),
        (issue) => issueObject(world, issue, token),
      )(page),
    pullRequests: (page: PageOfStates & { headRefName?: string; baseRefName?: string }) =>
      connection(
        newestFirst(
          page,
          pullsOf(repository).filter(
            (pull) =>
              isWanted(page, stateOf(pull)) &&
              (page.headRefName ?? pull.head.ref) === pull.head.ref &&
              (page.baseRefName ?? pull.base.ref) === pull.base.ref,
          ),
        ),
        (pull) => pullObject(world, pull, token),
      )(page),
    ref: ({ qualifiedName }: { qualifiedName: string }) => refObject(repository, qualifiedName),
    labels: connection([...repository.labels.values()], labelObject),
    label: ({ name }: { name: string }) => {
      const label = repository.labels.get(name.toLowerCase());
      return label === undefined ? null : labelObject(label);
    },
    milestones: connection([], () => null),
    projects: connection([], () => null),
    assignableUsers: connection([repository.owner], (user) => userObject(world, user)),
  };
}

type PageOfStates = {
  readonly first?: number;
  readonly last?: number;
  readonly states?: readonly string[] | null;
  readonly orderBy?: { readonly field: string; readonly direction: 'ASC' | 'DESC' } | null;
};

function isWanted({ states }: PageOfStates, state: string): boolean {
  return states === undefined || states === null || states.includes(state);
}

function newestFirst<Item>({ orderBy }: PageOfStates, items: readonly Item[]): readonly Item[] {
  return orderBy?.direction === 'DESC' ? items.toReversed() : items;
}

export function issueObject(world: World, issue: Issue, token: Token | null): Json {
  return {
    __typename: 'Issue',
    ...sharedObject(world, issue, token),
    id: nodeId('I', issue.id),
    databaseId: issue.id,
    url: `${webUrl(world, issue.repository)}/issues/${issue.number}`,
    state: issue.state.toUpperCase(),
    stateReason: issue.stateReason?.toUpperCase() ?? null,
    parent: () => (issue.parent === null ? null : issueObject(world, issue.parent, token)),
    subIssues: connection(issue.children, (child) => issueObject(world, child, token)),
    subIssuesSummary: () => {
      const completed = issue.children.filter(({ state }) => state === 'closed').length;
      const total = issue.children.length;
      const percentCompleted = total === 0 ? 0 : Math.floor((completed * 100) / total);
      return { total, completed, percentCompleted };
    },
    blockedBy: connection(issue.blockedBy, (other) => issueObject(world, other, token)),
  };
}

function sharedObject(world: World, issue: Issue, token: Token | null): Json {
  return {
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    author: userObject(world, issue.author),
    authorAssociation: associationOf(issue.repository, issue.author),
    closed: issue.state === 'closed',
    locked: issue.isLocked,
    createdAt: issue.createdAt,
    updatedAt: issue.updatedAt,
    closedAt: issue.closedAt,
    repository: () => repositoryObject(world, issue.repository, token),
    labels: connection(issue.labels, labelObject),
    assignees: connection(issue.assignees, (user) => userObject(world, user)),
    comments: connection(commentsOf(issue), (comment) => commentObject(world, comment)),
    milestone: null,
    reactionGroups: [],
    projectCards: connection([], () => null),
    projectItems: connection([], () => null),
  };
}

function stateOf(pull: Pull): string {
  return pull.mergedAt === null ? pull.issue.state.toUpperCase() : 'MERGED';
}

const mergeableWords = { true: 'MERGEABLE', false: 'CONFLICTING', null: 'UNKNOWN' } as const;

export function pullObject(world: World, pull: Pull, token: Token | null): Json {
  const { issue } = pull;
  const isOpen = issue.state === 'open';
  return {
    __typename: 'PullRequest',
    ...sharedObject(world, issue, token),
    id: nodeId('PR', pull.id),
    databaseId: pull.id,
    fullDatabaseId: String(pull.id),
    url: `${webUrl(world, issue.repository)}/pull/${issue.number}`,
    state: stateOf(pull),
    isDraft: pull.isDraft,
    merged: pull.mergedAt !== null,
    mergedAt: pull.mergedAt,
    mergedBy: pull.mergedBy === null ? null : userObject(world, pull.mergedBy),
    mergeCommit: pull.mergeCommit === null ? null : commitObject(world, pull, pull.mergeCommit),
    headRefOid: pull.head.sha,
    headRefName: pull.head.ref,
    headRepository: () => repositoryObject(world, pull.head.repository, token),
    headRepositoryOwner: userObject(world, pull.head.repository.owner),
    baseRefOid: pull.base.sha,
    baseRefName: pull.base.ref,
    isCrossRepository: pull.head.repository !== issue.repository,
    maintainerCanModify: pull.head.repository !== issue.repository,
    mergeable: () => mergeableWords[`${isOpen ? mergeabilityOf(pull).isMergeable : null}`],
    isInMergeQueue: pull.queued !== null,
    isMergeQueueEnabled: isQueued(pull),
    mergeQueueEntry: pull.queued && queueEntryObject(pull, pull.queued.position),
    baseRef: () => baseRefObject(pull),
    latestOpinionatedReviews: (page: { first?: number; writersOnly?: boolean }) =>
      connection(opinionsOf(pull, page.writersOnly === true), (review) =>
        reviewObject(world, issue.repository, review),
      )(page),
    additions: async () => (await detailsOf(pull)).additions,
    deletions: async () => (await detailsOf(pull)).deletions,
    changedFiles: async () => (await detailsOf(pull)).changedFiles,
    mergeStateStatus: () => mergeStateOf(pull).toUpperCase(),
    reviewDecision: () => reviewDecisionOf(pull),
    reviews: connection(pull.reviews, (review) => reviewObject(world, issue.repository, review)),
    latestReviews: connection(pull.reviews, (review) =>
      reviewObject(world, issue.repository, review),
    ),
    reviewThreads: connection(
      pull.reviews.flatMap((review) => review.comments.map((comment) => ({ review, comment }))),
      (thread) => threadObject(world, issue.repository, thread),
    ),
    reviewRequests: connection(pull.reviewers, (user) => ({
      requestedReviewer: userObject(world, user),
    })),
    autoMergeRequest:
      pull.autoMerge === null
        ? null
        : {
            enabledBy: userObject(world, pull.autoMerge.by),
            mergeMethod: pull.autoMerge.method.toUpperCase(),
          },
    statusCheckRollup: () => rollupObject(world, issue.repository, pull.head.sha),
    commits: connection([pull.head.sha], (sha) => ({ commit: commitObject(world, pull, sha) })),
    closingIssuesReferences: connection([], () => null),
  };
}

function commitObject(world: World, pull: Pull, oid: string): Json {
  return {
    id: nodeId('C', pull.id),
    oid,
    statusCheckRollup: () => rollupObject(world, pull.issue.repository, oid),
  };
}

function missing(what: string, number: number): Refusal {
  return new Refusal(404, `Could not resolve to ${what} with the number of ${number}.`);
}
