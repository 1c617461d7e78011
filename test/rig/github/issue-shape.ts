import { repositoryUrl, webUrl } from './repository-shape.ts';
import { associationOf, userShape } from './user-shape.ts';
import {
  nodeId,
  type Comment,
  type Issue,
  type Label,
  type Repository,
  type World,
} from './world.ts';

type Json = Record<string, unknown>;

/** An issue; a pull request, too, where issues are listed. */
export function issueShape(world: World, issue: Issue): Json {
  const { repository } = issue;
  const url = `${repositoryUrl(world, repository)}/issues/${issue.number}`;
  const isPull = issue.pull !== null;
  const pullUrl = `${repositoryUrl(world, repository)}/pulls/${issue.number}`;
  const html = `${webUrl(world, repository)}/${isPull ? 'pull' : 'issues'}/${issue.number}`;
  return {
    ...sharedShape(world, issue),
    id: isPull ? (issue.pull?.id ?? issue.id) : issue.id,
    node_id: isPull ? nodeId('PR', issue.pull?.id ?? 0) : nodeId('I', issue.id),
    url,
    repository_url: repositoryUrl(world, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: html,
    comments: commentsOf(issue).length,
    state_reason: issue.stateReason,
    active_lock_reason: null,
    closed_by: issue.closedBy === null ? null : userShape(world, issue.closedBy),
    performed_via_github_app: null,
    reactions: reactionsShape(url),
    ...(issue.parent === null
      ? {}
      : {
          parent_issue_url: `${repositoryUrl(world, issue.parent.repository)}/issues/${issue.parent.number}`,
        }),
    ...(isPull
      ? {
          draft: issue.pull?.isDraft ?? false,
          pull_request: {
            url: pullUrl,
            html_url: html,
            diff_url: `${html}.diff`,
            patch_url: `${html}.patch`,
            merged_at: issue.pull?.mergedAt ?? null,
          },
        }
      : summaries(issue)),
  };
}

/** What issues and pull requests say alike. */
export function sharedShape(world: World, issue: Issue): Json {
  const assignees = issue.assignees.map((user) => userShape(world, user));
  return {
    number: issue.number,
    title: issue.title,
    body: issue.body,
    user: userShape(world, issue.author),
    labels: issue.labels.map((label) => labelShape(world, issue.repository, label)),
    state: issue.state,
    locked: issue.isLocked,
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    author_association: associationOf(issue.repository, issue.author),
  };
}

function summaries(issue: Issue): Json {
  const done = issue.children.filter(({ state }) => state === 'closed').length;
  const total = issue.children.length;
  const blocking = [...issue.repository.issues.values()].filter((other) =>
    other.blockedBy.includes(issue),
  );
  return {
    sub_issues_summary: {
      total,
      completed: done,
      percent_completed: total === 0 ? 0 : Math.floor((done * 100) / total),
    },
    issue_dependencies_summary: {
      blocked_by: issue.blockedBy.filter(({ state }) => state === 'open').length,
      total_blocked_by: issue.blockedBy.length,
      blocking: blocking.filter(({ state }) => state === 'open').length,
      total_blocking: blocking.length,
    },
  };
}

export function commentsOf(issue: Issue): Comment[] {
  return [...issue.repository.comments.values()].filter((comment) => comment.issue === issue);
}

export function commentShape(world: World, comment: Comment): Json {
  const { issue } = comment;
  const base = repositoryUrl(world, issue.repository);
  const url = `${base}/issues/comments/${comment.id}`;
  const kind = issue.pull === null ? 'issues' : 'pull';
  return {
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    url,
    html_url: `${webUrl(world, issue.repository)}/${kind}/${issue.number}#issuecomment-${comment.id}`,
    issue_url: `${base}/issues/${issue.number}`,
    user: userShape(world, comment.author),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: associationOf(issue.repository, comment.author),
    performed_via_github_app: null,
    reactions: reactionsShape(url),
  };
}

export function labelShape(world: World, repository: Repository, label: Label): Json {
  return {
    id: label.id,
    node_id: nodeId('LA', label.id),
    url: `${repositoryUrl(world, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

function reactionsShape(url: string): Json {
  const kinds = ['+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes'];
  return {
    url: `${url}/reactions`,
    total_count: 0,
    ...Object.fromEntries(kinds.map((kind) => [kind, 0])),
  };
}
