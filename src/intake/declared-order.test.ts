import { describe, expect, test } from 'vitest';
import { readDeclaredOrder } from './declared-order.ts';
import { parseIssue } from './parse-issue.ts';

function orderOf(text: string) {
  const tasks = ['Create user model', 'Add `hashing`', 'Add login'].map((title, index) => ({
    ordinal: index + 1,
    title,
    description: '',
    reference: index === 0 ? { owner: null, repo: null, number: 40 } : null,
  }));
  const read = readDeclaredOrder([
    ...tasks,
    { ordinal: 5, title: 'This one', description: text, reference: null },
  ]);
  return read.at(-1)!;
}

describe('what must come before a task', () => {
  test.each([
    ['after task 2', [2]],
    ['After Task #2.', [2]],
    ['Depends on task 1 and 3', [1, 3]],
    ['depends on tasks 1, 2, and 3', [1, 2, 3]],
    ['needs tasks 1-3', [1, 2, 3]],
    ['requires sub-task 1 & sub-task 2', [1, 2]],
    ['(after: 2)', [2]],
    ['**Depends on**: 1, 3', [1, 3]],
    ['**Depends on:** 1', [1]],
    ['Dependencies: 1 and 2', [1, 2]],
    ['blocked by task 3', [3]],
    ['depends on "Create User Model"', [1]],
    ['depends on **Add hashing** and “Add login”', [2, 3]],
    ['needs task 5 (itself), task 4 and task 99', []],
    ['after 2 days', []],
    ['needs 3 endpoints', []],
    ['does not depend on task 2', []],
    ['no longer needs task 2', []],
    ["doesn't need task 2", []],
    ['```\nafter task 2\n```', []],
    ['> after task 2', []],
    ['depends on "Nothing of the kind"', []],
  ])('%j', (text, after) => {
    expect(orderOf(text)).toEqual({ after, afterIssues: [] });
  });

  test.each([
    ['depends on #12', [12], []],
    ['blocked by #12, #13 and task 2', [12, 13], [2]],
    ['after #12. Needs #12', [12], []],
    ['needs #40', [40], [1]],
    ['requires o/r#12', [], []],
    ['see #12', [], []],
  ])('issues in %j', (text, afterIssues, after) => {
    expect(orderOf(text)).toEqual({ afterIssues, after });
  });
});

test('ordinals count checked items, which are done and hold nothing up', () => {
  const result = parseIssue('- [x] one\n- [ ] two (after task 1)\n- [ ] three (after: 2)');
  expect(result).toMatchObject({ value: { tasks: [{ after: [] }, { after: [2] }] } });
});
