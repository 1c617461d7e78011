import assert from 'node:assert/strict';
import { test } from 'node:test';

import { addCartRoutes } from '../../src/api/cart.js';
import { createRouter } from '../../src/router.js';

function createShop() {
  const router = createRouter();
  addCartRoutes(router);
  return {
    read: (id) => router.handle({ method: 'GET', path: `/carts/${id}` }),
    add: (id, body) => router.handle({ method: 'POST', path: `/carts/${id}/items`, body }),
    remove: (id, sku) => router.handle({ method: 'DELETE', path: `/carts/${id}/items/${sku}` }),
  };
}

test('a cart that nobody has used yet is empty', async () => {
  assert.deepEqual(await createShop().read('ann'), { status: 200, body: { items: [] } });
});

test('an added item is in its cart and in no other', async () => {
  const shop = createShop();
  await shop.add('ann', { sku: 'compass', quantity: 2 });
  assert.deepEqual((await shop.read('ann')).body, { items: [{ sku: 'compass', quantity: 2 }] });
  assert.deepEqual((await shop.read('bob')).body, { items: [] });
});

test('a product that is added twice has one line with both quantities', async () => {
  const shop = createShop();
  await shop.add('ann', { sku: 'lantern', quantity: 1 });
  await shop.add('ann', { sku: 'lantern', quantity: 2 });
  assert.deepEqual((await shop.read('ann')).body, { items: [{ sku: 'lantern', quantity: 3 }] });
});

test('a removed item is gone', async () => {
  const shop = createShop();
  await shop.add('ann', { sku: 'lantern' });
  await shop.remove('ann', 'lantern');
  assert.deepEqual((await shop.read('ann')).body, { items: [] });
});

test('an unknown product and a bad quantity are told apart', async () => {
  const shop = createShop();
  assert.equal((await shop.add('ann', { sku: 'anchor' })).status, 404);
  assert.equal((await shop.add('ann', undefined)).status, 404);
  assert.equal((await shop.add('ann', { sku: 'lantern', quantity: 0 })).status, 400);
});
