import { expect, test } from 'vitest';
import { startGitHub } from '../rig/github/github.ts';
import { cloneOf, sender } from './hub-client.ts';

test('an issue is opened, read by number, listed and commented on, under ids unlike its number', async () => {
  await using hub = await startGitHub();
  const token = hub.token(['repo'], 'ada');
  const repository = await hub.makeRepository({ owner: 'ada', name: 'shop' });
  const send = sender(hub, token);

  const made = await send('POST /repos/ada/shop/issues', {
    title: 'One',
    body: 'b',
    labels: ['x'],
  });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({ number: 1, state: 'open', author_association: 'OWNER' });
  expect(made.body.id).not.toBe(made.body.number);
  expect(repository.labels()).toEqual(['x']);

  const comment = await send('POST /repos/ada/shop/issues/1/comments', { body: 'hello' });
  await send(`PATCH /repos/ada/shop/issues/comments/${comment.body.id}`, { body: 'bye' });
  expect(repository.comments(1).map(({ body }) => body)).toEqual(['bye']);
  expect((await send('GET /repos/ada/shop/issues?state=all')).body).toHaveLength(1);
});

test('a push over HTTP opens the way to a pull request, whose mergeability is found out after it is asked for', async () => {
  await using hub = await startGitHub();
  const token = hub.token(['repo'], 'ada');
  const repository = await hub.makeRepository({ owner: 'ada', name: 'shop' });
  const send = sender(hub, token);
  await using clone = await cloneOf(repository.gitUrl, token);
  const head = await clone.commit('feature', { 'a.txt': 'a\n' });
  expect(await clone.push('feature')).toMatchObject({ code: 0 });

  const params = { title: 'Add a', head: 'feature', base: 'main', body: 'Closes #1' };
  repository.issue({ title: 'Wanted' });
  const made = await send('POST /repos/ada/shop/pulls', params);
  expect(made).toMatchObject({ status: 201, body: { number: 2, mergeable: null, commits: 1 } });
  expect(made.body.head.sha).toBe(head);
  await expect
    .poll(async () => (await send('GET /repos/ada/shop/pulls/2')).body.mergeable)
    .toBe(true);
  expect((await send('POST /repos/ada/shop/pulls', params)).status).toBe(422);

  const stale = await send('PUT /repos/ada/shop/pulls/2/merge', { sha: '0'.repeat(40) });
  expect(stale.status).toBe(409);
  const merged = await send('PUT /repos/ada/shop/pulls/2/merge', { sha: head });
  expect(merged).toMatchObject({ status: 200, body: { merged: true } });
  expect((await repository.branches()).get('main')).toBe(merged.body.sha);
  expect(repository.issues()[0]?.state).toBe('closed');
});
