import assert from 'node:assert/strict';
import { test } from 'node:test';

import { renderCatalogue } from '../../src/ui/catalogue.js';

test('a product is shown with its name, escaped, and its price', () => {
  const html = renderCatalogue([{ sku: 'x', name: 'Hook & <eye>', price: 250 }]);
  assert.match(html, /<li>Hook &amp; &lt;eye&gt; <b>€2\.50<\/b><\/li>/);
});
