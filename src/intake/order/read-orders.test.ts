import { describe, expect, test } from 'vitest';
import type { MasterIssue } from '../../model/issue/issue.ts';
import { parseIssue } from '../parse-issue.ts';

function issueOf(markdown: string): MasterIssue {
  const result = parseIssue(markdown);
  if (!result.ok) throw new Error(`no issue: ${markdown}`);
  return result.value;
}

/** `3<1` for each task that comes after another. */
function ordersOf(markdown: string): string[] {
  const { orders = [] } = issueOf(markdown);
  return orders.map(({ task, on }) => `${task}<${on}`).toSorted();
}

const shop = [
  'Create the user model',
  'Add `hashing` of passwords',
  'Add the invoices page',
  'Speed up the CLI start',
];

/** What is said in a fifth task, of six. */
function fromFifth(text: string): string[] {
  const items = [...shop, `Rework the mailer\n  ${text}`, 'Write a migration guide'];
  const list = items.map((item) => `- [ ] ${item}`).join('\n');
  return ordersOf(`# Shop\n\n## Tasks\n\n${list}\n`);
}

function fromProse(text: string, place: 'above' | 'below' = 'below'): string[] {
  const list = [...shop, 'Rework the mailer', 'Write a migration guide']
    .map((item) => `- [ ] ${item}`)
    .join('\n');
  return ordersOf(
    place === 'below'
      ? `# Shop\n\n## Tasks\n\n${list}\n\n${text}\n`
      : `# Shop\n\n## Tasks\n\n${text}\n\n${list}\n`,
  );
}

const upTo = (last: number, task = 5): string[] =>
  Array.from({ length: last }, (_, at) => `${task}<${at + 1}`);

describe('a task says what comes before it', () => {
  test.each<[string, readonly string[]]>([
    ['After task 2.', ['5<2']],
    ['Depends on tasks 1, 2 and 3', upTo(3)],
    ['needs tasks 1-3', upTo(3)],
    ['(after: 2)', ['5<2']],
    ['**Depends on**: 1, 3', ['5<1', '5<3']],
    ['depends on 1 and 2', ['5<1', '5<2']],
    ['Blocked by task 3', ['5<3']],
    ['depends on "Create the user model"', ['5<1']],
    ['When 1-3 are merged, rebase and go on.', upTo(3)],
    ['Start as soon as task 2 has landed.', ['5<2']],
    ['Depends on all of them.', upTo(4)],
    ['Do this after everything above.', upTo(4)],
    ['Once the above are done, go through all templates.', upTo(4)],
    ['Builds on the previous task.', ['5<4']],
    ['Waits for the one above.', ['5<4']],
    ['Needs the two tasks above.', ['5<3', '5<4']],
    ['Needs the hash function from the second task.', ['5<2']],
    ['Use the columns introduced in task 1.', ['5<1']],
    ['Add tests for the invoices task.', ['5<3']],
    ['Tests the functionality that task 1 adds.', ['5<1']],
    ['Tests what task 2 adds.', ['5<2']],
    ['Imports the code that task 1 writes.', ['5<1']],
    ['Builds upon the data structures which task 3 introduces.', ['5<3']],
    ['Tests what task 2 leaves alone.', []],
    ['Wait for the CLI one.', ['5<4']],
    ['Once the user model is in, use it.', ['5<1']],
    ['Once the model is there, use it.', ['5<1']],
    ['Builds on the user model.', ['5<1']],
    ['Needs all of the above.', upTo(4)],
    ['Adapt the templates for each of the above.', upTo(4)],
    ['Send a mail for all of the above.', upTo(4)],
    ['With everything from the tasks above.', upTo(4)],
    ['Must not be merged before task 2.', ['5<2']],
    ["Don't start until the first two tasks are merged.", ['5<1', '5<2']],
    ['This goes last.', [...upTo(4), '5<6']],
    ['After everything else.', [...upTo(4), '5<6']],
    ['This is the last step.', [...upTo(4), '5<6']],
    ['Do this before anything else.', ['1<5', '2<5', '3<5', '4<5', '6<5']],
    ['This must be done first.', ['1<5', '2<5', '3<5', '4<5', '6<5']],
    ['Must be done before task 2.', ['2<5']],
    ['Needed by task 6.', ['6<5']],
    ['Blocks the last task.', ['6<5']],
    ['Task 6 needs this.', ['6<5']],
    ['This is a prerequisite for tasks 2 and 3.', ['2<5', '3<5']],
    ['Depends\n  on task 2', ['5<2']],
  ])('%j', (text, orders) => {
    expect(fromFifth(text)).toEqual([...orders].toSorted());
  });

  test('in its title', () => {
    expect(ordersOf('- [ ] Add a\n- [ ] Add b\n- [ ] Update NEWS.md for all of the above')).toEqual(
      ['3<1', '3<2'],
    );
    expect(ordersOf('- [ ] Add a\n- [ ] Last: update NEWS.md\n- [ ] Add b')).toEqual([
      '2<1',
      '2<3',
    ]);
  });

  test('ordinals count checked items, which are done and hold nothing up', () => {
    expect(ordersOf('- [x] one\n- [ ] two (after task 1)\n- [ ] three (after: 2)')).toEqual([
      '3<2',
    ]);
  });
});

describe('no order', () => {
  test.each([
    'Run the linter before merging.',
    'Log after the request ends.',
    'Send it once per second.',
    'Needs types and a section in the docs.',
    'Do a benchmark before and after.',
    'After we merged the old mailer, mails were lost.',
    'After task 2 was reverted last year, nobody touched it.',
    'Does not depend on task 2.',
    'Independent of task 1.',
    'No need to wait for task 3.',
    'There is no dependency on the first task.',
    "It isn't blocked by task 2.",
    'Same as above but for the worker.',
    'Similar to task 2.',
    'See task 2 for the background.',
    'Works in parallel with task 3.',
    'Handle none of the above.',
    'Fix the above error.',
    'Can be done before task 2.',
    'Retry after 2 seconds, and needs 3 endpoints.',
    'Close the file when it is done.',
    'Keep the last one, and drop the first.',
    'Needs task 5 (itself), task 9 and task 99.',
    'Is this after task 2?',
    'Call the `after task 2` hook.',
    '```\n  after task 2\n  ```',
    '> after task 2',
    'Flush the queue before the response is written.',
    'Comes with tests first and foremost.',
    'Read the last item in the cart.',
    'depends on "Nothing of the kind"',
  ])('in %j', (text) => {
    expect(fromFifth(text)).toEqual([]);
  });

  test.each([
    'Erst nach Task 2 beginnen, die Last ist hoch.',
    'Depende de la tarea 2, once pruebas.',
    'Dépend de la tâche 2, après tout le reste.',
    'タスク2の後に行う',
    'после задачи 2, в последнюю очередь',
  ])('in words of another language: %j', (text) => {
    expect(fromFifth(text)).toEqual([]);
    expect(fromProse(text)).toEqual([]);
  });
});

describe('the prose around the tasks', () => {
  test.each<[string, readonly string[]]>([
    ['Task 4 must be done before task 2 as the CLI reads config.', ['2<4']],
    ['Tasks 2 and 3 depend on 1.', ['2<1', '3<1']],
    ['After task 1, do task 2.', ['2<1']],
    ['Once 1 is merged, 2 and 3 can start.', ['2<1', '3<1']],
    ['The last task needs all the others.', upTo(5, 6)],
    ['The migration guide comes last.', upTo(5, 6)],
    ['Everything else depends on the first task.', ['2<1', '3<1', '4<1', '5<1', '6<1']],
    ['Start with task 3.', ['1<3', '2<3', '4<3', '5<3', '6<3']],
    ['Task 1 first, please.', ['2<1', '3<1', '4<1', '5<1', '6<1']],
    ['First 3, then 1 and 2.', ['1<3', '2<3']],
    ['Order: 1 → 2 → 3', ['2<1', '3<2']],
    ['The invoices task has to wait for the CLI one.', ['3<4']],
    ['Do the mailer work before the invoices page.', ['3<5']],
    ['Only merge the second task when the third one is in.', ['2<3']],
    ['Each task builds on the previous one.', ['2<1', '3<2', '4<3', '5<4', '6<5']],
    [
      'Tasks 1 to 3 can go in any order; task 4 needs all of them.',
      ['4<1', '4<2', '4<3', ...['4<5', '4<6']].slice(0, 3),
    ],
    ['The tasks do not depend on each other.', []],
    ['We want to cut the first beta before the end of the year.', []],
    ['None of these should change behaviour, except where it says so.', []],
    ['The server needs the user model for every request.', []],
    ['Run the tests before you push. All tasks need a changelog entry.', []],
  ])('%j', (text, orders) => {
    expect(fromProse(text)).toEqual([...orders].toSorted());
    expect(fromProse(text, 'above')).toEqual([...orders].toSorted());
  });
});

test('an order has the words that it was read from, and their line', () => {
  const { orders } = issueOf(
    '# T\n\n## Tasks\n\n- [ ] **Add a**\n  Some words.\n- [ ] **Add b**\n  Has tests.\n  More follows. It depends on\n  task 1, too.\n\nTask 1 comes after\ntask 2.\n',
  );
  expect(orders).toEqual([
    { task: 2, on: 1, how: 'said', words: 'It depends on task 1, too.', line: 9 },
    { task: 1, on: 2, how: 'said', words: 'Task 1 comes after task 2.', line: 12 },
  ]);
});

test('issues that are none of the tasks are kept apart, and those that are stand for them', () => {
  const issue = issueOf(
    '- [ ] #40 Add a\n- [ ] Add b\n  Depends on #12 and #40.\n- [ ] Add c\n  See #12.',
  );
  expect(issue.tasks.map(({ afterIssues }) => afterIssues)).toEqual([[], [12, 40], []]);
  expect(issue.orders).toMatchObject([{ task: 2, on: 1 }]);
});

test('five hundred tasks that each name all above are read soon', () => {
  const items = Array.from(
    { length: 500 },
    (_, at) =>
      `- [ ] Add part ${at}\n  After all of the above, once the model is there, and before task ${at}.`,
  );
  const began = performance.now();
  expect(ordersOf(`# T\n\n${items.join('\n')}`).length).toBeGreaterThan(1_000);
  expect(performance.now() - began).toBeLessThan(10_000);
});

test('prose around a list that names no issue speaks of its items by #', () => {
  expect(fromProse('#2 has to land before #4 since it needs the option.')).toEqual(['4<2']);
  expect(fromProse('Once #1 is merged, #3 can start.')).toEqual(['3<1']);
  const linked = '# T\n\n## Tasks\n\n- [ ] #2\n- [ ] #1\n\n#2 has to land before #1.\n';
  expect(ordersOf(linked)).not.toContain('1<2');
});
