import { expect, test } from 'vitest';
import type { AppliedReading } from '../../model/plan/second-reading.ts';
import { readingLines } from './reading-lines.ts';

const reading: AppliedReading = {
  ...{ reader: 'claude', costUsd: 0.034, isCached: false, dropped: [] },
  proposals: [
    { kind: 'order', task: 3, after: 1, words: 'once it is there', standing: 'agrees', why: '' },
    {
      ...{ kind: 'size', task: 2, minutes: 40, words: 'a long haul', standing: 'shown' },
      why: 'the issue itself states 15 minutes',
    },
    { kind: 'file', task: 4, path: 'a.js', words: 'the cart', standing: 'decides', why: '' },
  ],
};

test('where nobody was asked there is nothing to say', () => {
  expect(readingLines({}, null)).toEqual([]);
});

test('what decides comes first, with its words; then what is only shown, and what the rules read, too', () => {
  expect(readingLines({ reading }, null)).toEqual([
    'Second reader: claude ($0.03): 3 proposals, of which 1 decides where the rules are silent',
    '   ＋ task 4 changes a.js: “the cart”',
    '   · task 2 takes about 40 minutes: “a long haul” – shown only: the issue itself states 15 minutes',
    '   ＝ task 3 after task 1: “once it is there” – as the rules read it',
  ]);
});

test('a reading of before costs nothing, and one without a price says so', () => {
  const [cached] = readingLines({ reading: { ...reading, isCached: true } }, null);
  expect(cached).toContain('(asked before, nothing to pay now)');
  const [unknown] = readingLines({ reading: { ...reading, costUsd: null } }, null);
  expect(unknown).toContain('(its cost is not known)');
});

test('what was dropped is counted, and a reading with nothing in it says so', () => {
  const dropped = [
    { why: 'no-such-file', count: 2 },
    { why: 'words-not-in-issue', count: 1 },
  ] as const;
  expect(readingLines({ reading: { ...reading, proposals: [], dropped } }, null)).toEqual([
    'Second reader: claude ($0.03): nothing to add to what the rules read',
    '   Dropped: 2 about files that do not exist, 1 based on words that are not in the issue, or too few',
  ]);
});

test('nothing in it is obeyed by a terminal, and a long list is cut', () => {
  const proposals = Array.from({ length: 15 }, (_, index) => ({
    ...{ kind: 'file', task: index + 1, path: 'a\u001B[2J.js', words: 'the\u202E cart\nnow' },
    ...{ standing: 'decides', why: '' },
  })) as AppliedReading['proposals'];
  const lines = readingLines({ reading: { ...reading, proposals } }, null);
  expect(lines[1]).toBe('   ＋ task 1 changes a.js: “the cart now”');
  expect(lines.at(-1)).toBe('   … and 3 more; --json has them');
});
