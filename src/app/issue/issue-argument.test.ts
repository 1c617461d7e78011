import { expect, test } from 'vitest';
import { readIssueArgument, refersTo } from './issue-argument.ts';

test.each([
  ['12', { kind: 'number', number: 12 }],
  ['#12', { kind: 'number', number: 12 }],
  ['local#12', { kind: 'local', number: 12 }],
  ['una/shop#12', { kind: 'github', host: null, owner: 'una', repo: 'shop', number: 12 }],
  [
    'https://github.com/una/shop/issues/12#issuecomment-1',
    { kind: 'github', host: 'github.com', owner: 'una', repo: 'shop', number: 12 },
  ],
  [
    'http://127.0.0.1:80/una/shop/issues/12',
    { kind: 'github', host: '127.0.0.1:80', owner: 'una', repo: 'shop', number: 12 },
  ],
  ['issue.md', { kind: 'file', path: 'issue.md' }],
  ['una/shop/12.md', { kind: 'file', path: 'una/shop/12.md' }],
])('%s is read for what it is', (argument, read) => {
  expect(readIssueArgument(argument)).toEqual(read);
});

test('a number may be of either forge, a name only of its own', () => {
  const local = { forge: 'local', number: 12 } as const;
  const github = { forge: 'github', owner: 'Una', repo: 'shop', number: 12 } as const;
  const meant = (argument: string): boolean[] =>
    [local, github].map((ref) => refersTo(readIssueArgument(argument), ref));
  expect(meant('12')).toEqual([true, true]);
  expect(meant('local#12')).toEqual([true, false]);
  expect(meant('una/shop#12')).toEqual([false, true]);
  expect(meant('una/other#12')).toEqual([false, false]);
  expect(meant('issue.md')).toEqual([false, false]);
});
