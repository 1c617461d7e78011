import { issueShape } from './issue-shape.ts';
import { issueOf } from './issues.ts';
import { pageOf } from './pages.ts';
import { Refusal } from './refusal.ts';
import { repositoryRoute, type RepositoryCall, type Route } from './route.ts';
import { fullName, type Issue, type World } from './world.ts';

const base = '/repos/{owner}/{repo}/issues/{issue_number}';
const mostChildren = 100;
const deepest = 8;

export const subIssueRoutes: readonly Route[] = [
  repositoryRoute(
    `GET ${base}/sub_issues`,
    { operation: 'issues/list-sub-issues', needs: 'read' },
    (call) =>
      pageOf(call, issueOf(call).children, (page) =>
        page.map((issue) => issueShape(call.world, issue)),
      ),
  ),
  repositoryRoute(
    `POST ${base}/sub_issues`,
    { operation: 'issues/add-sub-issue', needs: 'triage' },
    async (call) => {
      const parent = issueOf(call);
      const child = issueById(call.world, call.body['sub_issue_id']);
      await linkChild(call.world, parent, child, call.body['replace_parent'] === true);
      return { status: 201, body: issueShape(call.world, parent) };
    },
  ),
  repositoryRoute(
    `DELETE ${base}/sub_issue`,
    { operation: 'issues/remove-sub-issue', needs: 'triage' },
    (call) => {
      const parent = issueOf(call);
      const child = issueById(call.world, call.body['sub_issue_id']);
      if (child.parent !== parent) throw Refusal.notFound();
      unlink(child);
      return { status: 200, body: issueShape(call.world, parent) };
    },
  ),
  repositoryRoute(
    `GET ${base}/parent`,
    { operation: 'issues/get-parent', needs: 'read' },
    (call) => {
      const { parent } = issueOf(call);
      if (parent === null) throw Refusal.notFound();
      return { status: 200, body: issueShape(call.world, parent) };
    },
  ),
  repositoryRoute(
    `GET ${base}/dependencies/blocked_by`,
    { operation: 'issues/list-dependencies-blocked-by', needs: 'read' },
    (call) =>
      pageOf(call, issueOf(call).blockedBy, (page) =>
        page.map((issue) => issueShape(call.world, issue)),
      ),
  ),
  repositoryRoute(
    `POST ${base}/dependencies/blocked_by`,
    { operation: 'issues/add-blocked-by-dependency', needs: 'triage' },
    (call) => {
      const issue = issueOf(call);
      addBlocker(issue, issueById(call.world, call.body['issue_id']));
      return { status: 201, body: issueShape(call.world, issue) };
    },
  ),
  repositoryRoute(
    `DELETE ${base}/dependencies/blocked_by/{issue_id}`,
    { operation: 'issues/remove-dependency-blocked-by', needs: 'triage' },
    (call: RepositoryCall) => {
      const issue = issueOf(call);
      const blocker = issueById(call.world, Number(call.params['issue_id']));
      const place = issue.blockedBy.indexOf(blocker);
      if (place === -1) throw Refusal.notFound();
      issue.blockedBy.splice(place, 1);
      return { status: 200, body: issueShape(call.world, blocker) };
    },
  ),
];

/** By database id: a number that people see is none. */
function issueById(world: World, id: unknown): Issue {
  for (const { issues } of world.repositories.values())
    for (const issue of issues.values()) if (issue.id === id && issue.pull === null) return issue;
  throw new Refusal(404, 'The provided sub-issue does not exist');
}

/** Makes one issue the child of another, or refuses as GitHub does. Two links of one parent at once collide. */
export async function linkChild(
  world: World,
  parent: Issue,
  child: Issue,
  replacesParent: boolean,
): Promise<void> {
  refuseLink(parent, child, replacesParent);
  if (parent.isLinkingChild) throw problem('Priority has already been taken');
  parent.isLinkingChild = true;
  try {
    await world.linking();
    unlink(child);
    child.parent = parent;
    parent.children.push(child);
  } finally {
    parent.isLinkingChild = false;
  }
  world.events.emit({
    kind: 'sub-issue-added',
    repository: fullName(parent.repository),
    number: parent.number,
    detail: String(child.number),
  });
}

function refuseLink(parent: Issue, child: Issue, replacesParent: boolean): void {
  if (child === parent) throw problem('An issue cannot be a sub-issue of itself');
  if (child.repository.owner !== parent.repository.owner)
    throw problem('Sub-issue must be in a repository of the same owner');
  if (child.parent === parent)
    throw problem(
      'Issue may not contain duplicate sub-issues and Sub-issue may only have one parent',
    );
  if (child.parent !== null && !replacesParent) throw problem('Sub-issue may only have one parent');
  if (parent.children.length >= mostChildren)
    throw problem(`Parent cannot have more than ${mostChildren} sub-issues`);
  const above = ancestors(parent);
  if (above.includes(child)) throw problem('Sub-issues cannot form a circle');
  if (above.length + heightOf(child) > deepest)
    throw problem(`Sub-issues cannot be nested more than ${deepest} levels deep`);
}

/** The issue and all that it is below. */
function ancestors(issue: Issue): Issue[] {
  return issue.parent === null ? [issue] : [issue, ...ancestors(issue.parent)];
}

function heightOf(issue: Issue): number {
  return 1 + Math.max(0, ...issue.children.map(heightOf));
}

function unlink(child: Issue): void {
  const siblings = child.parent?.children ?? [];
  if (siblings.includes(child)) siblings.splice(siblings.indexOf(child), 1);
  child.parent = null;
}

/** Lets an issue wait for another one: at most 50, none twice, none in a circle. */
function addBlocker(issue: Issue, blocker: Issue): void {
  if (issue.blockedBy.includes(blocker)) throw problem('Target issue has already been taken');
  if (issue === blocker || waitsFor(blocker, issue))
    throw problem('Dependencies cannot form a circle');
  if (issue.blockedBy.length >= 50) throw problem('An issue is blocked by 50 others at most');
  issue.blockedBy.push(blocker);
}

function waitsFor(issue: Issue, other: Issue): boolean {
  return issue.blockedBy.some((blocker) => blocker === other || waitsFor(blocker, other));
}

function problem(message: string): Refusal {
  return new Refusal(
    422,
    `An error occurred while adding the sub-issue to the parent issue. ${message}`,
  );
}
