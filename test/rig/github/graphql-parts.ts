import { jobPage } from './check-shape.ts';
import { checkRunsOf, statusesOf, verdictOf } from './commit-verdict.ts';
import { connection } from './connection.ts';
import { webUrl } from './repository-shape.ts';
import { associationOf, userId } from './user-shape.ts';
import {
  nodeId,
  type CheckRun,
  type Comment,
  type CommitStatus,
  type Label,
  type Repository,
  type Review,
  type User,
  type World,
} from './world.ts';

type Json = Record<string, unknown>;

export function userObject(world: World, user: User): Json {
  return {
    __typename: user.type,
    id: userId(user),
    databaseId: user.id,
    login: user.login,
    name: user.login,
    url: `${world.web}/${user.login}`,
  };
}

export function labelObject(label: Label): Json {
  return {
    id: nodeId('LA', label.id),
    name: label.name,
    color: label.color,
    description: label.description,
  };
}

export function commentObject(world: World, comment: Comment): Json {
  return {
    __typename: 'IssueComment',
    id: nodeId('IC', comment.id),
    databaseId: comment.id,
    author: userObject(world, comment.author),
    authorAssociation: associationOf(comment.issue.repository, comment.author),
    body: comment.body,
    createdAt: comment.createdAt,
    updatedAt: comment.updatedAt,
    includesCreatedEdit: false,
    isMinimized: false,
    reactionGroups: [],
    url: `${webUrl(world, comment.issue.repository)}/issues/${comment.issue.number}#issuecomment-${comment.id}`,
  };
}

export function reviewObject(world: World, review: Review): Json {
  return {
    id: nodeId('PRR', review.id),
    author: userObject(world, review.author),
    authorAssociation: 'MEMBER',
    state: review.state,
    body: review.body,
    submittedAt: review.submittedAt,
    commit: { oid: review.commit },
    includesCreatedEdit: false,
    reactionGroups: [],
  };
}

export function rollupObject(world: World, repository: Repository, sha: string): Json | null {
  const verdict = verdictOf(repository, sha);
  if (verdict === null) return null;
  const contexts = [
    ...checkRunsOf(repository, sha).map((run) => runObject(world, repository, run)),
    ...statusesOf(repository, sha).map(statusObject),
  ];
  return {
    id: nodeId('SCR', repository.id),
    state: verdict.toUpperCase(),
    contexts: connection(contexts, (context) => context),
  };
}

function runObject(world: World, repository: Repository, run: CheckRun): Json {
  return {
    __typename: 'CheckRun',
    id: nodeId('CR', run.id),
    databaseId: run.id,
    name: run.name,
    status: run.status.toUpperCase(),
    conclusion: run.conclusion?.toUpperCase() ?? null,
    startedAt: run.startedAt,
    completedAt: run.completedAt,
    detailsUrl: jobPage(world, repository, run),
    permalink: jobPage(world, repository, run),
    isRequired: ({ pullRequestNumber }: { pullRequestNumber?: number }) =>
      isRequired(repository, pullRequestNumber, run.name),
    checkSuite: { workflowRun: { databaseId: run.run.id, workflow: { name: 'CI' } } },
  };
}

function statusObject(status: CommitStatus): Json {
  return {
    __typename: 'StatusContext',
    id: nodeId('SC', status.id),
    context: status.context,
    state: status.state.toUpperCase(),
    description: status.description,
    targetUrl: status.targetUrl,
    createdAt: status.createdAt,
    isRequired: false,
  };
}

function isRequired(repository: Repository, number: number | undefined, name: string): boolean {
  const base = repository.issues.get(number ?? 0)?.pull?.base.ref ?? repository.defaultBranch;
  return repository.protections.get(base)?.requiredChecks.includes(name) === true;
}
