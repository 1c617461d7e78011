import { describe, expect, test } from 'vitest';
import type { IntakeHint, MasterIssue } from '../model/issue/issue.ts';
import { parseIssue } from './parse-issue.ts';

function read(...lines: string[]): MasterIssue {
  const result = parseIssue(lines.join('\n'));
  if (!result.ok) throw new Error(`Expected an issue: ${JSON.stringify(result.error)}`);
  return result.value;
}

function hintsFor(...lines: string[]): readonly IntakeHint[] {
  const result = parseIssue(lines.join('\n'));
  if (result.ok) throw new Error(`Expected a failure: ${JSON.stringify(result.value)}`);
  return result.error.hints;
}

const titles = (issue: MasterIssue) => issue.tasks.map((task) => task.title);

describe('the title of the issue', () => {
  test('is the first heading', () => {
    expect(read('# Shopping *cart*', '## Tasks', '- [ ] a').title).toBe('Shopping cart');
    expect(read('## Sub-Tasks', '- [ ] a', '# Later', 'text').title).toBe('Sub-Tasks');
  });

  test('is Untitled when there is none or it is empty', () => {
    expect(read('- [ ] a').title).toBe('Untitled');
    expect(read('#', '- [ ] a').title).toBe('Untitled');
  });
});

describe('checklists', () => {
  test('a criterion or a title that begins with code keeps no check box', () => {
    const issue = read(
      '## Tasks',
      '- [ ] `src/a.js` gets a test',
      '## Acceptance Criteria',
      '- [ ] `npm test` passes',
    );
    expect(titles(issue)).toEqual(['src/a.js gets a test']);
    expect(issue.acceptance).toEqual(['`npm test` passes']);
  });

  test('the documented good format gives five tasks with locations in their descriptions', () => {
    const issue = read(
      '## Sub-Tasks',
      '',
      '- [ ] **Add user authentication module**: Create `auth/` directory with login, logout, session management. Include unit tests.',
      '- [ ] **Add authorization middleware**: Create `middleware/auth.py` with role-based access control. Include integration tests.',
      '- [ ] **Implement JWT token generation**: Create `auth/jwt.py` with token creation, validation, refresh logic. Include tests.',
      '- [ ] **Add user management API**: Create `api/users.py` with CRUD endpoints for user accounts. Include API tests.',
      '- [ ] **Create authentication documentation**: Document all auth endpoints in `docs/api/auth.md` with examples.',
    );
    expect(titles(issue)).toEqual([
      'Add user authentication module',
      'Add authorization middleware',
      'Implement JWT token generation',
      'Add user management API',
      'Create authentication documentation',
    ]);
    expect(issue.tasks[0]).toEqual({
      ordinal: 1,
      title: 'Add user authentication module',
      description:
        'Create `auth/` directory with login, logout, session management. Include unit tests.',
      acceptance: [],
      after: [],
      afterIssues: [],
      reference: null,
      phase: 1,
      lines: { start: 3, end: 3 },
    });
    expect(issue.phases).toEqual([{ number: 1, title: '', mode: 'parallel' }]);
    expect(issue).toMatchObject({ skipped: [], acceptance: [], context: '' });
  });

  test('a line with a path in brackets is a title as a whole', () => {
    const issue = read(
      '- [ ] Cart data model (models/cart.py)',
      '- [ ] Fix `ui/cart/` and [the docs](x.md):',
    );
    expect(titles(issue)).toEqual([
      'Cart data model (models/cart.py)',
      'Fix ui/cart/ and the docs',
    ]);
    expect(issue.tasks[0]?.description).toBe('');
  });

  test('the vague format of the guide still parses: to judge it is for planning', () => {
    expect(titles(read('## Sub-Tasks', '- [ ] Auth stuff', '- [ ] Docs'))).toEqual([
      'Auth stuff',
      'Docs',
    ]);
  });

  test('are read in any section, also grouped below plain bullets, with any bullet', () => {
    const issue = read(
      '# T',
      '- Backend',
      '  * [ ] a',
      '  * [ ] b',
      '## Whatever',
      '+ [ ] c',
      '## More',
      '1. [ ] d',
    );
    expect(titles(issue)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('checked items are skipped but counted', () => {
    const issue = read('- [x] **Done**: long ago', '- [ ] open', '- [X] also done');
    expect(issue.tasks.map((task) => task.ordinal)).toEqual([2]);
    expect(issue.skipped).toMatchObject([
      { ordinal: 1, title: 'Done', reason: 'checked' },
      { ordinal: 3, title: 'also done', reason: 'checked' },
    ]);
  });

  test('an issue in which all is checked has no tasks and is no failure', () => {
    expect(read('- [x] a').tasks).toEqual([]);
  });

  test('nested text is detail, dedented, with the lines it stands on', () => {
    const issue = read(
      '# T',
      '- [ ] **Add login**: Create `auth/`.',
      '  - keep sessions',
      '',
      '  ```sh',
      '    indented',
      '  ```',
      '- [ ] next',
    );
    expect(issue.tasks[0]).toMatchObject({
      description: 'Create `auth/`.\n- keep sessions\n\n```sh\n  indented\n```',
      lines: { start: 2, end: 7 },
    });
  });

  test('a nested checklist or labelled list is the criteria of its item', () => {
    const issue = read(
      '- [ ] **One**: first',
      '  - [ ] tests `pass`',
      '  - [x] docs',
      '- [ ] **Two**: second',
      '  - a detail',
      '  - Acceptance Criteria:',
      '    - fast',
      '    - small',
      '- [ ] **Three**: third',
      '',
      '  **Acceptance Criteria:**',
      '  - safe',
      '',
      '  An afterthought.',
      '- [ ] **Four**: fourth',
      '  Done when:',
      '  1. it works',
    );
    expect(issue.tasks.map(({ description, acceptance }) => [description, acceptance])).toEqual([
      ['first', ['tests `pass`', 'docs']],
      ['second\n- a detail', ['fast', 'small']],
      ['third\n\nAn afterthought.', ['safe']],
      ['fourth', ['it works']],
    ]);
  });
});

describe('titles', () => {
  test.each([
    ['**Title**: text', 'Title', 'text'],
    ['**Title:** text', 'Title', 'text'],
    ['**Title** - text', 'Title', 'text'],
    ['**Title** — text', 'Title', 'text'],
    ['🚀 **Title**: text', '🚀 Title', 'text'],
    ['**Fix** the loop', 'Fix the loop', ''],
    ['Title: some text', 'Title', 'some text'],
    ['Task 3: Title: text', 'Title', 'text'],
    ['**Task 3**: Title', 'Title', ''],
    ['SSR: maps are wrong', 'SSR: maps are wrong', ''],
    ['fix(auth): the redirect loop', 'fix(auth): the redirect loop', ''],
    ['Add login (after: 2): with tests', 'Add login (after: 2): with tests', ''],
    ['Move http://a.b/c to x::y at 10:30', 'Move http://a.b/c to x::y at 10:30', ''],
    ['Use `a: b` in yaml: see docs', 'Use a: b in yaml', 'see docs'],
    ['Add login, e.g. OAuth. Include tests.', 'Add login, e.g. OAuth', 'Include tests.'],
    ['Add   a\ttab', 'Add a tab', ''],
    ['Run $(rm -rf ../) and `id`', 'Run $(rm -rf ../) and id', ''],
    ['أضف تسجيل الدخول', 'أضف تسجيل الدخول', ''],
    ['Escaped \\* star &amp; more', 'Escaped * star & more', ''],
    ['Keep \\*this\\*: text', 'Keep *this*', 'text'],
    ['![](x.png)', 'Untitled task', ''],
  ])('%j', (item, title, description) => {
    expect(read(`- [ ] ${item}`).tasks[0]).toMatchObject({ title, description });
  });

  test('the first line is the title and the next are the description', () => {
    const { tasks } = read('- [ ] Add login', '      with sessions', '- [ ] Hard\\', '  break');
    expect(tasks.map((task) => [task.title, task.description])).toEqual([
      ['Add login', 'with sessions'],
      ['Hard', 'break'],
    ]);
  });

  test('a very long title stays whole', () => {
    const long = 'word '.repeat(2000).trim();
    expect(titles(read(`- [ ] ${long}`, `- [ ] **${long}**: x`))).toEqual([long, long]);
  });
});

describe('phases', () => {
  test('are read from the staged example with their modes', () => {
    const issue = read(
      '## Phase 1: Foundation (Parallel)',
      '- [ ] Data models',
      '- [ ] API client setup',
      '',
      '↓ MERGE ALL, THEN:',
      '',
      '## Phase 2: Core Features (Parallel)',
      '- [ ] Feature A implementation',
      '',
      '↓ MERGE ALL, THEN:',
      '',
      '## Phase 3: Integration (Sequential)',
      '- [ ] E2E tests',
      '- [ ] Documentation',
    );
    expect(issue.phases).toEqual([
      { number: 1, title: 'Foundation', mode: 'parallel' },
      { number: 2, title: 'Core Features', mode: 'parallel' },
      { number: 3, title: 'Integration', mode: 'sequential' },
    ]);
    expect(issue.tasks.map((task) => task.phase)).toEqual([1, 1, 2, 3, 3]);
    expect(issue.context).toBe('');
  });

  test('are read from the mixed example', () => {
    const issue = read(
      '## Independent Tasks (Parallel)',
      '- [ ] Add feature A',
      '## Sequential Tasks (After merge)',
      '- [ ] Integration testing',
    );
    expect(issue.phases).toEqual([
      { number: 1, title: 'Independent Tasks', mode: 'parallel' },
      { number: 2, title: 'Sequential Tasks', mode: 'sequential' },
    ]);
    expect(issue.tasks.map((task) => task.phase)).toEqual([1, 2]);
  });

  test('a heading without their words makes none, nor does a phase without items', () => {
    const issue = read(
      '# Migrate - Phase 1',
      '## Tasks',
      '- [ ] a',
      '## Phase 2: B',
      '### Backend',
      '- [ ] b',
      '## More',
      '- [ ] c',
      '## Phase 3: later',
      'prose',
    );
    expect(issue.phases.map((phase) => phase.title)).toEqual(['', 'B']);
    expect(issue.tasks.map((task) => task.phase)).toEqual([1, 2, 2]);
  });
});

describe('numbered and plain lists', () => {
  test('numbered items below a tasks heading are tasks, other numbers are not', () => {
    const issue = read(
      '## Tasks',
      '1. Login: add it',
      '2. **Logout** - add it',
      '## Steps',
      '1. build',
    );
    expect(issue.tasks.map((task) => [task.title, task.description])).toEqual([
      ['Login', 'add it'],
      ['Logout', 'add it'],
    ]);
    expect(issue.context).toBe('## Steps\n\n1. build');
  });

  test('numbered items anywhere are tasks when there is nothing else', () => {
    expect(titles(read('# T', 'Please do:', '1) one', '2) two'))).toEqual(['one', 'two']);
  });

  test('plain bullets are tasks only below a heading that says tasks and has no checklist', () => {
    expect(titles(read('# T', '## Work items', '- one', '- two', '## Notes', '- no'))).toEqual([
      'one',
      'two',
    ]);
    expect(titles(read('## To do', '- a note', '### Backend', '- [ ] one'))).toEqual(['one']);
  });
});

describe('one heading a task', () => {
  test('numbered headings below Sub-Tasks, each with its body and its criteria', () => {
    const issue = read(
      '# T',
      '## Sub-Tasks',
      '### 1. Add login:',
      'Create `auth/`.',
      '- [ ] a detail',
      '',
      '#### Acceptance Criteria',
      '- [ ] tests pass',
      '### Task 2: Add logout',
      'Text.',
      '',
      '**Acceptance Criteria**',
      '',
      '- quick',
      '',
      'More.',
      '## Notes',
      'Be kind.',
    );
    expect(issue.tasks).toEqual([
      {
        ordinal: 1,
        title: 'Add login',
        description: 'Create `auth/`.\n- [ ] a detail',
        acceptance: ['tests pass'],
        after: [],
        afterIssues: [],
        reference: null,
        phase: 1,
        lines: { start: 3, end: 8 },
      },
      {
        ordinal: 2,
        title: 'Add logout',
        description: 'Text.\n\nMore.',
        acceptance: ['quick'],
        after: [],
        afterIssues: [],
        reference: null,
        phase: 1,
        lines: { start: 9, end: 16 },
      },
    ]);
    expect(issue.context).toBe('## Notes\n\nBe kind.');
  });

  test('`Task 1:` headings at any level, and a check mark that skips one', () => {
    const issue = read('# T', '## Task 1: One', 'x', '## [x] Task 2: Two', '## Sub-task 3 - Three');
    expect(titles(issue)).toEqual(['One', 'Three']);
    expect(issue.skipped).toMatchObject([{ ordinal: 2, title: 'Two', reason: 'checked' }]);
  });

  test('headings without a number, when no list below them is a checklist', () => {
    expect(
      titles(read('## Sub-Tasks', '### Add login', 'x', '### Add logout', '### Notes')),
    ).toEqual(['Add login', 'Add logout']);
    expect(titles(read('## Sub-Tasks', '### Backend', '- [ ] a', '### UI', '- [ ] b'))).toEqual([
      'a',
      'b',
    ]);
  });

  test('the title of the document is not a task', () => {
    expect(titles(read('# Task 12: Cart', '## Sub-Tasks', '- [ ] a'))).toEqual(['a']);
  });
});

describe('criteria and checklists for people', () => {
  test('criteria of the whole issue hold for every task', () => {
    const issue = read(
      '- [ ] a',
      '## Acceptance Criteria',
      '- [ ] Implementation complete',
      '- [x] No new `warnings`',
      '### Speed',
      '1. fast',
      '## Other',
      '**Definition of Done**:',
      '- merged',
    );
    expect(titles(issue)).toEqual(['a']);
    expect(issue.acceptance).toEqual([
      'Implementation complete',
      'No new `warnings`',
      'fast',
      'merged',
    ]);
    expect(issue.context).toBe('');
  });

  test('checklists for the people around the issue are ignored', () => {
    const issue = read(
      '## Orchestration Checklist',
      'Before creating master issue:',
      '- [ ] Complexity balanced',
      '## PR Review Checklist (Orchestrated Tasks)',
      '- [ ] Tests passing',
      '## Tasks',
      '- [ ] a',
    );
    expect(titles(issue)).toEqual(['a']);
    expect(issue).toMatchObject({ acceptance: [], context: '' });
  });
});

describe('what is not read', () => {
  test('code and quotations hold no tasks', () => {
    const issue = read(
      '- [ ] a',
      '',
      'x',
      '',
      '```',
      '- [ ] no',
      '```',
      '',
      '    - [ ] no',
      '',
      '> - [ ] no',
    );
    expect(titles(issue)).toEqual(['a']);
  });

  test('hidden comments reach no part of the result', () => {
    const issue = read(
      '# Title <!-- secret -->',
      'Lead <!-- secret',
      'secret --> text.',
      '<!-- secret',
      '',
      '- [ ] secret',
      '-->',
      '[//]: # (secret)',
      '',
      '- [ ] **A**<!-- secret -->: do <!-- secret --> this',
      '  <!-- secret -->',
      '  - [ ] holds <!-- secret -->',
      '',
      '## Acceptance Criteria',
      '- done<!-- secret -->',
      '',
      '<div><!-- secret',
      '',
      '- [ ] secret',
    );
    expect(JSON.stringify(issue)).not.toContain('secret');
    expect(issue.tasks).toMatchObject([
      { title: 'A', acceptance: ['holds'], lines: { start: 10 } },
    ]);
    expect(issue.context).toContain('Lead');
  });

  test('a comment between two pieces cannot join them into a new one', () => {
    const issue = read('- [ ] a <!-<!-- x -->- visible -->');
    expect(issue.tasks[0]?.title).toContain('visible');
  });

  test('comment marks in code are text', () => {
    expect(titles(read('- [ ] Keep `<!-- this -->`'))).toEqual(['Keep <!-- this -->']);
  });

  test('line ends and a byte order mark make no difference', () => {
    const text = '\uFEFF# T\n- [ ] **A**: b\n  c\n\nlead';
    expect(parseIssue(text.replaceAll('\n', '\r\n'))).toEqual(parseIssue(text));
    expect(read(text).title).toBe('T');
  });
});

describe('context', () => {
  test('is the prose around the tasks, as its author wrote it', () => {
    const issue = read(
      '# T',
      'We *need* it.',
      '## Why',
      '- speed',
      '## Tasks',
      'Use the new API.',
      '- [ ] a',
      '---',
    );
    expect(issue.context).toBe('We *need* it.\n\n## Why\n\n- speed\n\nUse the new API.');
  });

  test('has at most 8,000 characters and never half of one', () => {
    const { context } = read('# T', `a${'🚀'.repeat(9000)}`, '', '- [ ] a');
    expect(context).toHaveLength(7999);
    expect(context.isWellFormed()).toBe(true);
  });
});

describe('an issue without tasks', () => {
  test('that is empty has one hint', () => {
    expect(hintsFor('', ' ')).toMatchObject([
      { line: 1, message: expect.stringContaining('empty') },
    ]);
    expect(hintsFor('<!-- only this -->')).toHaveLength(1);
  });

  test('names the lines that look like tasks', () => {
    expect(
      hintsFor('# T', '', 'Text', '', '## Sub-Tasks', '', '## More', '- a bullet', '', '[ ] b'),
    ).toEqual([
      { line: 5, message: expect.stringContaining('none below it') },
      { line: 8, message: 'a bullet without a check box; write `- [ ] …`' },
      { line: 10, message: expect.stringContaining('almost') },
    ]);
  });

  test('reports checklists in the wrong place', () => {
    expect(hintsFor('# T', '```', '- [ ] a', '```', '## Acceptance Criteria', '- [ ] b')).toEqual([
      { line: 2, message: expect.stringContaining('code block') },
      { line: 5, message: expect.stringContaining('not read as tasks') },
    ]);
  });

  test('has at most five hints and at least one', () => {
    expect(
      hintsFor('# T', ...Array.from({ length: 20 }, (_, index) => `- b${index}`)),
    ).toHaveLength(5);
    expect(hintsFor('just prose')).toHaveLength(1);
  });
});

describe('size', () => {
  test('500 tasks keep their order and lines', () => {
    const issue = read(...Array.from({ length: 500 }, (_, index) => `- [ ] task number ${index}`));
    expect(issue.tasks).toHaveLength(500);
    expect(issue.tasks[499]).toMatchObject({ ordinal: 500, lines: { start: 500, end: 500 } });
  });

  test.each([
    ['one paragraph of many lines', 'hello world\n'.repeat(85_000)],
    ['one long line', 'x '.repeat(500_000)],
    ['deep quotations', '> '.repeat(500_000)],
    ['deep lists', '- > '.repeat(250_000)],
    ['many headings', '### t\n'.repeat(20_000)],
    ['blank lines', ' \n'.repeat(200_000)],
  ])('a lot of %s is read in bounded time', { timeout: 20_000 }, (_, text) => {
    const issue = read('# T', '', text, '', '## Sub-Tasks', '- [ ] a');
    expect(issue.tasks.at(-1)?.title).toBe('a');
    const lineCount = text.split('\n').length + 5;
    expect(issue.tasks.at(-1)?.lines.start).toBe(lineCount);
  });

  test('no text at all makes it throw', () => {
    const parts = [
      '- [ ] ',
      '**',
      '`',
      '\n',
      '\n\n',
      '  ',
      '\t',
      '# ',
      '## Tasks\n',
      '1. ',
      '<!--',
      '-->',
      '> ',
    ];
    const words = [
      'a',
      ': ',
      '[x](',
      ')',
      '![',
      '```\n',
      '|-|\n',
      'Task 1: ',
      'Acceptance Criteria:',
      '\uD800',
      '\0',
      '🚀',
    ];
    const all = [...parts, ...words];
    let seed = 1;
    const next = () => (seed = (seed * 48_271) % 2_147_483_647);
    for (let round = 0; round < 1500; round += 1) {
      const text = Array.from({ length: next() % 60 }, () => all[next() % all.length]).join('');
      const result = parseIssue(text);
      if (!result.ok) {
        expect(result.error.hints.length, text).toBeGreaterThan(0);
        continue;
      }
      for (const task of result.value.tasks) {
        expect(task.title, text).toMatch(/^\S(?:.*\S)?$/u);
        expect(task.lines.end, text).toBeGreaterThanOrEqual(task.lines.start);
      }
    }
  });
});
