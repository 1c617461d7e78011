import { expect, test } from 'vitest';
import { startGitHub } from '../rig/github/github.ts';
import { cloneOf, openTwoThatCollide, sender } from './hub-client.ts';

test('sub-issues are linked by database id, one at a time, once', async () => {
  const gate = Promise.withResolvers<void>();
  await using hub = await startGitHub({ linking: () => gate.promise });
  const repository = await hub.makeRepository({ owner: 'ada', name: 'shop' });
  const [, one, two] = ['Master', 'One', 'Two'].map((title) => repository.issue({ title }));
  const send = sender(hub, hub.token(['repo'], 'ada'));
  const link = (id: number | undefined) =>
    send('POST /repos/ada/shop/issues/1/sub_issues', { sub_issue_id: id });

  expect((await link(2)).status).toBe(404);
  const both = [link(one?.id), link(two?.id)];
  const refused = await Promise.race(both);
  expect(refused).toMatchObject({ status: 422 });
  expect(refused.body.message).toContain('Priority has already been taken');
  gate.resolve();
  const [first] = await Promise.all(both);
  const rest = first?.status === 422 ? one : two;
  expect((await link(rest?.id)).body.sub_issues_summary.total).toBe(2);
  expect((await link(rest?.id)).body.message).toContain('duplicate sub-issues');
  expect((await send('GET /repos/ada/shop/issues/1/sub_issues')).body).toHaveLength(2);
  expect((await send('GET /repos/ada/shop/issues/2/parent')).body.number).toBe(1);
});

test('a parent takes a hundred sub-issues and no more', async () => {
  await using hub = await startGitHub();
  const repository = await hub.makeRepository({ owner: 'ada', name: 'shop' });
  const master = repository.issue({ title: 'Master' });
  for (let index = 0; index < 100; index += 1)
    repository.link(master.number, repository.issue({ title: `Task ${index}` }).number);
  const last = repository.issue({ title: 'One too many' });
  const send = sender(hub, hub.token(['repo'], 'ada'));
  const refused = await send('POST /repos/ada/shop/issues/1/sub_issues', { sub_issue_id: last.id });
  expect(refused).toMatchObject({
    status: 422,
    body: { message: expect.stringMatching(/more than 100/u) },
  });
});

test('a protected base wants its checks and reviews before it takes a merge', async () => {
  await using hub = await startGitHub();
  const token = hub.token(['repo'], 'ada');
  const repository = await hub.makeRepository({ owner: 'ada', name: 'shop' });
  repository.protect('main', { requiredChecks: ['build'], requiredReviews: 1 });
  const send = sender(hub, token);
  await using clone = await cloneOf(repository.gitUrl, token);
  const head = await clone.commit('feature', { 'a.txt': 'a\n' });
  await clone.push('feature');
  await repository.pull({ title: 'Add a', head: 'feature' });
  const merge = () => send('PUT /repos/ada/shop/pulls/1/merge', {});

  expect(await merge()).toMatchObject({
    status: 405,
    body: { message: expect.stringMatching(/"build" is expected/u) },
  });
  await repository.setChecks(1, { runs: [{ name: 'build', conclusion: 'failure', log: 'red\n' }] });
  expect((await merge()).body.message).toContain('failing');
  const runs = await send(`GET /repos/ada/shop/commits/${head}/check-runs`);
  const log = await send(`GET /repos/ada/shop/actions/jobs/${runs.body.check_runs[0].id}/logs`);
  expect(log.body).toBe('red\n');
  await repository.setChecks(1, { runs: [{ name: 'build', conclusion: 'success' }] });
  expect((await merge()).body.message).toContain('approving review');
  repository.review(1, { author: 'eve', state: 'APPROVED' });
  expect((await merge()).status).toBe(200);
});

test('one GraphQL query says how several pull requests stand', async () => {
  await using hub = await startGitHub();
  const token = hub.token(['repo'], 'ada');
  const repository = await hub.makeRepository({ owner: 'ada', name: 'shop' });
  const send = sender(hub, token);
  await using clone = await cloneOf(repository.gitUrl, token);
  await openTwoThatCollide(clone, repository);
  await repository.setChecks(2, {
    runs: [{ name: 'build', conclusion: 'failure' }],
    statuses: [{ context: 'lint', state: 'success' }],
  });
  repository.review(2, { author: 'eve', state: 'CHANGES_REQUESTED', body: 'No.' });
  await send('PUT /repos/ada/shop/pulls/1/merge', {});
  // Without a rule that asks for reviews there is no decision.
  repository.protect('main', { requiredReviews: 1 });
  const fields = `number state merged mergeable mergeStateStatus reviewDecision headRefOid
    statusCheckRollup { state contexts(first: 10) { nodes { __typename
      ... on CheckRun { name conclusion } ... on StatusContext { context state } } } }`;
  const query = `query { repository(owner: "ada", name: "shop") {
    a: pullRequest(number: 1) { ${fields} } b: pullRequest(number: 2) { ${fields} } }
    rateLimit { cost remaining } }`;
  const ask = async () => (await send('POST /graphql', { query })).body.data.repository;
  expect((await ask()).b.mergeable).toBe('UNKNOWN');
  await expect.poll(async () => (await ask()).b.mergeable).toBe('CONFLICTING');
  expect(await ask()).toMatchObject({
    a: { state: 'MERGED', merged: true, statusCheckRollup: null },
    b: {
      state: 'OPEN',
      mergeStateStatus: 'DIRTY',
      reviewDecision: 'CHANGES_REQUESTED',
      statusCheckRollup: {
        state: 'FAILURE',
        contexts: {
          nodes: [
            { __typename: 'CheckRun', name: 'build', conclusion: 'FAILURE' },
            { __typename: 'StatusContext', context: 'lint', state: 'SUCCESS' },
          ],
        },
      },
    },
  });
});

test('GraphQL links a sub-issue as it makes it, and refuses what its schema does not have', async () => {
  await using hub = await startGitHub();
  const repository = await hub.makeRepository({ owner: 'ada', name: 'shop' });
  repository.issue({ title: 'Master' });
  const send = sender(hub, hub.token(['repo'], 'ada'));
  const master = await send('GET /repos/ada/shop/issues/1');
  const { body } = await send('GET /repos/ada/shop');
  const query = `mutation($input: CreateIssueInput!) { createIssue(input: $input) { issue { number parent { number } } } }`;
  const input = {
    repositoryId: body.node_id,
    title: 'Task',
    parentIssueId: master.body.node_id,
  };
  const made = await send('POST /graphql', { query, variables: { input } });
  expect(made.body.data.createIssue.issue).toEqual({ number: 2, parent: { number: 1 } });
  const wrong = await send('POST /graphql', { query: '{ viewer { nonsense } }' });
  expect(wrong.body.errors[0].message).toContain('Cannot query field "nonsense"');
  const gone = await send('POST /graphql', {
    query: '{ repository(owner: "ada", name: "none") { id } }',
  });
  expect(gone.body).toMatchObject({ data: { repository: null }, errors: [{ type: 'NOT_FOUND' }] });
});

test('a pull request that waits for its checks merges by itself when they are green', async () => {
  await using hub = await startGitHub();
  const token = hub.token(['repo'], 'ada');
  const repository = await hub.makeRepository({
    owner: 'ada',
    name: 'shop',
    allowsAutoMerge: true,
  });
  repository.protect('main', { requiredChecks: ['build'] });
  await using clone = await cloneOf(repository.gitUrl, token);
  await clone.commit('feature', { 'a.txt': 'a\n' });
  await clone.push('feature');
  const pull = await repository.pull({ title: 'Add a', head: 'feature' });
  const send = sender(hub, token);
  const { body } = await send('GET /repos/ada/shop/pulls/1');
  const query = `mutation($id: ID!) { enablePullRequestAutoMerge(input: {pullRequestId: $id, mergeMethod: SQUASH}) { pullRequest { autoMergeRequest { mergeMethod } } } }`;
  await send('POST /graphql', { query, variables: { id: body.node_id } });
  expect(pull.mergedAt).toBeNull();
  await repository.setChecks(1, { runs: [{ name: 'build', conclusion: 'success' }] });
  expect(pull.mergedAt).not.toBeNull();
});

test('what the double lacks fails the test that asks for it, however the client takes it', async () => {
  const hub = await startGitHub();
  const send = sender(hub, hub.token(['repo'], 'ada'));
  const asked = await send('POST /graphql', { query: '{ viewer { bioHTML } }' });
  expect(asked.status).toBe(500);
  await expect(hub[Symbol.asyncDispose]()).rejects.toThrow('The double itself failed');
});
