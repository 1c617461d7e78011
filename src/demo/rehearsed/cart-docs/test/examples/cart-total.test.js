import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const example = fileURLToPath(new URL('../../examples/cart-total.js', import.meta.url));
const document = readFileSync(new URL('../../docs/cart.md', import.meta.url), 'utf8');

test('the document shows the example as it is', () => {
  assert.ok(document.includes(readFileSync(example, 'utf8')));
});

test('the example prints what the document says', () => {
  const printed = execFileSync(process.execPath, [example], { encoding: 'utf8' });
  assert.ok(document.includes(`\`\`\`text\n${printed}\`\`\``), printed);
});
