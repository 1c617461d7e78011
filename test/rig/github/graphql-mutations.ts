import { demandPermission, demandWriting } from './access.ts';
import { mergeWaiting } from './auto-merge.ts';
import { addComment } from './comments.ts';
import { issueObject, pullObject } from './graphql-objects.ts';
import { commentObject } from './graphql-parts.ts';
import {
  findCommentable,
  findIssueNode,
  findPullNode,
  findRepositoryNode,
} from './graphql-queries.ts';
import { addIssue } from './issues.ts';
import { queueEntryObject } from './graphql-pull-parts.ts';
import { enqueue } from './merge-queue.ts';
import { mergePull } from './merging.ts';
import { mergeStateOf, settledMergeability } from './mergeability.ts';
import { openPull } from './pulls.ts';
import { Refusal } from './refusal.ts';
import { actorOf, type Call } from './route.ts';
import { linkChild } from './sub-issues.ts';
import {
  findRepository,
  fullName,
  nodeId,
  type MergeMethod,
  type Permission,
  type Pull,
  type Repository,
} from './world.ts';

type Input<Fields> = { readonly input: Fields };
type Json = Record<string, unknown>;

/** The roots of what can be changed. */
export function mutationsOf(call: Call): Json {
  const { world, token } = call;
  return {
    createIssue: async ({ input }: Input<CreateIssue>) => {
      const repository = findRepositoryNode(world, input.repositoryId);
      demand(call, repository, 'read');
      const labels = [...repository.labels.values()]
        .filter(({ id }) => input.labelIds?.includes(nodeId('LA', id)))
        .map(({ name }) => name);
      const parentId = input.parentIssueId;
      const parent = typeof parentId === 'string' ? findIssueNode(world, parentId) : null;
      const params = { title: input.title, body: input.body ?? null, labels };
      const issue = addIssue(world, repository, { ...params, author: actorOf(call) });
      if (parent !== null) await linkChild(world, parent, issue, false);
      return { issue: issueObject(world, issue, token) };
    },
    addSubIssue: async ({ input }: Input<AddSubIssue>) => {
      const parent = findIssueNode(world, input.issueId);
      demand(call, parent.repository, 'triage');
      const child = findIssueNode(world, input.subIssueId ?? '');
      await linkChild(world, parent, child, input.replaceParent === true);
      return {
        issue: issueObject(world, parent, token),
        subIssue: issueObject(world, child, token),
      };
    },
    addComment: ({ input }: Input<AddComment>) => {
      const issue = findCommentable(world, input.subjectId);
      demand(call, issue.repository, 'read');
      const comment = addComment(world, issue, { author: actorOf(call), body: input.body });
      return {
        subject: { id: input.subjectId },
        commentEdge: { cursor: '', node: commentObject(world, comment) },
      };
    },
    createPullRequest: async ({ input }: Input<CreatePull>) => {
      const repository = findRepositoryNode(world, input.repositoryId);
      demand(call, repository, 'read');
      const pull = await openPull(world, repository, {
        title: input.title,
        body: input.body ?? null,
        author: actorOf(call),
        head: sideOf(call, repository, input.headRefName),
        base: input.baseRefName,
        isDraft: input.draft === true,
      });
      return { pullRequest: pullObject(world, pull, token) };
    },
    markPullRequestReadyForReview: ({ input }: Input<PullInput>) => {
      const pull = writablePull(call, input.pullRequestId);
      pull.isDraft = false;
      return { pullRequest: pullObject(world, pull, token) };
    },
    enablePullRequestAutoMerge: async ({ input }: Input<PullInput>) => {
      const pull = writablePull(call, input.pullRequestId);
      await demandWaiting(pull);
      pull.autoMerge = { by: actorOf(call), method: methodOf(input) };
      const { repository, number } = pull.issue;
      world.events.emit({ kind: 'auto-merge-enabled', repository: fullName(repository), number });
      await mergeWaiting(world, pull.issue.repository);
      return { actor: null, pullRequest: pullObject(world, pull, token) };
    },
    disablePullRequestAutoMerge: ({ input }: Input<PullInput>) => {
      const pull = writablePull(call, input.pullRequestId);
      pull.autoMerge = null;
      return { actor: null, pullRequest: pullObject(world, pull, token) };
    },
    enqueuePullRequest: async ({ input }: Input<PullInput>) => {
      const pull = writablePull(call, input.pullRequestId);
      const sha = input.expectedHeadOid;
      const position = await enqueue(world, pull, {
        by: actorOf(call),
        ...(typeof sha === 'string' ? { sha } : {}),
      });
      return { mergeQueueEntry: queueEntryObject(pull, position) };
    },
    mergePullRequest: async ({ input }: Input<PullInput>) => {
      const pull = writablePull(call, input.pullRequestId);
      const sha = input.expectedHeadOid;
      await mergePull(world, pull, {
        by: actorOf(call),
        method: methodOf(input),
        ...(typeof sha === 'string' ? { sha } : {}),
      });
      return { actor: null, pullRequest: pullObject(world, pull, token) };
    },
  };
}

type CreateIssue = {
  readonly repositoryId: string;
  readonly title: string;
  readonly body?: string | null;
  readonly labelIds?: readonly string[] | null;
  readonly parentIssueId?: string | null;
};

type AddSubIssue = {
  readonly issueId: string;
  readonly subIssueId?: string | null;
  readonly replaceParent?: boolean | null;
};

type AddComment = { readonly subjectId: string; readonly body: string };

type CreatePull = {
  readonly repositoryId: string;
  readonly baseRefName: string;
  readonly headRefName: string;
  readonly title: string;
  readonly body?: string | null;
  readonly draft?: boolean | null;
};

type PullInput = {
  readonly pullRequestId: string;
  readonly mergeMethod?: 'MERGE' | 'SQUASH' | 'REBASE' | null;
  readonly expectedHeadOid?: string | null;
};

function demand(call: Call, repository: Repository, needs: Permission): void {
  demandWriting(repository, call.token);
  demandPermission(repository, call.token, needs);
}

function writablePull(call: Call, id: string): Pull {
  const pull = findPullNode(call.world, id);
  demand(call, pull.issue.repository, 'write');
  return pull;
}

function methodOf({ mergeMethod }: PullInput): MergeMethod {
  return (mergeMethod ?? 'MERGE').toLowerCase() as MergeMethod;
}

function sideOf(call: Call, repository: Repository, head: string) {
  const [owner = '', ref] = head.split(':');
  if (ref === undefined) return { repository, ref: head };
  const fork = findRepository(call.world, owner, repository.name);
  if (fork === null) throw new Refusal(422, 'Head sha can’t be blank');
  return { repository: fork, ref };
}

/** Only what cannot be merged yet can wait to be merged. */
async function demandWaiting(pull: Pull): Promise<void> {
  if (!pull.issue.repository.allowsAutoMerge)
    throw new Refusal(422, 'Auto merge is not allowed for this repository');
  await settledMergeability(pull);
  if (mergeStateOf(pull) === 'clean') throw new Refusal(422, 'Pull request is in clean status');
}
