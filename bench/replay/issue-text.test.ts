import { expect, test } from 'vitest';
import { parseIssue } from '../../src/intake/parse-issue.ts';
import { issueText, orderedWords, taskWords } from './issue-text.ts';

function tasksOf(messages: readonly string[]) {
  const parsed = parseIssue(issueText('Work', messages.map(taskWords)));
  if (!parsed.ok) throw new Error('The issue cannot be read');
  return parsed.value.tasks;
}

test('whatever messages hold, each is one task', () => {
  const tasks = tasksOf([
    'fix: keep `a**b` (#12)',
    '#34',
    'Title\n\n# Heading\n\n- [ ] nested\n- [x] done\n1. one\n\n```js\nopen fence',
    'Other <!-- open comment\n\n> quoted\n\n---\n\n<details>\n\n| a | b |\n|---|---|',
    '- [ ] a box as a title',
    'Last\n\n## Phase 2 (Sequential)\n\nAcceptance Criteria:\n\n* one',
  ]);
  expect(tasks.map(({ title }) => title)).toEqual([
    'fix: keep `ab` (#12)'.replaceAll('`', ''),
    'Change what is meant',
    'Title',
    'Other ‹!-- open comment',
    'a box as a title',
    'Last',
  ]);
  expect(tasks.every(({ phase, reference }) => phase === 1 && reference === null)).toBe(true);
});

test('an order that is known is all that is read from such an issue', () => {
  const words = orderedWords(3, [
    [1, 3],
    [2, 3],
  ]);
  const parsed = parseIssue(issueText('Work', words));
  if (!parsed.ok) throw new Error('The issue cannot be read');
  expect(parsed.value.tasks.map(({ after }) => after)).toEqual([[], [], [1, 2]]);
});
