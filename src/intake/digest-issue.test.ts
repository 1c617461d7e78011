import { expect, test } from 'vitest';
import { findEdits, type IssueDigest, type IssueEdits } from '../model/issue/issue-digest.ts';
import { parseIssue } from './parse-issue.ts';
import { digestIssue } from './digest-issue.ts';

const lines = [
  '# T',
  'Some prose.',
  '## Phase 1: A',
  '- [ ] **One**: first',
  '  - [ ] holds',
  '- [ ] **Two**: second',
  '## Acceptance Criteria',
  '- [ ] all',
];

function digest(change: (text: string) => string = (text) => text): IssueDigest {
  const result = parseIssue(change(lines.join('\n')));
  if (!result.ok) throw new Error('Expected an issue');
  return digestIssue(result.value);
}

function edits(change: (text: string) => string): IssueEdits | null {
  return findEdits(digest(), digest(change));
}

test.each<[string, (text: string) => string]>([
  ['a check mark', (text) => text.replace('- [ ] **Two', '- [x] **Two')],
  ['all check marks', (text) => text.replaceAll('[ ]', '[X]')],
  ['our markers', (text) => text.replace('second', 'second <!-- flotilla:task=2 -->')],
  ['a marker on a line of its own', (text) => `${text}\n\n<!-- flotilla:run 7 -->`],
  ['white space', (text) => text.replace('first', ' first ').replaceAll('\n- ', '\n\n- ')],
  ['line ends', (text) => text.replaceAll('\n', '\r\n')],
])('%s changes nothing', (_, change) => {
  expect(edits(change)).toBeNull();
});

const none = {
  changed: [],
  added: [],
  gone: [],
  isCommonChanged: false,
  isBackgroundChanged: false,
};

test.each<[string, (text: string) => string, Partial<IssueEdits>]>([
  ['a title', (text) => text.replace('One', 'Uno'), { changed: [1] }],
  ['a description', (text) => text.replace('second', 'third'), { changed: [2] }],
  [
    'the description of a checked task',
    (text) => text.replace('[ ] **Two**: second', '[x] **Two**: 2nd'),
    { changed: [2] },
  ],
  ['a criterion', (text) => text.replace('holds', 'falls'), { changed: [1] }],
  ['a criterion for all', (text) => text.replace('] all', '] none'), { isCommonChanged: true }],
  [
    'a task in front of others, which moves them',
    (text) => text.replace('- [ ] **Two', '- [ ] New\n- [ ] **Two'),
    { changed: [2], added: [3] },
  ],
  ['a task at the end', (text) => text.replace('second', 'second\n- [ ] New'), { added: [3] }],
  ['a task taken out', (text) => text.replace('- [ ] **Two**: second\n', ''), { gone: [2] }],
  ['a phase', (text) => text.replace(': A', ': A (Sequential)'), { isCommonChanged: true }],
  ['the prose', (text) => text.replace('Some', 'Other'), { isBackgroundChanged: true }],
])('%s is an edit, and told as what it is', (_, change, found) => {
  expect(edits(change)).toEqual({ ...none, ...found });
});
