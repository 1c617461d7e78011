import assert from 'node:assert/strict';
import { test } from 'node:test';

import { addCatalogueRoutes } from '../../src/api/catalogue.js';
import { createRouter } from '../../src/router.js';

function get(path) {
  const router = createRouter();
  addCatalogueRoutes(router);
  return router.handle({ method: 'GET', path });
}

test('the catalogue lists its products with prices in cents', async () => {
  const { status, body } = await get('/products');
  assert.equal(status, 200);
  assert.ok(body.length > 0);
  assert.ok(body.every(({ price }) => Number.isInteger(price)));
});

test('one product is found by its SKU', async () => {
  assert.equal((await get('/products/lantern')).body.name, 'Storm lantern');
});

test('an unknown product is answered with 404', async () => {
  assert.equal((await get('/products/anchor')).status, 404);
});
