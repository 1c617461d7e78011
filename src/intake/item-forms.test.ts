import { describe, expect, test } from 'vitest';
import type { MasterIssue } from '../model/issue/issue.ts';
import { parseIssue } from './parse-issue.ts';

function read(...lines: string[]): MasterIssue {
  const result = parseIssue(lines.join('\n'));
  if (!result.ok) throw new Error(`Expected an issue: ${JSON.stringify(result.error)}`);
  return result.value;
}

const titles = (issue: MasterIssue) => issue.tasks.map((task) => task.title);

describe('items that are references', () => {
  test.each([
    ['#20', null, null, 20, '#20'],
    ['#20 Add login', null, null, 20, 'Add login'],
    ['#20: Add login', null, null, 20, 'Add login'],
    ['owner/repo.js#7', 'owner', 'repo.js', 7, 'owner/repo.js#7'],
    ['https://github.com/o/r/issues/20', 'o', 'r', 20, 'o/r#20'],
    ['<https://github.com/o/r/issues/20>', 'o', 'r', 20, 'o/r#20'],
    ['https://git.example/o/r/issues/20 - **Add** login', 'o', 'r', 20, 'Add login'],
    ['[Add login](https://github.com/o/r/issues/20#issuecomment-1)', 'o', 'r', 20, 'Add login'],
    ['[#20](https://github.com/o/r/issues/20) Add login', 'o', 'r', 20, 'Add login'],
  ])('%s', (item, owner, repo, number, title) => {
    expect(read(`- [ ] ${item}`).tasks[0]).toMatchObject({
      reference: { owner, repo, number },
      title,
      description: '',
    });
  });

  test.each([
    'Fix #20',
    '#20th anniversary',
    'a/b/c#3',
    '#20\n  with words',
    'See https://a.b/o/r/issues/2',
  ])('with words of its own is none: %j', (item) => {
    expect(read(`- [ ] ${item}`).tasks[0]?.reference).toBeNull();
  });

  test('are read below a tasks heading without check boxes, and skipped when checked', () => {
    const issue = read('## Tasks', '- #1', '- o/r#2', '', '## More', '- [x] #3');
    expect(issue.tasks.map((task) => task.reference?.number)).toEqual([1, 2]);
    expect(issue.skipped).toMatchObject([{ ordinal: 3, title: '#3' }]);
  });
});

describe('tables', () => {
  test('a row is a task below a tasks heading', () => {
    const issue = read(
      '# T',
      '## Sub-Tasks',
      '',
      '| # | Task | Description | Files | Status | Depends on |',
      '|---|------|-------------|-------|:------:|---|',
      '| 1 | **Add login** | Create it, with tests. | `auth/login.py` | ✅ | |',
      '| 2 | Add `logout` | A \\| B | `auth/out.py` | ⬜ | 3, #12 |',
      '| 3 | Add tokens | | — | todo |',
      '| | | empty | | | |',
    );
    expect(issue.skipped).toMatchObject([{ ordinal: 1, title: 'Add login', reason: 'checked' }]);
    expect(issue.tasks).toEqual([
      {
        ordinal: 2,
        title: 'Add logout',
        description: 'A | B\nDepends on: 3, #12\nFiles: `auth/out.py`',
        acceptance: [],
        after: [3],
        afterIssues: [12],
        reference: null,
        phase: 1,
        lines: { start: 7, end: 7 },
      },
      expect.objectContaining({ ordinal: 3, title: 'Add tokens', description: '' }),
    ]);
    expect(issue.context).toBe('');
  });

  test.each(['x', 'X', 'done', 'Done ✅', '[x]', '✔️', 'Completed', 'yes', 'closed'])(
    'the status %j skips a row',
    (status) => {
      const issue = read('## Tasks', '|Title|Done|', '|-|-|', `|a|${status}|`, '|b|no|');
      expect(titles(issue)).toEqual(['b']);
    },
  );

  test.each(['', '❌', 'in progress', 'not done', '[ ]', 'open'])(
    'the status %j leaves it open',
    (status) => {
      expect(titles(read('## Tasks', '|Title|Status|', '|-|-|', `|a|${status}|`))).toEqual(['a']);
    },
  );

  test('anywhere when there is no other form, and with rows that are references', () => {
    const issue = read(
      '# T',
      'Text',
      '',
      '| Issue | Acceptance criteria |',
      '|-|-|',
      '| #20 | fast; small |',
    );
    expect(issue.tasks[0]).toMatchObject({
      reference: { number: 20 },
      acceptance: ['fast', 'small'],
    });
  });

  test('next to a checklist, as the table of estimates in the guide, is not a second set of tasks', () => {
    const issue = read(
      '## Sub-Tasks',
      '- [ ] Auth module',
      '',
      '| Task | Files | LOC Est |',
      '|------|-------|---------|',
      '| Auth module | 3 | 200 |',
      '## Estimates',
      '| Task | Files |',
      '|------|-------|',
      '| Auth module | 3 |',
    );
    expect(titles(issue)).toEqual(['Auth module']);
    expect(issue.context).toContain('LOC Est');
  });

  test('without a column of titles holds none', () => {
    expect(parseIssue('## Tasks\n\n|Option|Default|\n|-|-|\n|a|b|').ok).toBe(false);
  });
});

describe('marked lines', () => {
  const pasted = [
    'Master Issue: "Add User Authentication"',
    '',
    'Sub-Tasks (DEPENDENT):',
    '❌ Create user model',
    '❌ Add password hashing (needs user model)',
    '',
    'Why Parallel FAILS:',
    '✅ not a task',
  ];

  test('below a line that says tasks are tasks, whatever their mark', () => {
    const issue = read(...pasted);
    expect(titles(issue)).toEqual(['Create user model', 'Add password hashing (needs user model)']);
    expect(issue.tasks[1]?.lines).toEqual({ start: 5, end: 5 });
    expect(
      titles(read('## Sub-Tasks (Independent)', '✅ Cart data model (models/cart.py)')),
    ).toEqual(['Cart data model (models/cart.py)']);
  });

  test('do not count next to a checklist, in code, or with nothing that announces them', () => {
    expect(titles(read('- [ ] a', '', ...pasted))).toEqual(['a']);
    expect(parseIssue(['```', ...pasted, '```'].join('\n')).ok).toBe(false);
    expect(parseIssue('# T\n\n✅ Clear title\n❌ Vague').ok).toBe(false);
  });
});

describe('real text', () => {
  test('tabs, emoji, right-to-left words and CRLF are read alike', () => {
    const issue = read(
      '## 🚀 Tasks\r',
      '-\t[ ] 🛒 Cart\r',
      '\t- detail\r',
      '- [ ] أضف تسجيل الدخول (`a.py`)\r',
    );
    expect(issue.tasks).toMatchObject([
      { title: '🛒 Cart', description: '- detail' },
      { title: 'أضف تسجيل الدخول (a.py)', lines: { start: 4, end: 4 } },
    ]);
  });
});

describe('lines that say which task they are', () => {
  test('are tasks where there is no other form, with what they say of their length', () => {
    const { tasks } = read('Task 1: 5 minutes\nTask 2: 8 minutes\nTask 3: 60 minutes (BLOCKER!)\n');
    expect(tasks.map(({ title, description }) => [title, description])).toEqual([
      ['Task 1', '(5 minutes)'],
      ['Task 2', '(8 minutes)'],
      ['Task 3 (BLOCKER!)', '(60 minutes)'],
    ]);
  });

  test('are prose next to a checklist', () => {
    expect(read('Task 1: is hard\n\n- [ ] Only this\n').tasks).toHaveLength(1);
  });
});

test('an issue without a heading may announce its title', () => {
  expect(read('Master Issue: "Add a shop"\n\nSub-Tasks:\n✅ One (a.py)\n').title).toBe(
    'Add a shop',
  );
  expect(read('- [ ] One\n').title).toBe('Untitled');
});
