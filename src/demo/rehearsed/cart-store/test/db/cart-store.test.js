import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';

import { createCartStore } from '../../src/db/cart-store.js';

const cart = { items: [{ sku: 'lantern', quantity: 2 }] };
let folder;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cart-store-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a cart that was never saved loads as an empty one', async () => {
  assert.deepEqual(await createCartStore(folder).load('ann'), { items: [] });
});

test('a saved cart is there for the next store on the same folder', async () => {
  await createCartStore(join(folder, 'carts')).save('ann', cart);
  assert.deepEqual(await createCartStore(join(folder, 'carts')).load('ann'), cart);
});

test('readers never see half a cart, and no drafts are left', async () => {
  const store = createCartStore(folder);
  const long = { items: Array.from({ length: 5000 }, () => cart.items[0]) };
  await store.save('ann', cart);
  const saves = Promise.all([long, cart, long, cart].map((next) => store.save('ann', next)));
  for (let read = 0; read < 20; read += 1) assert.ok((await store.load('ann')).items.length > 0);
  await saves;
  assert.deepEqual(await readdir(folder), ['ann.json']);
});

test('a removed cart loads as an empty one', async () => {
  const store = createCartStore(folder);
  await store.save('ann', cart);
  await store.remove('ann');
  await store.remove('ann');
  assert.deepEqual(await store.load('ann'), { items: [] });
});

test('an id that is not a plain name is refused', async () => {
  const store = createCartStore(folder);
  for (const id of ['../cart', 'a/b', '', 'a.json']) {
    await assert.rejects(store.load(id), RangeError);
    await assert.rejects(store.save(id, cart), RangeError);
  }
});
