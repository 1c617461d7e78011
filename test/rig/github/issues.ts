import { isAtLeast } from './access.ts';
import { issueShape } from './issue-shape.ts';
import { ensureLabels } from './ensure-labels.ts';
import { pageOf } from './pages.ts';
import { Refusal } from './refusal.ts';
import {
  actorOf,
  numberParam,
  optionalText,
  repositoryRoute,
  requiredText,
  textList,
  type RepositoryCall,
  type Route,
} from './route.ts';
import {
  ensureUser,
  fullName,
  type Issue,
  type Repository,
  type User,
  type World,
} from './world.ts';

const base = '/repos/{owner}/{repo}/issues';

export const issueRoutes: readonly Route[] = [
  repositoryRoute(`GET ${base}`, { operation: 'issues/list-for-repo', needs: 'read' }, (call) =>
    pageOf(call, listed(call), (page) => page.map((issue) => issueShape(call.world, issue))),
  ),
  repositoryRoute(
    `POST ${base}`,
    { operation: 'issues/create', needs: 'read', createsContent: true },
    (call) => {
      const maySort = isAtLeast(call.permission, 'triage');
      const issue = addIssue(call.world, call.repository, {
        title: requiredText(call, 'Issue', 'title'),
        body: optionalText(call, 'body') ?? null,
        author: actorOf(call),
        // Who may not label gets the issue without labels, and no word about it.
        labels: maySort ? (textList(call, 'labels') ?? []) : [],
        assignees: maySort ? (textList(call, 'assignees') ?? []) : [],
      });
      return { status: 201, body: issueShape(call.world, issue) };
    },
  ),
  repositoryRoute(
    `GET ${base}/{issue_number}`,
    { operation: 'issues/get', needs: 'read' },
    (call) => ({ status: 200, body: issueShape(call.world, issueOf(call)) }),
  ),
  repositoryRoute(
    `PATCH ${base}/{issue_number}`,
    { operation: 'issues/update', needs: 'read' },
    (call) => {
      const issue = issueOf(call);
      if (!isAtLeast(call.permission, 'triage') && issue.author.id !== actorOf(call).id)
        throw Refusal.forbidden('Must have admin rights to Repository.');
      editIssue(call, issue);
      return { status: 200, body: issueShape(call.world, issue) };
    },
  ),
];

/** The issue (or pull request) that a path names. */
export function issueOf(call: RepositoryCall): Issue {
  const issue = call.repository.issues.get(numberParam(call, 'issue_number'));
  if (issue === undefined) throw Refusal.notFound();
  return issue;
}

export type NewIssue = {
  readonly title: string;
  readonly body?: string | null;
  readonly author: User;
  readonly labels?: readonly string[];
  readonly assignees?: readonly string[];
};

/** Opens an issue; a pull request opens one silently, for the number that they share. */
export function addIssue(
  world: World,
  repository: Repository,
  params: NewIssue,
  isSilent = false,
): Issue {
  const stamp = world.stamp();
  repository.lastNumber += 1;
  const issue: Issue = {
    id: world.nextId(),
    number: repository.lastNumber,
    repository,
    title: params.title,
    body: params.body ?? null,
    author: params.author,
    labels: ensureLabels(world, repository, params.labels ?? []),
    assignees: (params.assignees ?? []).map((login) => ensureUser(world, login)),
    state: 'open',
    stateReason: null,
    isLocked: false,
    createdAt: stamp,
    updatedAt: stamp,
    closedAt: null,
    closedBy: null,
    parent: null,
    isLinkingChild: false,
    children: [],
    blockedBy: [],
    pull: null,
  };
  repository.issues.set(issue.number, issue);
  if (!isSilent) tell(world, issue, 'issue-opened', issue.title);
  return issue;
}

function editIssue(call: RepositoryCall, issue: Issue): void {
  const { world, repository } = call;
  if ('title' in call.body) issue.title = requiredText(call, 'Issue', 'title');
  if ('body' in call.body) issue.body = optionalText(call, 'body') ?? null;
  const labels = textList(call, 'labels');
  if (labels !== undefined) issue.labels = ensureLabels(world, repository, labels);
  const assignees = textList(call, 'assignees');
  if (assignees !== undefined) issue.assignees = assignees.map((login) => ensureUser(world, login));
  const state = optionalText(call, 'state');
  if (state !== undefined && state !== 'open' && state !== 'closed')
    throw Refusal.invalid([{ resource: 'Issue', field: 'state', code: 'invalid' }]);
  issue.updatedAt = world.stamp();
  if (state !== undefined && state !== issue.state)
    setIssueState(world, issue, {
      state,
      by: actorOf(call),
      reason: optionalText(call, 'state_reason') ?? (state === 'closed' ? 'completed' : 'reopened'),
    });
  else tell(world, issue, 'issue-edited', issue.title);
}

/** Closes or opens an issue again. */
export function setIssueState(
  world: World,
  issue: Issue,
  change: { readonly state: Issue['state']; readonly by: User; readonly reason: string },
): void {
  const isClosing = change.state === 'closed';
  issue.state = change.state;
  issue.stateReason = change.reason;
  issue.updatedAt = world.stamp();
  issue.closedAt = isClosing ? issue.updatedAt : null;
  issue.closedBy = isClosing ? change.by : null;
  tell(world, issue, isClosing ? 'issue-closed' : 'issue-reopened', change.reason);
}

function tell(
  world: World,
  issue: Issue,
  kind: 'issue-opened' | 'issue-edited' | 'issue-closed' | 'issue-reopened',
  detail: string,
): void {
  world.events.emit({
    kind,
    repository: fullName(issue.repository),
    number: issue.number,
    detail,
  });
}

/** The issues that a list asks for. Pull requests are among them, as at GitHub. */
function listed(call: RepositoryCall): Issue[] {
  const { query, repository } = call;
  const state = query.get('state') ?? 'open';
  const labels = (query.get('labels') ?? '').toLowerCase().split(',').filter(Boolean);
  const since = query.get('since') ?? '';
  const creator = query.get('creator')?.toLowerCase();
  const found = [...repository.issues.values()].filter(
    (issue) =>
      (state === 'all' || issue.state === state) &&
      labels.every((name) => issue.labels.some((label) => label.name.toLowerCase() === name)) &&
      (creator === undefined || issue.author.login.toLowerCase() === creator) &&
      issue.updatedAt >= since,
  );
  return sorted(found, query);
}

/** In the order that `sort` and `direction` ask for; newest first without. */
function sorted(issues: readonly Issue[], query: URLSearchParams): Issue[] {
  const byUpdate = query.get('sort') === 'updated';
  const key = (issue: Issue): string => (byUpdate ? issue.updatedAt : issue.createdAt);
  const rising = issues.toSorted((a, b) => key(a).localeCompare(key(b)) || a.number - b.number);
  return query.get('direction') === 'asc' ? rising : rising.toReversed();
}
