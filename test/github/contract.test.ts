import { expect, test } from 'vitest';
import { hubRoutes, startGitHub } from '../rig/github/github.ts';
import { openContract, readDescription } from './contract.ts';
import { cloneOf, sender, type Clone } from './hub-client.ts';

// A check run can only be made by an App, which nobody is here.
const neverGood = ['checks/create'];

test('each operation of the double is where GitHub has it', () => {
  const { operations } = readDescription();
  for (const { operation, method, pattern } of hubRoutes) {
    const [verb, path = ''] = operations[operation]?.target.split(' ') ?? [];
    expect(verb, operation).toBe(method);
    expect(path.replaceAll(/\{\w+\}/gu, '1'), operation).toMatch(pattern);
  }
});

test('what the double answers is what GitHub describes', async () => {
  await using hub = await startGitHub();
  const token = hub.token(['repo'], 'ada');
  const repository = await hub.makeRepository({
    owner: 'ada',
    name: 'shop',
    allowsAutoMerge: true,
  });
  const contract = openContract();
  const send = contract.watching(hub, sender(hub, token));
  const eve = contract.watching(hub, sender(hub, hub.token(['public_repo'], 'eve')));
  const shop = '/repos/ada/shop';

  await send('GET /rate_limit');
  await send('GET /user');
  await send('GET /users/eve');
  await send(`GET ${shop}`);
  await send(`GET ${shop}/collaborators/eve/permission`);

  await send(`POST ${shop}/labels`, { name: 'bug', color: 'ff0000', description: 'Broken' });
  await send(`GET ${shop}/labels`);
  await send(`GET ${shop}/labels/bug`);
  const issues = [];
  for (const title of ['Master', 'Task', 'Other'])
    issues.push((await send(`POST ${shop}/issues`, { title, body: 'b', labels: ['bug'] })).body);
  await send(`PATCH ${shop}/issues/1`, { state: 'closed', state_reason: 'not_planned' });
  await send(`PATCH ${shop}/issues/1`, { state: 'open', assignees: ['eve'] });
  await send(`GET ${shop}/issues/1`);
  await send(`POST ${shop}/issues/1/labels`, { labels: ['big'] });
  await send(`GET ${shop}/issues/1/labels`);
  await send(`DELETE ${shop}/issues/1/labels/big`);
  await send(`GET ${shop}/issues?state=all`);

  const comment = await eve(`POST ${shop}/issues/1/comments`, { body: 'hello' });
  await send(`GET ${shop}/issues/1/comments`);
  await send(`GET ${shop}/issues/comments?sort=updated&direction=asc`);
  await send(`GET ${shop}/issues/comments/${comment.body.id}`);
  await send(`PATCH ${shop}/issues/comments/${comment.body.id}`, { body: 'bye' });
  await send(`DELETE ${shop}/issues/comments/${comment.body.id}`);

  const child = { sub_issue_id: issues[1].id };
  await send(`POST ${shop}/issues/1/sub_issues`, child);
  await send(`GET ${shop}/issues/1/sub_issues`);
  await send(`GET ${shop}/issues/2/parent`);
  await send(`GET ${shop}/issues/2`);
  await send(`DELETE ${shop}/issues/1/sub_issue`, child);
  await send(`POST ${shop}/issues/2/dependencies/blocked_by`, { issue_id: issues[2].id });
  await send(`GET ${shop}/issues/2/dependencies/blocked_by`);
  await send(`DELETE ${shop}/issues/2/dependencies/blocked_by/${issues[2].id}`);

  await using clone = await cloneOf(repository.gitUrl, hub.token(['repo', 'workflow'], 'ada'));
  const head = await pushBranches(clone);
  await send(`GET ${shop}/branches`);
  await send(`GET ${shop}/contents/.github/workflows?ref=feature`);
  await send(`GET ${shop}/contents/README.md`);
  await send(`GET ${shop}/git/ref/heads/feature`);
  const params = { title: 'Add a', head: 'feature', base: 'main', body: 'Closes #2' };
  await send(`POST ${shop}/pulls`, { ...params, draft: false });
  await send(`PATCH ${shop}/pulls/4`, { title: 'Add an a' });
  await send(`POST ${shop}/pulls/4/requested_reviewers`, { reviewers: ['eve'] });
  await eve(`POST ${shop}/pulls/4/reviews`, { event: 'REQUEST_CHANGES', body: 'No.' });
  repository.review(4, {
    author: 'eve',
    state: 'COMMENTED',
    comments: [{ path: 'a.txt', line: 1, body: 'Why?' }],
  });
  await send(`GET ${shop}/pulls/4/reviews`);
  await send(`GET ${shop}/pulls/4/comments`);
  await send(`GET ${shop}/pulls?state=all`);
  await send(`GET ${shop}/issues?state=all`);

  await repository.setChecks(4, { runs: [{ name: 'build', conclusion: 'failure', log: 'red' }] });
  await send(`POST ${shop}/statuses/${head}`, { state: 'success', context: 'lint' });
  await send(`GET ${shop}/commits/${head}/check-runs`);
  await send(`GET ${shop}/commits/${head}/status`);
  await send(`POST ${shop}/check-runs`, { name: 'mine', head_sha: head });
  const runs = await send(`GET ${shop}/actions/runs?head_sha=${head}`);
  const jobs = await send(`GET ${shop}/actions/runs/${runs.body.workflow_runs[0].id}/jobs`);
  await send(`GET ${shop}/actions/jobs/${jobs.body.jobs[0].id}`);
  await send(`GET ${shop}/actions/jobs/${jobs.body.jobs[0].id}/logs`);

  repository.protect('main', { requiredChecks: ['build'], requiredReviews: 1 });
  await send(`GET ${shop}/rules/branches/main`);
  await send(`PUT ${shop}/pulls/4/merge`, {});
  await repository.pull({ title: 'On the side', head: 'aside', base: 'side' });
  await send(`PUT ${shop}/pulls/5/update-branch`, {});
  await send(`PUT ${shop}/pulls/5/merge`, {});
  await send(`GET ${shop}/pulls/5/merge`);
  await send(`GET ${shop}/pulls/5`);
  await send(`DELETE ${shop}/git/refs/heads/aside`);
  await eve(`POST ${shop}/forks`, {});
  await send(`GET ${shop}/forks`);
  await eve('GET /repos/eve/shop');

  const all = new Set(['rate-limit/get', ...hubRoutes.map(({ operation }) => operation)]);
  expect([...all].filter((name) => !contract.seen.has(name))).toEqual(neverGood);
});

test('an answer that lacks what GitHub promises is found out', () => {
  const contract = openContract();
  expect(contract.faultsOf('issues/get-label', 200, { name: 'bug' })).toContain(
    " must have required property 'color'",
  );
  expect(contract.faultsOf('issues/get-label', 299, {})).toHaveLength(1);
});

/** A branch for a pull request into `main`, and one into `side`, which has gone on since. */
async function pushBranches(clone: Clone): Promise<string> {
  await clone.commit('aside', { 'b.txt': 'b\n' });
  await clone.commit('side', { 'c.txt': 'c\n' });
  const files = { 'a.txt': 'a\n', '.github/workflows/ci.yml': 'on: push\n' };
  const head = await clone.commit('feature', files);
  for (const branch of ['aside', 'side', 'feature']) await clone.push(branch);
  return head;
}
