import { expect, test } from 'vitest';
import type { SubTask } from '../model/issue/issue.ts';
import { openFootprints } from './footprint.ts';

const files = new Set(['src/cart.js', 'src/tax.js', 'src/pay.js']);

function declaredOf(title: string, description: string): string[] {
  const task: SubTask = {
    ...{ ordinal: 1, title, description, lines: { start: 1, end: 1 } },
    ...{ acceptance: [], reference: null, phase: 1, after: [], afterIssues: [] },
  };
  return openFootprints(
    { files },
    { sharedByAll: [], tasks: 1 },
  )(task)
    .filter(({ isDeclared }) => isDeclared)
    .map(({ path }) => path);
}

const report = `I run the shop with a file config.json of my own and pay with two cards. The sum on the receipt is wrong, and
sometimes the program ends with an error. It is the same on two machines.

\`\`\`
TypeError: total is undefined
    at add (src/cart.js)
    at main (app/shop.js:12)
\`\`\`
`;

test('what the traces and examples of a report name is not declared', () => {
  expect(declaredOf('Wrong sum on the receipt', report)).toEqual([]);
});

test('what its title names or it asks to change is', () => {
  expect(declaredOf('Wrong sum in src/tax.js', report)).toEqual(['src/tax.js']);
  expect(declaredOf('Wrong sum', `${report}\nPlease fix the rounding in src/pay.js.`)).toEqual([
    'src/pay.js',
  ]);
});

test('all that a plain task names is', () => {
  expect(declaredOf('Round in src/cart.js', 'As app/shop.js expects.')).toContain('app/shop.js');
});
