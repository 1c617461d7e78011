import { expect, test } from 'vitest';
import { parseIssue } from '../parse-issue.ts';

function taskOf(item: string): { readonly title: string; readonly description: string } {
  const result = parseIssue(`# T\n\n## Tasks\n\n- [ ] ${item}\n`);
  const task = result.ok ? result.value.tasks[0] : undefined;
  if (task === undefined) throw new Error(`no task: ${item}`);
  return task;
}

test.each([
  ['res.send: keep the `charset`', 'res.send: keep the charset'],
  ['**res.send**: keep the `charset`', 'res.send: keep the charset'],
  [
    '`res.send`: keep **all** of it (and more: tests)',
    'res.send: keep all of it (and more: tests)',
  ],
  ['lib/view.js: drop debug', 'lib/view.js: drop debug'],
  ['fix(router): do not decode twice', 'fix(router): do not decode twice'],
  ['CHANGELOG: mention Node 24', 'CHANGELOG: mention Node 24'],
  ['Router: keep the last slash', 'Router: keep the last slash'],
  ['XML formatter: keep comments (xml.py)', 'XML formatter: keep comments (xml.py)'],
  ['XML formatter: comments and white space', 'XML formatter'],
  ['Let `greet` take a title. Tests: none.', 'Let greet take a title'],
  ['Add the cart API: routes and tests', 'Add the cart API'],
  ['**`serve()`: listen on a socket**: with tests', 'serve(): listen on a socket'],
])('the title of %j is the whole title', (item, title) => {
  expect(taskOf(item).title).toBe(title);
});

test.each([
  ['**Task 1** (5min): Create `a.js`. With tests.', 'Create a.js', '(5min)\nWith tests.'],
  ['Task 2: 60 minutes', 'Task 2', '(60 minutes)'],
  ['**Task 3:** 60 minutes (BLOCKER!)', 'Task 3 (BLOCKER!)', '(60 minutes)'],
  ['Parser: 60 minutes', 'Parser', '(60 minutes)'],
  ['Build `a.js` (~20 min). With tests.', 'Build a.js', '(~20 min)\nWith tests.'],
  ['15min: Add the page', 'Add the page', '(15min)'],
  ['[1.5 h] Add the page', 'Add the page', '(1.5 h)'],
  ['(10 min)', 'Untitled task', '(10 min)'],
  ['42', 'Untitled task', ''],
])('a time stated in %j is taken out of the title and kept', (item, title, description) => {
  expect(taskOf(item)).toMatchObject({ title, description });
});

test.each(['Retry after 30 seconds', 'Set the timeout to 5 minutes', 'Time out after 10 min'])(
  'a time that is part of the work stays: %j',
  (item) => {
    expect(taskOf(item)).toMatchObject({ title: item, description: '' });
  },
);
