import { isAtLeast } from './access.ts';
import { commentShape, commentsOf } from './issue-shape.ts';
import { issueOf } from './issues.ts';
import { pageOf } from './pages.ts';
import { Refusal } from './refusal.ts';
import {
  actorOf,
  numberParam,
  repositoryRoute,
  requiredText,
  type RepositoryCall,
  type Route,
} from './route.ts';
import { fullName, type Comment, type Issue, type User, type World } from './world.ts';

const base = '/repos/{owner}/{repo}/issues';
const longest = 65_536;

export const commentRoutes: readonly Route[] = [
  repositoryRoute(
    `GET ${base}/{issue_number}/comments`,
    { operation: 'issues/list-comments', needs: 'read' },
    (call) => {
      const since = call.query.get('since') ?? '';
      const found = commentsOf(issueOf(call)).filter(({ updatedAt }) => updatedAt >= since);
      return pageOf(call, found, (page) =>
        page.map((comment) => commentShape(call.world, comment)),
      );
    },
  ),
  repositoryRoute(
    `GET ${base}/comments`,
    { operation: 'issues/list-comments-for-repo', needs: 'read' },
    (call) =>
      pageOf(call, listed(call), (page) =>
        page.map((comment) => commentShape(call.world, comment)),
      ),
  ),
  repositoryRoute(
    `POST ${base}/{issue_number}/comments`,
    { operation: 'issues/create-comment', needs: 'read', createsContent: true },
    (call) => {
      const comment = addComment(call.world, issueOf(call), {
        author: actorOf(call),
        body: bodyOf(call),
      });
      return { status: 201, body: commentShape(call.world, comment) };
    },
  ),
  repositoryRoute(
    `GET ${base}/comments/{comment_id}`,
    { operation: 'issues/get-comment', needs: 'read' },
    (call) => ({ status: 200, body: commentShape(call.world, commentOf(call)) }),
  ),
  repositoryRoute(
    `PATCH ${base}/comments/{comment_id}`,
    { operation: 'issues/update-comment', needs: 'read' },
    (call) => {
      const comment = commentOf(call);
      demandOwn(call, comment);
      comment.body = bodyOf(call);
      comment.updatedAt = call.world.stamp();
      tell(call.world, comment, 'comment-edited');
      return { status: 200, body: commentShape(call.world, comment) };
    },
  ),
  repositoryRoute(
    `DELETE ${base}/comments/{comment_id}`,
    { operation: 'issues/delete-comment', needs: 'read' },
    (call) => {
      const comment = commentOf(call);
      demandOwn(call, comment);
      call.repository.comments.delete(comment.id);
      return { status: 204 };
    },
  ),
];

/** The comments of all issues and pull requests: by their ids, or as `sort` and `direction` say. */
function listed({ query, repository }: RepositoryCall): Comment[] {
  const since = query.get('since') ?? '';
  const sort = query.get('sort');
  const time = (comment: Comment): string =>
    sort === 'updated' ? comment.updatedAt : comment.createdAt;
  const found = [...repository.comments.values()].filter(({ updatedAt }) => updatedAt >= since);
  const rising = found.toSorted((a, b) => time(a).localeCompare(time(b)) || a.id - b.id);
  return sort === null || query.get('direction') === 'asc' ? rising : rising.toReversed();
}

export function addComment(
  world: World,
  issue: Issue,
  params: { readonly author: User; readonly body: string },
): Comment {
  const stamp = world.stamp();
  const comment = { id: world.nextId(), issue, createdAt: stamp, updatedAt: stamp, ...params };
  issue.repository.comments.set(comment.id, comment);
  issue.updatedAt = stamp;
  tell(world, comment, 'comment-created');
  return comment;
}

function commentOf(call: RepositoryCall): Comment {
  const comment = call.repository.comments.get(numberParam(call, 'comment_id'));
  if (comment === undefined) throw Refusal.notFound();
  return comment;
}

function demandOwn(call: RepositoryCall, comment: Comment): void {
  if (comment.author.id === actorOf(call).id || isAtLeast(call.permission, 'write')) return;
  throw Refusal.forbidden('Must have admin rights to Repository.');
}

function bodyOf(call: RepositoryCall): string {
  const body = requiredText(call, 'IssueComment', 'body');
  if (body.length <= longest) return body;
  const message = `body is too long (maximum is ${longest} characters)`;
  throw Refusal.invalid([
    { resource: 'IssueComment', field: 'data', code: 'unprocessable', message },
  ]);
}

function tell(world: World, comment: Comment, kind: 'comment-created' | 'comment-edited'): void {
  const { issue } = comment;
  const about = { repository: fullName(issue.repository), number: issue.number };
  world.events.emit({ kind, ...about, detail: String(comment.id) });
}
