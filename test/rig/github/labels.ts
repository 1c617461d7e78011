import { addLabel, ensureLabels } from './ensure-labels.ts';
import { labelShape } from './issue-shape.ts';
import { issueOf } from './issues.ts';
import { pageOf } from './pages.ts';
import { Refusal } from './refusal.ts';
import {
  optionalText,
  repositoryRoute,
  requiredText,
  textList,
  type RepositoryCall,
  type Route,
} from './route.ts';
import type { Label } from './world.ts';

const base = '/repos/{owner}/{repo}';

export const labelRoutes: readonly Route[] = [
  repositoryRoute(
    `GET ${base}/labels`,
    { operation: 'issues/list-labels-for-repo', needs: 'read' },
    (call) => pageOf(call, [...call.repository.labels.values()], shapes(call)),
  ),
  repositoryRoute(
    `GET ${base}/labels/{name}`,
    { operation: 'issues/get-label', needs: 'read' },
    (call) => ({
      status: 200,
      body: labelShape(call.world, call.repository, labelNamed(call, call.params['name'])),
    }),
  ),
  repositoryRoute(
    `POST ${base}/labels`,
    { operation: 'issues/create-label', needs: 'write', createsContent: true },
    (call) => {
      const name = requiredText(call, 'Label', 'name');
      if (call.repository.labels.has(name.toLowerCase()))
        throw Refusal.invalid([{ resource: 'Label', field: 'name', code: 'already_exists' }]);
      const label = addLabel(call.world, call.repository, {
        name,
        color: colorOf(call),
        description: optionalText(call, 'description') ?? null,
      });
      return { status: 201, body: labelShape(call.world, call.repository, label) };
    },
  ),
  repositoryRoute(
    `GET ${base}/issues/{issue_number}/labels`,
    { operation: 'issues/list-labels-on-issue', needs: 'read' },
    (call) => pageOf(call, issueOf(call).labels, shapes(call)),
  ),
  repositoryRoute(
    `POST ${base}/issues/{issue_number}/labels`,
    { operation: 'issues/add-labels', needs: 'triage' },
    (call) => {
      const issue = issueOf(call);
      const names = textList(call, 'labels') ?? [];
      const added = ensureLabels(call.world, call.repository, names);
      issue.labels = [...new Set([...issue.labels, ...added])];
      issue.updatedAt = call.world.stamp();
      return { status: 200, body: shapes(call)(issue.labels) };
    },
  ),
  repositoryRoute(
    `DELETE ${base}/issues/{issue_number}/labels/{name}`,
    { operation: 'issues/remove-label', needs: 'triage' },
    (call) => {
      const issue = issueOf(call);
      const gone = labelNamed(call, call.params['name']);
      if (!issue.labels.includes(gone)) throw new Refusal(404, 'Label does not exist');
      issue.labels = issue.labels.filter((label) => label !== gone);
      issue.updatedAt = call.world.stamp();
      return { status: 200, body: shapes(call)(issue.labels) };
    },
  ),
];

function labelNamed(call: RepositoryCall, name = ''): Label {
  const label = call.repository.labels.get(name.toLowerCase());
  if (label === undefined) throw Refusal.notFound();
  return label;
}

function colorOf(call: RepositoryCall): string {
  const color = optionalText(call, 'color') ?? 'ededed';
  if (!/^[\da-f]{6}$/iu.test(color))
    throw Refusal.invalid([{ resource: 'Label', field: 'color', code: 'invalid' }]);
  return color;
}

function shapes(call: RepositoryCall): (labels: readonly Label[]) => unknown[] {
  return (labels) => labels.map((label) => labelShape(call.world, call.repository, label));
}
