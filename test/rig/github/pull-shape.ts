import { sharedShape, commentsOf } from './issue-shape.ts';
import { fullRepositoryShape, repositoryUrl, webUrl } from './repository-shape.ts';
import { associationOf, userShape } from './user-shape.ts';
import { nodeId, type Pull, type Repository, type Review, type World } from './world.ts';

type Json = Record<string, unknown>;

/** A pull request as lists have it: without what has to be computed. */
export function pullShape(world: World, pull: Pull): Json {
  const { issue } = pull;
  const { repository } = issue;
  const url = `${repositoryUrl(world, repository)}/pulls/${issue.number}`;
  const html = `${webUrl(world, repository)}/pull/${issue.number}`;
  const links = linksOf(world, pull);
  return {
    ...sharedShape(world, issue),
    id: pull.id,
    node_id: nodeId('PR', pull.id),
    url,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: links['issue'],
    commits_url: links['commits'],
    review_comments_url: links['review_comments'],
    review_comment_url: links['review_comment'],
    comments_url: links['comments'],
    statuses_url: links['statuses'],
    draft: pull.isDraft,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommit,
    requested_reviewers: pull.reviewers.map((user) => userShape(world, user)),
    requested_teams: [],
    head: sideShape(world, pull.head.repository, pull.head),
    base: sideShape(world, repository, pull.base),
    auto_merge: autoMergeShape(world, pull),
    active_lock_reason: null,
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
  };
}

/** What is known of a pull request besides what lists say. */
export type PullDetails = {
  readonly isMergeable: boolean | null;
  readonly mergeState: string;
  readonly commits: number;
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
};

export function fullPullShape(world: World, pull: Pull, details: PullDetails): Json {
  return {
    ...pullShape(world, pull),
    merged: pull.mergedAt !== null,
    mergeable: details.isMergeable,
    rebaseable: details.isMergeable,
    mergeable_state: details.mergeState,
    merged_by: pull.mergedBy === null ? null : userShape(world, pull.mergedBy),
    comments: commentsOf(pull.issue).length,
    review_comments: pull.reviews.flatMap(({ comments }) => comments).length,
    maintainer_can_modify: pull.head.repository !== pull.issue.repository,
    commits: details.commits,
    additions: details.additions,
    deletions: details.deletions,
    changed_files: details.changedFiles,
  };
}

function linksOf(world: World, pull: Pull): Record<string, string> {
  const base = repositoryUrl(world, pull.issue.repository);
  const url = `${base}/pulls/${pull.issue.number}`;
  const issue = `${base}/issues/${pull.issue.number}`;
  return {
    self: url,
    html: `${webUrl(world, pull.issue.repository)}/pull/${pull.issue.number}`,
    issue,
    comments: `${issue}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${base}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses: `${base}/statuses/${pull.head.sha}`,
  };
}

function sideShape(
  world: World,
  repository: Repository,
  side: { readonly ref: string; readonly sha: string },
): Json {
  return {
    label: `${repository.owner.login}:${side.ref}`,
    ref: side.ref,
    sha: side.sha,
    user: userShape(world, repository.owner),
    repo: fullRepositoryShape(world, repository, 'read'),
  };
}

function autoMergeShape(world: World, { autoMerge, issue }: Pull): Json | null {
  if (autoMerge === null) return null;
  return {
    enabled_by: userShape(world, autoMerge.by),
    merge_method: autoMerge.method,
    commit_title: issue.title,
    commit_message: '',
  };
}

export function reviewShape(world: World, pull: Pull, review: Review): Json {
  const { repository, number } = pull.issue;
  const html = `${webUrl(world, repository)}/pull/${number}#pullrequestreview-${review.id}`;
  const url = `${repositoryUrl(world, repository)}/pulls/${number}`;
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: userShape(world, review.author),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: url,
    author_association: associationOf(repository, review.author),
    submitted_at: review.submittedAt,
    commit_id: review.commit,
    _links: { html: { href: html }, pull_request: { href: url } },
  };
}
