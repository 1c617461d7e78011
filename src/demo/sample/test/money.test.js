import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formatMoney } from '../src/money.js';

test('money is shown in euros with two decimals', () => {
  assert.equal(formatMoney(0), '€0.00');
  assert.equal(formatMoney(1450), '€14.50');
  assert.equal(formatMoney(123456), '€1,234.56');
});

test('a fraction of a cent is refused', () => {
  assert.throws(() => formatMoney(0.5), RangeError);
});
