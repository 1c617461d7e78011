import { describe, expect, test } from 'vitest';
import { parseIssue } from '../intake/parse-issue.ts';
import type { FindingKind, Plan } from '../model/plan/plan.ts';
import { planIssue, type PlanOptions } from './plan-issue.ts';

/** The user guide's kinds of issue, in words of our own. */

function plan(markdown: string, files: readonly string[] = [], options: PlanOptions = {}): Plan {
  const parsed = parseIssue(markdown);
  if (!parsed.ok) throw new Error('unread');
  return planIssue(parsed.value, { files: new Set(files) }, options);
}

function issue(title: string, tasks: readonly string[], after = ''): string {
  return `# ${title}\n\n## Sub-Tasks\n\n${tasks.map((task) => `- [ ] ${task}`).join('\n')}\n\n${after}`;
}

function kinds({ findings }: Plan): FindingKind[] {
  return [...new Set(findings.map(({ kind }) => kind))];
}

function failing({ checklist }: Plan): number[] {
  return checklist.items.flatMap(({ passed }, index) => (passed ? [] : [index + 1]));
}

describe('what the guide calls a perfect use case runs side by side', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'modules of one feature',
      issue('Implement a wish list', [
        'Wish list data model (models/wishes.py)',
        'Wish list API endpoints (api/wishes.py)',
        'Wish list UI components (ui/wishes/)',
        'Wish list persistence layer (db/wishes.py)',
        'Wish list integration tests (tests/wishes/)',
      ]),
      ['models/user.py', 'api/user.py', 'ui/user/page.py', 'db/user.py', 'tests/user/test_user.py'],
    ],
    [
      'a refactoring by directories',
      issue('Migrate Python 2 to Python 3 - Phase 1', [
        'Convert utils/ directory',
        'Convert models/ directory',
        'Convert services/ directory',
        'Convert api/ directory',
        'Update build configuration',
      ]),
      ['utils', 'models', 'services', 'api'].flatMap((directory) =>
        ['a', 'b', 'c'].map((name) => `${directory}/${name}.py`),
      ),
    ],
    [
      'a bug bash',
      issue('Spring bug bash', [
        'Fix login redirect loop (auth/redirect.py)',
        'Fix tax calculation error (payment/tax.py)',
        'Fix mail template rendering (email/template.py)',
        'Fix import timeout (import/worker.py)',
        'Fix search pagination (search/paginate.py)',
      ]),
      [
        'auth/redirect.py',
        'payment/tax.py',
        'email/template.py',
        'import/worker.py',
        'search/paginate.py',
      ],
    ],
    [
      'documentation',
      issue(
        'Complete the API documentation',
        [
          'Document authentication endpoints',
          'Document user management endpoints',
          'Document payment processing endpoints',
          'Document reporting endpoints',
          'Create code examples and tutorials',
        ],
        'Why parallel works:\n- Documentation for each module\n- No dependencies between docs\n',
      ),
      ['docs/index.md', 'src/api.py'],
    ],
  ];

  test.each(cases)('%s', (_name, markdown, files) => {
    for (const maxWorkers of [2, 5]) {
      const made = plan(markdown, files, { maxWorkers });
      expect(made.verdict, JSON.stringify(made.checklist, null, 1)).toBe('proceed');
      expect(made.refusals).toEqual([]);
      expect(made.schedule).toHaveLength(1);
      expect(made.forecast.parallelMinutes).toBeLessThan(made.forecast.sequentialMinutes);
      expect(kinds(made)).not.toContain('file-conflict');
      expect(kinds(made)).not.toContain('dependency');
    }
  });
});

describe('what the guide calls a poor use case is not', () => {
  const chain = [
    'Create user model',
    'Add password hashing (needs user model)',
    'Create login endpoint (needs user model + hashing)',
    'Add JWT tokens (needs login endpoint)',
    'Add session management (needs JWT)',
  ];

  test('tightly coupled features run one after another, and are refused', () => {
    const made = plan(issue('Add user authentication', chain));
    expect(made.verdict).toBe('sequential');
    expect(made.tasks.map(({ dependsOn }) => dependsOn)).toEqual([[], [1], [1, 2], [3], [4]]);
    expect(made.tasks.map(({ stackOn }) => stackOn)).toEqual([null, 1, 2, 3, 4]);
    expect(made.schedule).toEqual([[1], [2], [3], [4], [5]]);
    expect(made.forecast.speedup).toBe(1);
    expect(made.refusals.join('\n')).toContain('Task 5 depends on task 4');
  });

  test('the same without a word of what needs what, but for the author’s sentence about all', () => {
    const bare = chain.map((task) => task.replace(/ \(.*/u, ''));
    const why = 'Why this cannot be parallel:\n- Each task builds on the previous one\n';
    const made = plan(issue('Add user authentication', bare, why));
    expect(made.verdict).toBe('sequential');
    expect(made.schedule).toHaveLength(5);
  });

  const utilities = [
    'Refactor string utils (utils/string.py)',
    'Refactor date utils (utils/date.py)',
    'Refactor validation utils (utils/validate.py)',
  ];
  const files = ['string', 'date', 'validate', '__init__'].map((name) => `utils/${name}.py`);

  test('a shared critical file that the issue names makes it sequential', () => {
    const made = plan(
      issue('Refactor core utilities', utilities, 'All modify: utils/__init__.py (CONFLICT!)\n'),
      files,
    );
    expect(made.verdict).toBe('sequential');
    expect(made.refusals).not.toEqual([]);
    expect(made.schedule).toEqual([[1], [2], [3]]);
    expect(made.findings).toContainEqual(
      expect.objectContaining({
        kind: 'file-conflict',
        tasks: [1, 2, 3],
        message: expect.stringContaining('utils/__init__.py'),
      }),
    );
    expect(kinds(made)).toContain('hub-file');
  });

  test('a shared barrel that only the repository knows of makes it doubtful', () => {
    const made = plan(issue('Refactor core utilities', utilities), files);
    expect(made.verdict).not.toBe('proceed');
    expect(kinds(made)).toContain('hub-file');
  });

  test('an integration whose author says that its parts belong together is sequential', () => {
    const made = plan(
      issue(
        'Integrate a newsletter service',
        ['Add signup form', 'Add newsletter API client', 'Add subscription processing'],
        'Why this cannot be parallel:\n- All components must integrate tightly\n- Cannot test independently\n',
      ),
    );
    expect(made.verdict).toBe('sequential');
    expect(failing(made)).toEqual(expect.arrayContaining([3, 4]));
  });

  test('an integration whose parts cannot be tested alone is doubtful', () => {
    const made = plan(
      issue('Integrate a newsletter service', [
        'Add signup form',
        'Add newsletter API client',
        'Add subscription processing',
        'Add webhook handlers',
        'Add signup UI feedback',
      ]),
    );
    expect(made.verdict).not.toBe('proceed');
    expect(failing(made)).toEqual(expect.arrayContaining([3, 4]));
    expect(kinds(made)).toContain('dependency');
  });
});

describe('formats', () => {
  test('the good format has no objection, and its sizes are the table’s', () => {
    const made = plan(
      issue('Add accounts', [
        '**Add user authentication module**: Create `auth/` directory with login, logout, session management. Include unit tests.',
        '**Add authorization middleware**: Create `middleware/auth.py` with role-based access control. Include integration tests.',
        '**Implement JWT token generation**: Create `auth/jwt.py` with token creation, validation, refresh logic. Include tests.',
        '**Add user management API**: Create `api/users.py` with CRUD endpoints for user accounts. Include API tests.',
        '**Create authentication documentation**: Document all auth endpoints in `docs/api/auth.md` with examples.',
      ]),
      ['README.md'],
    );
    expect(kinds(made)).toEqual(['no-criteria']);
    expect(made.checklist.score).toBe(7);
    expect(made.tasks.map(({ size, complexity }) => [size.files, complexity])).toEqual([
      [3, 'medium'],
      [1, 'low'],
      [2, 'medium'],
      [2, 'medium'],
      [1, 'low'],
    ]);
    const minutes = made.tasks.map(({ estimateMinutes }) => estimateMinutes);
    [15, 10, 15, 18, 12].forEach((wanted, index) =>
      expect(Math.abs((minutes[index] ?? 0) - wanted), `task ${index + 1}`).toBeLessThanOrEqual(3),
    );
  });

  test('the bad format is told to be vague', () => {
    const made = plan(issue('Accounts', ['Auth stuff', 'API things', 'Tests', 'Docs']));
    expect(made.findings).toContainEqual(
      expect.objectContaining({ kind: 'vague', severity: 'info', tasks: [1, 2, 3, 4] }),
    );
    expect(kinds(made)).toEqual(expect.arrayContaining(['no-location', 'too-few']));
    expect(made.verdict).toBe('sequential');
    expect(made.refusals.join('\n')).toContain('2 of 7 lines of the checklist hold');
  });

  test('staged work has phases, and only its last one is one after another', () => {
    const made = plan(`# Big feature

## Phase 1: Foundation (Parallel)
- [ ] Data models
- [ ] Database migrations
- [ ] API client setup

↓ MERGE ALL, THEN:

## Phase 2: Core Features (Parallel)
- [ ] Search implementation
- [ ] Export implementation
- [ ] Sharing implementation

↓ MERGE ALL, THEN:

## Phase 3: Integration (Sequential)
- [ ] Integration tests
- [ ] E2E tests
- [ ] Documentation
`);
    expect(made.schedule.map((wave) => [...wave].toSorted((one, other) => one - other))).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [7],
      [8],
      [9],
    ]);
    expect(made.tasks.map(({ stackOn }) => stackOn)).toEqual([
      ...[null, null, null, null, null, null],
      ...[null, 7, 8],
    ]);
    expect(made.verdict).not.toBe('sequential');
  });

  test('mixed work is parallel first and sequential after the merge', () => {
    const made = plan(`# Mixed

## Independent Tasks (Parallel)
- [ ] Add printing
- [ ] Add sharing
- [ ] Add tagging

## Sequential Tasks (After merge)
- [ ] Integration testing
- [ ] Performance optimization
- [ ] Documentation
`);
    expect(made.phases.map(({ mode }) => mode)).toEqual(['parallel', 'sequential']);
    expect(made.schedule.map((wave) => wave.length)).toEqual([3, 1, 1, 1]);
  });
});

describe('sizes', () => {
  const clocked = (minutes: readonly number[]): Plan =>
    plan(
      issue(
        'Clocked',
        minutes.map((time, index) => `Build part ${'ABCDE'[index]} (${time}min)`),
      ),
    );

  test.each([
    [[5, 8, 60, 7], 'about 9 parts of 7 minutes'],
    [[5, 5, 60, 5, 5], 'about 12 parts of 5 minutes'],
  ])('%j is unbalanced, refused, and to be split', (minutes, parts) => {
    const made = clocked(minutes);
    const finding = made.findings.find(({ kind }) => kind === 'unbalanced');
    expect(finding).toMatchObject({ severity: 'critical', tasks: [3] });
    expect(finding?.advice).toContain(parts);
    expect(made.verdict).toBe('sequential');
    expect(made.refusals).toContain(finding?.message);
    expect(kinds(made)).toContain('too-large');
    expect(failing(made)).toContain(6);
  });

  test('in a batch of its own the long one keeps nobody waiting', () => {
    const titles = [5, 5, 60, 5, 5].map((time, at) => `Build part ${'ABCDE'[at]} (${time}min)`);
    const groups = [[1, 2, 4, 5], [3]];
    const made = plan(issue('Clocked', titles), [], { batches: { kind: 'groups', groups } });
    expect(kinds(made)).not.toContain('unbalanced');
  });

  test('the guide’s table is balanced', () => {
    const made = clocked([15, 10, 15, 18, 12]);
    expect(kinds(made)).not.toContain('unbalanced');
    expect(made.forecast).toMatchObject({
      parallelMinutes: 18,
      sequentialMinutes: 70,
      apiCalls: 35,
    });
    expect(made.forecast).toMatchObject({ memoryMb: 2_500, diskMb: 500 });
  });

  test('a whole system is too large, an import statement too small, a module just right', () => {
    const made = plan(
      issue('Grain', [
        'Implement entire authentication system',
        'Add single import statement',
        'Implement JWT token generation module',
      ]),
    );
    expect(
      made.tasks.map(({ estimateMinutes: minutes }) =>
        minutes > 30 ? 'large' : minutes < 5 ? 'small' : 'right',
      ),
    ).toEqual(['large', 'small', 'right']);
    expect(made.findings).toContainEqual(
      expect.objectContaining({ kind: 'too-large', tasks: [1] }),
    );
    expect(made.findings).toContainEqual(
      expect.objectContaining({ kind: 'too-small', tasks: [2] }),
    );
  });
});

describe('tables', () => {
  const rows = [
    ['Accounts module', 3, 200, 10, 'Medium', 15],
    ['Accounts middleware', 1, 50, 5, 'Low', 10],
    ['Token implementation', 2, 150, 8, 'Medium', 15],
    ['People API', 2, 180, 12, 'Medium', 18],
    ['Handbook', 1, 100, 0, 'Low', 12],
  ] as const;
  const table = [
    '| Task | Files | LOC Est | Tests | Complexity | Est Time |',
    '|------|-------|---------|-------|------------|----------|',
    ...rows.map((row) => `| ${row.slice(0, 5).join(' | ')} | ${row[5]}min |`),
  ].join('\n');

  test('a table of estimates as the issue says all of its sizes, and is balanced', () => {
    const made = plan(`# Accounts\n\n## Sub-Tasks\n\n${table}\n`);
    expect(
      made.tasks.map(({ title, size, complexity, estimateMinutes }) => [
        title,
        ...[size.files, size.loc, size.tests, complexity, estimateMinutes],
      ]),
    ).toEqual(
      rows.map((row) => row.map((cell, at) => (at === 4 ? String(cell).toLowerCase() : cell))),
    );
    expect(made.forecast).toMatchObject({ parallelMinutes: 18, sequentialMinutes: 70 });
    expect(kinds(made)).not.toContain('unbalanced');
    expect(made.verdict).toBe('proceed');
  });

  test('lists for people are no tasks', () => {
    for (const heading of ['Orchestration Checklist', 'PR Review Checklist (Orchestrated Tasks)'])
      expect(parseIssue(`## ${heading}\n\n- [ ] Tests passing\n- [ ] Ready to merge\n`).ok).toBe(
        false,
      );
    expect(parseIssue('## Acceptance Criteria\n\n- [ ] Unit tests passing\n').ok).toBe(false);
  });
});

describe('pitfalls', () => {
  const files = ['src/app.ts', 'src/urls.ts', 'package.json', 'config/app.json'];

  test('a function that one task makes and another one imports is a dependency', () => {
    const made = plan(
      issue('Nicer addresses', [
        '**Add `slugify`**: Create the function `slugify` in `src/slug.ts`. Include unit tests.',
        '**Use titles in addresses**: Change `src/urls.ts`; import `slugify` for it. Include tests.',
        '**Start faster**: Change `src/app.ts`. Include tests.',
      ]),
      files,
    );
    expect(made.tasks.map(({ dependsOn }) => dependsOn)).toEqual([[], [1], []]);
    expect(made.tasks.map(({ stackOn }) => stackOn)).toEqual([null, 1, null]);
  });

  test('one task tests what another one adds', () => {
    const made = plan(
      issue('Checkout', ['Add the coupon service', 'Integration tests for the coupon service']),
    );
    expect(made.tasks.map(({ dependsOn }) => dependsOn)).toEqual([[], [1]]);
  });

  test('versions and settings that several tasks change are conflicts', () => {
    const made = plan(
      issue('Housekeeping', [
        'Bump lodash in package.json',
        'Add the zod dependency to package.json',
        'Raise the limit in `config/app.json`',
        'Add the region to `config/app.json`',
        'Rename `src/app.ts`',
      ]),
      files,
    );
    const conflicts = made.findings.filter(({ kind }) => kind === 'file-conflict');
    expect(conflicts.map(({ tasks }) => tasks)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(made.tasks.map(({ stackOn }) => stackOn)).toEqual([null, 1, null, 3, null]);
  });

  test('lines that only say how long each task is are unbalanced', () => {
    const made = plan(
      'Task 1: 5 minutes\nTask 2: 8 minutes\nTask 3: 60 minutes (BLOCKER!)\nTask 4: 7 minutes\n',
    );
    const finding = made.findings.find(({ kind }) => kind === 'unbalanced');
    expect(finding).toMatchObject({ severity: 'critical', tasks: [3] });
    expect(finding?.advice).toContain('Split it into about 9 parts');
  });
});
