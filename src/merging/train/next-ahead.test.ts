import { expect, test } from 'vitest';
import type { CheckedPrefix, CheckedTree } from '../../model/merge/checked-tree.ts';
import type { CheckResult } from '../../model/failure/failure.ts';
import { nextAhead } from './next-ahead.ts';

function prefix(tree: string, more: Partial<CheckedPrefix> = {}): CheckedPrefix {
  return { tree, onto: `before ${tree}`, by: 'npm test', ...more };
}

function checked(one: CheckedPrefix, state: CheckResult['state']): CheckedTree {
  const rest = { command: 'npm test', exitCode: 0, durationMs: 1, log: '', excerpt: '' };
  return { ...one, checks: [{ name: 'test', state, ...rest }], flaky: [], redOnBase: [] };
}

const [a, b, c, d] = [prefix('a'), prefix('b'), prefix('c'), prefix('d')];
const none = { prefixes: [a, b, c, d], trees: [], running: [] };

test('the earliest begin, as many as there is room for', () => {
  expect(nextAhead({ ...none, free: 3 })).toEqual({ start: [a, b, c], end: [] });
  expect(nextAhead({ ...none, free: 0 })).toEqual({ start: [], end: [] });
});

test('what runs is not begun again, and ends when nobody wants it', () => {
  const params = { ...none, running: [b, prefix('x')], free: 2 };
  expect(nextAhead(params)).toEqual({ start: [a, c], end: [prefix('x')] });
});

test('what is known is not asked again, no matter what a green tree was made from', () => {
  const elsewhere = checked(prefix('b', { onto: 'another' }), 'passed');
  const params = { ...none, trees: [checked(a, 'failed'), elsewhere], free: 4 };
  expect(nextAhead(params)).toEqual({ start: [c, d], end: [] });
});

test('a red tree on another base, and a green one by other checks, are asked again', () => {
  const red = checked(prefix('a', { onto: 'another' }), 'failed');
  const other = checked(prefix('b', { by: 'make test' }), 'passed');
  expect(nextAhead({ ...none, trees: [red, other], free: 2 }).start).toEqual([a, b]);
});

test('two that come to the same tree on the same base are checked once', () => {
  expect(nextAhead({ ...none, prefixes: [a, { ...a }, b], free: 3 }).start).toEqual([a, b]);
});
