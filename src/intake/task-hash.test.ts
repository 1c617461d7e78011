import { expect, test } from 'vitest';
import { parseIssue } from './parse-issue.ts';
import { hashTasks } from './task-hash.ts';

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

function hash(change: (text: string) => string = (text) => text): string {
  const result = parseIssue(change(lines.join('\n')));
  if (!result.ok) throw new Error('Expected an issue');
  return hashTasks(result.value);
}

test.each<[string, (text: string) => string]>([
  ['a check mark', (text) => text.replace('- [ ] **Two', '- [x] **Two')],
  ['all check marks', (text) => text.replaceAll('[ ]', '[X]')],
  ['our markers', (text) => text.replace('second', 'second <!-- flotilla:task=2 -->')],
  ['a marker on a line of its own', (text) => `${text}\n\n<!-- flotilla:run 7 -->`],
  ['white space', (text) => text.replace('first', ' first ').replaceAll('\n- ', '\n\n- ')],
  ['line ends', (text) => text.replaceAll('\n', '\r\n')],
  ['the prose around the tasks', (text) => text.replace('Some', 'Other')],
])('%s changes nothing', (_, change) => {
  expect(hash(change)).toBe(hash());
});

test.each<[string, (text: string) => string]>([
  ['a title', (text) => text.replace('One', 'Uno')],
  ['a description', (text) => text.replace('second', 'third')],
  [
    'the description of a checked task',
    (text) => text.replace('[ ] **Two**: second', '[x] **Two**: 2nd'),
  ],
  ['a criterion', (text) => text.replace('holds', 'falls')],
  ['a criterion for all', (text) => text.replace('- [ ] all', '- [ ] none')],
  ['a new task', (text) => text.replace('- [ ] **Two', '- [ ] New\n- [ ] **Two')],
  ['a phase', (text) => text.replace('Phase 1: A', 'Phase 1: A (Sequential)')],
])('%s changes it', (_, change) => {
  expect(hash(change)).not.toBe(hash());
});
