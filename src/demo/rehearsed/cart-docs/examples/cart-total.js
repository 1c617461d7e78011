import { findProduct } from '../src/catalogue.js';
import { formatMoney } from '../src/money.js';

const cart = {
  items: [
    { sku: 'rope-10m', quantity: 2 },
    { sku: 'lantern', quantity: 1 },
  ],
};

const total = cart.items.reduce(
  (sum, { sku, quantity }) => sum + findProduct(sku).price * quantity,
  0,
);
console.log(`Total: ${formatMoney(total)}`);
