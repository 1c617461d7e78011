import { findProduct } from '../catalogue.js';
import { escapeHtml } from '../html.js';
import { formatMoney } from '../money.js';

/** A cart as an HTML table with its total, or a sentence when nothing is in it. */
export function renderCart(cart) {
  if (cart.items.length === 0) return '<p class="cart">Your cart is empty.</p>';
  const lines = cart.items.map(priceLine);
  const total = lines.reduce((sum, { price }) => sum + price, 0);
  return [
    '<table class="cart">',
    ...lines.map(renderLine),
    `  <tr class="total"><td colspan="2">Total</td><td>${formatMoney(total)}</td></tr>`,
    '</table>',
  ].join('\n');
}

// A product may leave the catalogue while it is in a cart: the line stays readable and costs nothing.
function priceLine({ sku, quantity }) {
  const { name, price } = findProduct(sku) ?? { name: `${sku} (sold out)`, price: 0 };
  return { name, quantity, price: price * quantity };
}

function renderLine({ name, quantity, price }) {
  const cells = [name, quantity, formatMoney(price)].map((cell) => `<td>${escapeHtml(cell)}</td>`);
  return `  <tr>${cells.join('')}</tr>`;
}
