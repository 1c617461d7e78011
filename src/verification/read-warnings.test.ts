import { expect, test } from 'vitest';
import { readWarnings } from './read-warnings.ts';

const stylish = `
> shop@1.0.0 lint
> eslint .

/w/src/a.js
  3:5  warning  'x' is never used  no-unused-vars
  9:1  error    Nope               no-nope

✖ 2 problems (1 error, 1 warning)
`;

test.each([
  ['eslint', 'npm run lint', stylish, 1, ["warning 'x' is never used no-unused-vars"]],
  ['eslint', 'npx eslint .', '', 0, []],
  ['tsc', 'npm test', '> shop@1.0.0 test\n> tsc --noEmit && node --test\n', 0, []],
  [
    'oxlint',
    'oxlint',
    '  ⚠ eslint(no-debugger): no\nFound 1 warning and 0 errors.',
    1,
    ['⚠ eslint(no-debugger): no'],
  ],
  [
    'cargo',
    'cargo test',
    'warning: unused variable: `x`\nwarning: `shop` (lib) generated 1 warning\n',
    1,
    ['warning: unused variable: `x`'],
  ],
  ['cargo', 'cargo test --quiet', '', 0, []],
  [
    'gcc',
    'make test',
    'cc -Wall a.c -o a\n/w/a.c:3:5: warning: unused\n',
    1,
    ['a.c: warning: unused'],
  ],
  ['pytest', 'pytest -q', '3 passed, 2 warnings in 0.01s', 2, []],
  ['pytest', 'pytest -q', '3 passed in 0.01s', 0, []],
  ['output', 'npm test', '(node:17) Warning: deprecated', 1, ['Warning: deprecated']],
])('%s of %s', (tool, command, output, count, told) => {
  expect(readWarnings(command, output, '/w')).toContainEqual({ tool, count, told });
});

test.each([
  ['npm test', 'ok 1 - warns of nothing\n'],
  ['npx eslint --quiet .', ''],
  ['pytest --disable-warnings', '3 passed in 0.01s'],
])('%s says nothing of warnings', (command, output) => {
  expect(readWarnings(command, output, '/w')).toEqual([]);
});
