import { expect, test } from 'vitest';
import { sampleCheck } from '../../../test/rig/sample-run.ts';
import type { CheckResult } from '../../model/failure/failure.ts';
import type { CoverageReading } from '../../model/measurement.ts';
import type { ChangedFile } from '../../model/event/task-event.ts';
import { judgeCriterion } from './judge-criterion.ts';

function changed(path: string, change: ChangedFile['change'] = 'added'): ChangedFile {
  return { path, change, added: 3, removed: 0 };
}

const files = [
  ...[changed('src/cart.js'), changed('test/cart.test.js')],
  ...[changed('docs/cart.md', 'modified'), changed('old.js', 'deleted')],
];

function judge(text: string, change: Partial<CheckResult> = {}, base: Partial<CheckResult> = {}) {
  const baseChecks = [sampleCheck(base)];
  return judgeCriterion(text, { checks: [sampleCheck(change)], files, baseChecks });
}

function coverage(change: Partial<CoverageReading>): CoverageReading {
  const none = { lines: null, branches: null, functions: null, statements: null };
  return { report: 'coverage/lcov.info', format: 'lcov', ...none, ...change };
}

test.each([
  ['`npm test` passes', '`npm test` passed'],
  ['npm test passes', '`npm test` passed'],
  ['`npm run test` still passes.', '`npm test` passed'],
  ['All existing tests pass', '`npm test` passed'],
  ['**Unit tests passing**', '`npm test` passed'],
  ['All tests must be green', '`npm test` passed'],
  ['Unit tests added', '`test/cart.test.js` added'],
  ['Tests pass and documentation is updated', '`npm test` passed; `docs/cart.md` modified'],
  ['`src/cart.js` is created', '`src/cart.js` added'],
  [
    'src/cart.js is created, `docs/cart.md` updated',
    '`src/cart.js` added; `docs/cart.md` modified',
  ],
  ['`old.js` is removed', '`old.js` deleted'],
  ['`package.json` is unchanged', 'no changed file is in `package.json`'],
])('%s: measured', (text, words) => {
  expect(judge(text)).toEqual({ isMet: true, words });
});

test.each([
  'Tests cover at least 95% of the branches',
  'All existing tests pass on Windows',
  'Integration tests passing',
  'No new warnings/errors',
  'Unit tests passing (> 80% coverage)',
  'Not all tests pass',
  'No tests pass',
  'Tests do not pass without the fix',
  '`npm test` passes on Node 18',
  '`npm test` passes twice as fast',
  '`npm run lint` passes',
  '`src/cart.js` handles empty carts',
  '`src/other.js` is created',
  'Implementation complete',
  'Code follows project style',
  'Documentation of `src/cart.js` complete',
  'The tests of the contest pass the time',
  'tests pass '.repeat(100),
  '',
])('%s: for people to judge', (text) => {
  const { isMet, words } = judge(text);
  expect(isMet).toBe(false);
  expect(words).toMatch(/^please judge; .*\. Look at `/u);
});

test('where people look is where the criterion points', () => {
  expect(judge('Integration tests passing').words).toBe(
    'please judge; no check that ran runs integration tests. Look at `test/cart.test.js`, and at the output of `npm test`',
  );
  expect(judge('Documentation complete').words).toContain('Look at `docs/cart.md`');
  expect(judge('`src/cart.js` is fast').words).toMatch(/Look at `src\/cart\.js`$/u);
});

test('tests of a kind are measured by a check that is named for them', () => {
  const change = { name: 'it', command: 'npm run test:integration' };
  expect(judge('Integration tests passing', change).isMet).toBe(true);
  expect(judge('Unit tests passing', change).isMet).toBe(false);
  expect(judge('All tests pass', { name: 'true', command: 'true' }).isMet).toBe(false);
});

test.each([
  ['Unit tests passing (> 80% coverage)', { lines: 84.27 }, true],
  ['Unit tests passing (> 80% coverage)', { lines: 80 }, false],
  ['Coverage is at least 80 %', { lines: 80 }, true],
  ['Test coverage: 80%+', { statements: 80 }, true],
  ['coverage >= 80.5 percent', { lines: 80.4 }, false],
  ['Tests cover at least 95% of the branches', { lines: 100, branches: 95 }, true],
  ['Tests cover at least 95% of the branches', { lines: 100, branches: 94.99 }, false],
  ['95% branch coverage', { lines: 100 }, false],
  ['100% of the lines are covered by tests', { lines: 100 }, true],
  ['Coverage of new code is at least 80%', { lines: 100 }, false],
  ['> 80% integration test coverage', { lines: 100 }, false],
  ['Less than 90% coverage', { lines: 95 }, false],
] as const)('%s with %j: %s', (text, shares, isMet) => {
  expect(judge(text, { coverage: [coverage(shares)] }).isMet).toBe(isMet);
});

test('coverage is reported with its report file, cut and not rounded, of several the lowest', () => {
  const low = coverage({ report: 'packages/a/lcov.info', lines: 79.97 });
  const same = coverage({ report: 'packages/a/cobertura.xml', lines: 99 });
  const { isMet, words } = judge('> 80% coverage', {
    coverage: [coverage({ lines: 90 }), low, same],
  });
  expect(isMet).toBe(false);
  expect(words).toBe(
    'not met: coverage of lines is 79.9 % against more than 80 %, read from `packages/a/lcov.info` (lcov), which `npm test` wrote, the lowest of 2 reports',
  );
});

const eslint = (count: number, ...told: string[]) => ({
  warnings: [{ tool: 'eslint', count, told }],
});

test.each([
  ['No new warnings/errors', eslint(0), {}, 'no warning in eslint of `npm test`'],
  ['No warnings', eslint(1, 'a.js x'), eslint(1, 'a.js x'), null],
  ['No new warnings', eslint(1, 'a.js x'), eslint(1, 'a.js x'), 'each of the 1 is on the base too'],
  ['No new warnings', eslint(1, 'a.js y'), eslint(1, 'a.js x'), null],
  ['No new warnings', eslint(2, 'a x', 'a x'), eslint(1, 'a x'), null],
  ['No new warnings', eslint(1, 'a.js x'), {}, null],
  ['No new ESLint warnings', eslint(0), {}, 'no warning in eslint'],
  ['No new TypeScript errors', eslint(0), {}, null],
  ['No new warnings on Windows', eslint(0), {}, null],
] as const)('%s: %j on the branch, %j on the base', (text, branch, base, words) => {
  const judged = judge(text, branch, base);
  expect(judged.isMet).toBe(words !== null);
  if (words !== null) expect(judged.words).toContain(words);
});

test('warnings of unknown make speak against a criterion, and their lack for nothing', () => {
  const output = { tool: 'output', count: 1, told: ['(node) Warning: x'] };
  expect(judge('No new warnings', { warnings: [output] }).isMet).toBe(false);
  const both = { warnings: [...eslint(0).warnings, output] };
  expect(judge('No new warnings', both, eslint(0)).isMet).toBe(false);
});
