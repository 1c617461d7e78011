import { escapeHtml } from '../html.js';
import { formatMoney } from '../money.js';

/** The products as an HTML list. */
export function renderCatalogue(products) {
  const lines = products.map(
    ({ name, price }) => `  <li>${escapeHtml(name)} <b>${formatMoney(price)}</b></li>`,
  );
  return ['<ul class="catalogue">', ...lines, '</ul>'].join('\n');
}
