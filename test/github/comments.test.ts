import { expect, test } from 'vitest';
import { openHubForge } from './hub-forge.ts';

test('comments are read from one list, by their last change, and asking again costs nothing', async () => {
  await using site = await openHubForge();
  const { forge, shop, hub } = site;
  shop.issue({ title: 'Another' });
  const since = new Date().toISOString();
  shop.comment(2, 'elsewhere', 'bob');
  for (let index = 1; index <= 70; index += 1) shop.comment(1, `Word ${index}`, 'ann');
  const numbers = [1];
  const first = await forge.readComments({ numbers, since, from: null });
  expect(first.comments).toHaveLength(70);
  expect(first.comments[0]).toMatchObject({ number: 1, author: 'ann', isProgram: false });
  expect(first.comments.map(({ body }) => body)).toEqual(
    Array.from({ length: 70 }, (_, index) => `Word ${index + 1}`),
  );
  const skew = Date.parse(first.comments[0]?.at ?? '') - Date.parse(since);
  expect(Math.abs(skew)).toBeLessThan(5_000);

  const again = { numbers, since, from: first.next };
  await forge.readComments(again);
  const calls = hub.calls.length;
  await forge.readComments(again);
  expect(hub.calls.slice(calls).map(({ costsQuota }) => costsQuota)).not.toContain(true);

  shop.comment(1, 'x'.repeat(1_000_000), 'ann');
  const { comments } = await forge.readComments(again);
  expect(comments.at(-1)?.body).toHaveLength(70_000);
});

test('a comment of long ago is asked for no more', async () => {
  await using site = await openHubForge();
  const { forge, shop } = site;
  const comment = shop.comment(1, 'old', 'ann');
  Object.assign(comment, { updatedAt: '2026-01-01T00:00:00Z' });
  const since = new Date().toISOString();
  expect(await forge.readComments({ numbers: [1], since, from: null })).toMatchObject({
    comments: [],
  });
});

test('who may write is what GitHub says of them, and nobody is asked who may not push', async () => {
  const permissions = { ann: 'write', eve: 'read', mallory: 'triage' } as const;
  await using site = await openHubForge(['repo'], { permissions });
  const { forge, hub } = site;
  for (const login of Object.keys(permissions)) hub.token(['repo'], login);
  expect(forge.can.comments).toBe(true);
  const may = await Promise.all(
    ['una', 'ann', 'eve', 'mallory', 'nobody'].map((login) => forge.mayWrite(login)),
  );
  expect(may).toEqual([true, true, false, false, false]);

  await using visitor = await openHubForge(['repo'], { permissions: { una: 'read' } });
  expect(visitor.forge.can.comments).toBe(false);
});
