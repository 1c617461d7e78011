import assert from 'node:assert/strict';
import { test } from 'node:test';

import { renderCart } from '../../src/ui/cart.js';

test('an empty cart says so', () => {
  assert.equal(renderCart({ items: [] }), '<p class="cart">Your cart is empty.</p>');
});

test('a line has its name, quantity and price, and the total is below', () => {
  const html = renderCart({
    items: [
      { sku: 'rope-10m', quantity: 2 },
      { sku: 'compass', quantity: 1 },
    ],
  });
  assert.match(html, /<tr><td>Rope, 10 m<\/td><td>2<\/td><td>€29\.00<\/td><\/tr>/);
  assert.match(html, /Total<\/td><td>€91\.00<\/td><\/tr>\n<\/table>$/);
});

test('text that comes from data is escaped', () => {
  const html = renderCart({
    items: [
      { sku: 'chart-north', quantity: 1 },
      { sku: '<b>', quantity: 1 },
    ],
  });
  assert.match(html, /Chart &quot;North &amp; Baltic&quot;/);
  assert.match(html, /&lt;b&gt; \(sold out\)/);
});
