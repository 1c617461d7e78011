import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createRouter } from '../src/router.js';

test('a route gets the parameters of its path and the body', async () => {
  const router = createRouter();
  router.add('PUT', '/boats/:name', ({ params, body }) => ({ status: 200, body: [params, body] }));

  const answer = await router.handle({ method: 'PUT', path: '/boats/sea%20fox', body: 'blue' });

  assert.deepEqual(answer, { status: 200, body: [{ name: 'sea fox' }, 'blue'] });
});

test('a path or a method without a route is answered with 404', async () => {
  const router = createRouter();
  router.add('GET', '/boats', () => ({ status: 200 }));

  assert.equal((await router.handle({ method: 'GET', path: '/planes' })).status, 404);
  assert.equal((await router.handle({ method: 'POST', path: '/boats' })).status, 404);
});
