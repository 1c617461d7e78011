import assert from 'node:assert/strict';
import { test } from 'node:test';

import { addItem, cartTotal, emptyCart, removeItem } from '../../src/models/cart.js';

test('a product that is already in the cart gets a higher quantity', () => {
  const cart = addItem(addItem(emptyCart(), 'lantern'), 'lantern', 2);
  assert.deepEqual(cart, { items: [{ sku: 'lantern', quantity: 3 }] });
});

test('adding and removing leave the given cart as it was', () => {
  const cart = addItem(emptyCart(), 'lantern');
  addItem(cart, 'lantern');
  removeItem(cart, 'lantern');
  assert.deepEqual(cart, { items: [{ sku: 'lantern', quantity: 1 }] });
});

test('a removed product is gone and the others stay', () => {
  const cart = addItem(addItem(emptyCart(), 'lantern'), 'compass');
  assert.deepEqual(removeItem(cart, 'lantern'), { items: [{ sku: 'compass', quantity: 1 }] });
});

test('the total counts every piece', () => {
  assert.equal(cartTotal(emptyCart()), 0);
  assert.equal(cartTotal(addItem(addItem(emptyCart(), 'rope-10m', 2), 'compass')), 9100);
});

test('a quantity that is not a whole number of at least 1 is refused', () => {
  for (const quantity of [0, -1, 1.5, '2', NaN]) {
    assert.throws(() => addItem(emptyCart(), 'lantern', quantity), RangeError);
  }
});

test('an unknown product is refused', () => {
  assert.throws(() => addItem(emptyCart(), 'anchor'), RangeError);
});
