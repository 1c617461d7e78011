import { pageOf } from './pages.ts';
import { pullShape, reviewShape } from './pull-shape.ts';
import { pullOf } from './pulls.ts';
import { Refusal } from './refusal.ts';
import { actorOf, optionalText, repositoryRoute, textList, type Route } from './route.ts';
import { repositoryUrl, webUrl } from './repository-shape.ts';
import { associationOf, userShape } from './user-shape.ts';
import {
  ensureUser,
  fullName,
  nodeId,
  type Pull,
  type Review,
  type ReviewComment,
  type User,
  type World,
} from './world.ts';

const base = '/repos/{owner}/{repo}/pulls/{pull_number}';

const verdicts = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
} as const;

export const reviewRoutes: readonly Route[] = [
  repositoryRoute(
    `GET ${base}/reviews`,
    { operation: 'pulls/list-reviews', needs: 'read' },
    (call) => {
      const pull = pullOf(call);
      return pageOf(call, pull.reviews, (page) =>
        page.map((review) => reviewShape(call.world, pull, review)),
      );
    },
  ),
  repositoryRoute(
    `POST ${base}/reviews`,
    { operation: 'pulls/create-review', needs: 'read', createsContent: true },
    (call) => {
      const pull = pullOf(call);
      const event = optionalText(call, 'event') ?? '';
      if (!isEvent(event)) throw new Refusal(422, 'Unprocessable Entity');
      if (event !== 'COMMENT' && actorOf(call).id === pull.issue.author.id)
        throw new Refusal(422, 'Unprocessable Entity', {
          errors: ['Can not approve your own pull request'],
        });
      const review = addReview(call.world, pull, {
        author: actorOf(call),
        state: verdicts[event],
        body: optionalText(call, 'body') ?? '',
      });
      return { status: 200, body: reviewShape(call.world, pull, review) };
    },
  ),
  repositoryRoute(
    `GET ${base}/comments`,
    { operation: 'pulls/list-review-comments', needs: 'read' },
    (call) => {
      const pull = pullOf(call);
      const all = pull.reviews.flatMap((review) =>
        review.comments.map((comment) => commentShape(call.world, pull, { review, comment })),
      );
      return pageOf(call, all, (page) => page);
    },
  ),
  repositoryRoute(
    `POST ${base}/requested_reviewers`,
    { operation: 'pulls/request-reviewers', needs: 'write' },
    (call) => {
      const pull = pullOf(call);
      const wanted = (textList(call, 'reviewers') ?? []).map((login) =>
        ensureUser(call.world, login),
      );
      if (wanted.some(({ id }) => id === pull.issue.author.id))
        throw new Refusal(422, 'Review cannot be requested from pull request author.');
      pull.reviewers = [...new Set([...pull.reviewers, ...wanted])];
      return { status: 201, body: pullShape(call.world, pull) };
    },
  ),
];

function isEvent(event: string): event is keyof typeof verdicts {
  return event in verdicts;
}

export type NewReview = {
  readonly author: User;
  readonly state: Review['state'];
  readonly body?: string;
  readonly comments?: readonly Omit<ReviewComment, 'id'>[];
};

/** Adds a review of what the head is now. */
export function addReview(world: World, pull: Pull, params: NewReview): Review {
  const review: Review = {
    id: world.nextId(),
    author: params.author,
    state: params.state,
    body: params.body ?? '',
    commit: pull.head.sha,
    submittedAt: world.stamp(),
    comments: (params.comments ?? []).map((comment) => ({ id: world.nextId(), ...comment })),
  };
  pull.reviews.push(review);
  pull.reviewers = pull.reviewers.filter(({ id }) => id !== params.author.id);
  pull.issue.updatedAt = review.submittedAt;
  const { repository, number } = pull.issue;
  world.events.emit({
    kind: 'review-submitted',
    repository: fullName(repository),
    number,
    detail: review.state,
  });
  return review;
}

function commentShape(
  world: World,
  pull: Pull,
  { review, comment }: { readonly review: Review; readonly comment: ReviewComment },
): Record<string, unknown> {
  const { repository, number } = pull.issue;
  const pullUrl = `${repositoryUrl(world, repository)}/pulls/${number}`;
  const url = `${repositoryUrl(world, repository)}/pulls/comments/${comment.id}`;
  const html = `${webUrl(world, repository)}/pull/${number}#discussion_r${comment.id}`;
  return {
    id: comment.id,
    node_id: nodeId('PRRC', comment.id),
    pull_request_review_id: review.id,
    url,
    html_url: html,
    pull_request_url: pullUrl,
    diff_hunk: '@@ -1 +1 @@',
    path: comment.path,
    line: comment.line,
    original_line: comment.line,
    side: 'RIGHT',
    commit_id: review.commit,
    original_commit_id: review.commit,
    user: userShape(world, review.author),
    body: comment.body,
    created_at: review.submittedAt,
    updated_at: review.submittedAt,
    author_association: associationOf(repository, review.author),
    _links: { self: { href: url }, html: { href: html }, pull_request: { href: pullUrl } },
  };
}
