import { describe, expect, test } from 'vitest';
import { withOrders } from '../intake/order/with-orders.ts';
import { parseIssue } from '../intake/parse-issue.ts';
import type { MasterIssue, SubTask } from '../model/issue/issue.ts';
import { findingsThatAsk } from '../model/plan/objections.ts';
import type { Finding, FootprintEntry, Plan } from '../model/plan/plan.ts';
import { planIssue, type Evidence, type PlanOptions } from './plan-issue.ts';
import { judgePairs } from './predict/judge-pairs.ts';
import { openPredictor } from './predict/predict-footprint.ts';
import { textOf } from './task-text.ts';

type TaskWords = Partial<SubTask> & { readonly title: string };

function issueOf(
  words: readonly (TaskWords | string)[],
  change: Partial<MasterIssue> = {},
): MasterIssue {
  const tasks = words.map((task) => (typeof task === 'string' ? { title: task } : task));
  const lines = tasks.map((_, index) => `- [ ] Task ${index + 1}`).join('\n');
  const parsed = parseIssue(`# An issue\n\n${lines}\n`);
  if (!parsed.ok) throw new Error('unread');
  const filled = tasks.map((task, index) => ({
    ...(parsed.value.tasks[index] as SubTask),
    ...task,
  }));
  const { passages: _, ...plain } = parsed.value;
  const ordered = withOrders({ ...plain, tasks: filled, ...change });
  const given = ordered.tasks.map((task, index) => ({ ...task, ...tasks[index] }));
  return { ...ordered, tasks: given };
}

function plan(
  tasks: readonly (TaskWords | string)[],
  options: PlanOptions = {},
  evidence: Partial<Evidence> = {},
): Plan {
  return planIssue(issueOf(tasks), { files: new Set(['src/app.ts']), ...evidence }, options);
}

/** Judges that two tasks meet, by how many files of the first one the evidence has. */
function meetsWhere(isMeeting: (files: number) => boolean): Evidence['judgePairs'] {
  return (judged) => (one) => {
    const overlap = isMeeting(judged[one]?.files.length ?? 0) ? 0.9 : 0.01;
    return { overlap, conflict: overlap / 2 };
  };
}

function found(made: Plan, kind: Finding['kind']): Finding[] {
  return made.findings.filter((finding) => finding.kind === kind);
}

describe('tasks that the user calls independent', () => {
  const words = [
    'Add a to `a.js`',
    'Add b to `b.js`',
    { title: 'Add c', description: 'After all of the above.' },
  ];

  test('wait for none, whatever the words say', () => {
    const [, , read] = plan(words).tasks;
    const [, , freed] = plan(words, { independent: [3] }).tasks;
    expect([read?.dependsOn, freed?.dependsOn]).toEqual([[1, 2], []]);
  });

  test('are named next to the words that were read', () => {
    const [finding] = found(plan(words), 'dependency');
    expect(finding).toMatchObject({
      tasks: [1, 2, 3],
      evidence: expect.stringMatching(/^“After all of the above\.” \(line \d+ of the issue\)/u),
    });
    expect(finding?.advice).toContain('--independent 3');
  });
});

test('a task that gathers three unrelated ones stands behind a barrier, and those stay side by side', () => {
  const made = plan([
    'Add a to `a.js`',
    'Add b to `b.js`',
    'Add c to `c.js`',
    'Update NEWS.md for all of the above',
  ]);
  expect(made.schedule).toEqual([[1, 2, 3], [4]]);
  expect(made.tasks.map(({ phase, stackOn }) => [phase, stackOn])).toEqual([
    [1, null],
    [1, null],
    [1, null],
    [2, null],
  ]);
  expect(found(made, 'dependency')).toMatchObject([{ tasks: [1, 2, 3, 4], severity: 'info' }]);
});

test('a contradicting order is a circle that shows both its lines', () => {
  const made = plan([
    { title: 'Add a', description: 'Must come before task 2.' },
    { title: 'Add b', description: 'Must come before task 1.' },
  ]);
  const [circle] = found(made, 'cycle');
  expect(circle?.evidence).toContain('“Must come before task 2.” (line 3)');
  expect(circle?.evidence).toContain('“Must come before task 1.” (line 4)');
});

describe('dependencies', () => {
  test.each<[string, readonly (TaskWords | string)[], readonly (readonly number[])[]]>([
    ['an order that the author gives', ['Add this', { title: 'Add that', after: [1] }], [[], [1]]],
    [
      'the number of the issue that another item refers to',
      [
        { title: '#20', reference: { owner: null, repo: null, number: 20 } },
        { title: 'Add that', afterIssues: [20] },
      ],
      [[], [1]],
    ],
    [
      'a file that one creates and another uses',
      ['Create `src/money.ts`', 'Show prices with help from `src/money.ts`'],
      [[], [1]],
    ],
    [
      'a file that one creates and another changes',
      ['Extend `src/money.ts` with currencies', 'Create `src/money.ts`'],
      [[2], []],
    ],
    [
      'a name in code that one creates and another imports',
      ['Create a function `slugify` for titles', 'Import `slugify` in the router'],
      [[], [1]],
    ],
    [
      'tests of what another one makes',
      ['Add the login endpoint', 'Write tests for the login endpoint'],
      [[], [1]],
    ],
    [
      'words that another one makes it',
      ['Add a price table', 'Add a cart, built on the price table'],
      [[], [1]],
    ],
  ])('are seen in %s', (_how, tasks, dependsOn) => {
    const made = plan(tasks);
    expect(made.tasks.map((task) => task.dependsOn)).toEqual(dependsOn);
    expect(found(made, 'dependency')).toHaveLength(1);
    expect(made.schedule).toHaveLength(2);
  });

  test.each<[string, readonly string[]]>([
    ['a denial', ['Add the user model', 'Add logging, which does not need the user model']],
    ['a common word', ['Add cart model', 'Add cart page', 'Add cart storage']],
    ['a moment of the product’s life', ['Create login endpoint', 'Fix the redirect after login']],
    ['a file that is there already', ['Mend `src/app.ts`', 'Read the version from `src/app.ts`']],
  ])('are not seen in %s', (_how, tasks) => {
    expect(plan(tasks).tasks.flatMap((task) => task.dependsOn)).toEqual([]);
  });

  test('a circle is named, asks, and does not keep the plan from being one', () => {
    const made = plan([
      { title: 'Add this', after: [2] },
      { title: 'Add that', after: [1] },
    ]);
    expect(found(made, 'cycle')[0]?.message).toContain('1 → 2 → 1');
    expect(findingsThatAsk(made)).toHaveLength(1);
    expect(made.order).toHaveLength(2);
    expect(made.tasks.map(({ stackOn }) => stackOn)).toEqual([null, 1]);
  });

  test('an order against the phases is reported, and the phases decide', () => {
    const phases = [1, 2].map((number) => ({ number, title: '', mode: 'parallel' as const }));
    const tasks = [
      { title: 'Add this', after: [2] },
      { title: 'Add that', phase: 2 },
    ];
    const made = planIssue(issueOf(tasks, { phases }), { files: new Set() });
    expect(found(made, 'cycle')[0]?.tasks).toEqual([1, 2]);
    expect(made.schedule).toEqual([[1], [2]]);
  });

  test('an issue outside must be merged before', () => {
    const made = plan([{ title: 'Add that', afterIssues: [77] }]);
    expect(found(made, 'dependency')[0]).toMatchObject({ severity: 'info', tasks: [1] });
  });
});

describe('collisions', () => {
  test('the repository’s evidence judges pairs, whether or not their authors name places', () => {
    const guess = { path: 'src/app.ts', probability: 0.3, reason: 'r', isNew: false };
    const evidence = {
      predict: () => [{ ...guess, isDeclared: false }],
      judgePairs: () => () => ({ overlap: 0.6, conflict: 0.3 }),
    };
    const guessed = plan(['Mend login', 'Mend logout'], {}, evidence);
    expect(found(guessed, 'file-conflict')[0]?.evidence).toContain('60% likely');
    const named = plan(['Mend login in `src/in.ts`', 'Mend logout in `src/out.ts`'], {}, evidence);
    expect(found(named, 'file-conflict')[0]?.evidence).toContain('60% likely');
  });

  test('tasks that probably meet are weighed, though no file of both is known', () => {
    const evidence = {
      predict: () => [],
      judgePairs: () => () => ({ overlap: 0.6, conflict: 0.3 }),
    };
    const made = plan(
      ['Fix `src/app.ts` (5 minutes)', 'Fix `src/other.ts` (5 minutes)'],
      {},
      evidence,
    );
    expect(found(made, 'file-conflict')[0]).toMatchObject({
      message: 'Tasks 1 and 2 may both change a file that neither names',
      evidence: '60% likely to share a file, the limit is 50%; lines 3 and 4 of the issue',
    });
    expect(made.schedule).toEqual([[1], [2]]);
  });

  test('what two tasks only look at is no reason for a collision, however surely the evidence knows its name', () => {
    const named: FootprintEntry = {
      ...{ path: 'src/app.ts', probability: 0.9, reason: 'its name is in the text' },
      ...{ isNew: false, isDeclared: false },
    };
    const evidence = { predict: () => [named], judgePairs: meetsWhere((files) => files > 0) };
    const looking = plan(
      ['Create `a.ts`, with a check like in `src/app.ts`', 'Create `b.ts` (see `src/app.ts`)'],
      {},
      evidence,
    );
    expect(found(looking, 'file-conflict')).toEqual([]);
    const changing = plan(['Change `src/app.ts`', 'Change `src/app.ts` more'], {}, evidence);
    expect(found(changing, 'file-conflict')).toHaveLength(1);
  });

  test('two tasks that name a file run one after another, with the figure and what to do', () => {
    const made = plan([
      'Change `src/app.ts` here',
      'Change `src/app.ts` there',
      'Create `src/new.ts`',
    ]);
    const [finding] = found(made, 'file-conflict');
    expect(finding).toMatchObject({ tasks: [1, 2], severity: 'warning' });
    expect(finding?.message).toContain('src/app.ts');
    expect(finding?.evidence).toMatch(
      /^\d+% of their files in common, the limit is 10%; lines 3 and 4/u,
    );
    expect(made.schedule).toEqual([[1, 3], [2]]);
    expect(made.tasks[1]?.stackOn).toBe(1);
    expect(made.refusals).toEqual([]);
    expect(findingsThatAsk(made)).toEqual([]);
  });

  test('the figure that is too high comes first, with its limit; advice holds for a plan that is refused, too', () => {
    const foreseen = (ordinal: number): FootprintEntry[] =>
      ['src/app.ts', `src/${ordinal}.ts`, `lib/${ordinal}.ts`].map((path) => ({
        path,
        probability: path === 'src/app.ts' ? 0.33 : 1,
        reason: `changed in ${ordinal}`,
        isNew: false,
        isDeclared: false,
      }));
    const evidence = { predict: ({ ordinal }: SubTask) => foreseen(ordinal) };
    const judged = (risk: number) =>
      plan(
        ['Mend this', 'Mend that'],
        {},
        { ...evidence, judgePairs: () => () => ({ overlap: risk, conflict: risk / 2 }) },
      );
    const [finding] = found(judged(0.6), 'file-conflict');
    expect(finding).toMatchObject({
      message: 'Tasks 1 and 2 may both change src/app.ts',
      evidence:
        '60% likely to share a file, the limit is 50%; 2% of their files in common; lines 3 and 4 of the issue; src/app.ts is foreseen for task 1 (changed in 1) and for task 2 (changed in 2)',
      advice:
        'A run takes them side by side, and merges or resolves what they change. Waiting costs 9 minutes, a conflict 6 (30% likely, 20 minutes to fix). To have one wait for the other, write so: “after task 1”.',
    });
    expect(found(judged(0.4), 'file-conflict')).toEqual([]);
  });

  test('without stacks all start together, and a person is asked', () => {
    const made = plan(['Change `src/app.ts` here', 'Change `src/app.ts` there'], {
      stack: 'never',
    });
    expect(made.schedule).toEqual([[1, 2]]);
    expect(made.tasks.map(({ stackOn }) => stackOn)).toEqual([null, null]);
    expect(findingsThatAsk(made).map(({ kind }) => kind)).toEqual(['file-conflict']);
  });

  test('without stacks a dependency is refused', () => {
    const made = plan(['Add this', { title: 'Add that', after: [1] }], { stack: 'never' });
    expect(found(made, 'dependency')[0]?.severity).toBe('critical');
    expect(made.refusals).toHaveLength(1);
  });

  test('a directory that one creates and a file of its own in it do not collide', () => {
    expect(found(plan(['Create `auth/`', 'Create `auth/jwt.py`']), 'file-conflict')).toEqual([]);
  });

  test('what the repository’s evidence predicts counts by its probability', () => {
    const predicted = (probability: number): FootprintEntry[] => [
      {
        path: 'src/app.ts',
        probability,
        reason: 'changed with it',
        isNew: false,
        isDeclared: false,
      },
    ];
    const pair = ['Make it faster', 'Make it smaller'];
    const sure = plan(pair, {}, { predict: () => predicted(0.8) });
    expect(found(sure, 'file-conflict')[0]?.evidence).toContain(
      'src/app.ts is foreseen for tasks 1 and 2 (changed with it)',
    );
    expect(found(plan(pair, {}, { predict: () => predicted(0.3) }), 'file-conflict')).toEqual([]);
  });

  test('many tasks that collide over one file are one finding', () => {
    const made = plan(Array.from({ length: 8 }, (_, index) => `Change ${index} in \`src/app.ts\``));
    expect(found(made, 'file-conflict')).toHaveLength(1);
    expect(made.verdict).toBe('sequential');
    expect(made.refusals).not.toEqual([]);
  });
});

describe('whether it may start', () => {
  const chain = (count: number): TaskWords[] =>
    Array.from({ length: count }, (_, index) => ({
      title: `Add part ${index + 1}`,
      after: index === 0 ? [] : [index],
    }));

  test('a small issue that its author ordered is a stack, which cannot run side by side', () => {
    const made = plan(chain(3));
    expect(made.verdict).toBe('sequential');
    expect(made.refusals).toContain('Task 2 depends on task 1: it says that it comes after task 1');
    expect(made.schedule).toEqual([[1], [2], [3]]);
  });

  test('five tasks in one line are refused', () => {
    expect(plan(chain(5)).refusals.filter((reason) => reason.startsWith('Task'))).toHaveLength(4);
  });

  test('with one worker the same are taken one after another, as the verdict would ask', () => {
    const made = plan(chain(5), { maxWorkers: 1 });
    expect(made).toMatchObject({ verdict: 'consider', refusals: [] });
    expect(made.findings.map(({ advice }) => advice).join()).not.toContain('side by side');
    const modules = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `Create \`src/${name}.ts\``);
    expect(plan(modules).verdict).toBe('proceed');
    expect(plan(modules, { maxWorkers: 1 }).verdict).toBe('consider');
  });

  test.each([1, 2, 3, 4])('%i tasks of a word each: only a single one starts', (count) => {
    const made = plan(['One', 'Two', 'Three', 'Four'].slice(0, count));
    expect(made.verdict).toBe(count === 1 ? 'consider' : 'sequential');
    expect(made.refusals.join('\n').includes('too vague')).toBe(count > 1);
    expect(findingsThatAsk(made)).toEqual([]);
    expect(found(made, 'too-few')).toHaveLength(1);
  });

  test('phases of a task each are one line, and are refused for it', () => {
    const titles = ['One', 'Two', 'Three', 'Four', 'Five', 'Six'];
    const tasks = titles.map((title, index) => ({ title: `Add ${title}`, phase: index + 1 }));
    const phases = titles.map((title, index) => ({
      number: index + 1,
      title,
      mode: 'parallel' as const,
    }));
    const made = planIssue(issueOf(tasks, { phases }), { files: new Set() });
    expect(made.verdict).toBe('sequential');
    expect(made.refusals.join()).toContain('one after another');
  });

  test('an issue with nothing left to do is planned', () => {
    const made = planIssue({ ...issueOf(['Done']), tasks: [] }, { files: new Set() });
    expect(made).toMatchObject({ tasks: [], schedule: [], order: [], refusals: [] });
    expect(made.forecast).toMatchObject({ parallelMinutes: 0, speedup: 1 });
  });
});

describe('the schedule', () => {
  test('batches by size go on from phase to phase, in the order of the issue', () => {
    const made = plan(['Add a', 'Add b', 'Add c'], { batches: { kind: 'size', size: 2 } });
    expect(made.tasks.map(({ batch }) => batch)).toEqual([1, 1, 2]);
    expect(made.schedule).toEqual([[1, 2], [3]]);
  });

  test('batches by hand hold, what they leave out comes last, and nothing comes before what it needs', () => {
    const groups = [[2, 3], [1]];
    const made = plan(['Add a', { title: 'Add b', after: [1] }, 'Add c', 'Add d'], {
      batches: { kind: 'groups', groups },
    });
    expect(made.tasks.map(({ batch }) => batch)).toEqual([2, 2, 1, 3]);
    expect(made.order.indexOf(1)).toBeLessThan(made.order.indexOf(2));
  });

  test('the longest goes first, and the forecast is shown with the lower bound', () => {
    const made = plan(['A (10min)', 'B (20min)', 'C (10min)'], { maxWorkers: 2 });
    expect(made.order).toEqual([2, 1, 3]);
    expect(made.forecast).toMatchObject({
      parallelMinutes: 20,
      sequentialMinutes: 40,
      speedup: 2,
      lowerBoundMinutes: 20,
      costUsd: null,
    });
  });

  test('only the chosen tasks are planned', () => {
    const made = plan(['Add a', 'Add b', 'Add c'], { only: [1, 3] });
    expect(made.order.toSorted((one, other) => one - other)).toEqual([1, 3]);
  });

  test('500 tasks that all collide are planned, one after another', () => {
    const made = plan(
      Array.from({ length: 500 }, (_, index) => `Change ${index} in \`src/app.ts\``),
    );
    expect(made.schedule).toHaveLength(500);
  });
});

test('past runs correct minutes and tell the cost', () => {
  const outcomes = { ended: 12, failed: 6 };
  const past = {
    ...{ tasks: 12, minutesFactor: 2, minutesSpread: 0.2, costPerMinuteUsd: 0.05, outcomes },
  };
  const before = plan(['Add a', 'Add b']);
  const after = plan(['Add a', 'Add b'], {}, { past });
  // Minutes are rounded after they were corrected.
  const twice = 2 * (before.tasks[0]?.estimateMinutes ?? 0);
  expect(Math.abs((after.tasks[0]?.estimateMinutes ?? 0) - twice)).toBeLessThanOrEqual(1);
  const { sequentialMinutes } = after.forecast;
  expect(after.forecast).toMatchObject({ costUsd: sequentialMinutes * 0.05, minutesFactor: 2 });
  const widthOf = ({ tasks: [task] }: typeof after): number =>
    (task?.range[1] ?? 0) / (task?.range[0] ?? 1);
  expect(widthOf(after)).toBeLessThan(widthOf(before));
});

test('minutes that are guesses do not make an issue balanced, and never refuse it', () => {
  const balance = (made: ReturnType<typeof plan>) => made.checklist.items[5];
  const unknown = plan(['Parcels', 'Carriers', 'Labels', 'Returns', 'Invoices']);
  expect(balance(unknown)).toMatchObject({ passed: false, why: expect.stringContaining('guess') });
  expect(balance(plan(['A (9min)', 'B (10min)', 'C (11min)']))?.passed).toBe(true);
  const uneven = plan([
    ...['Fix a typo in the label', 'Fix a typo in the menu', 'Fix a typo in the help'],
    ...['Fix a typo in the footer', 'Implement the entire reporting system'],
  ]);
  expect(balance(uneven)?.passed).toBe(false);
  expect(uneven.findings.filter(({ kind }) => kind === 'unbalanced')).toMatchObject([
    { severity: 'warning', tasks: [5] },
  ]);
});

test('the budget for failures is the guide’s until runs have taught better', () => {
  const stated = ['A (10min)', 'B (10min)', 'C (10min)', 'D (10min)', 'E (10min)'];
  const guide = plan(stated).forecast.failures;
  // 30 minutes for each failure, and the task's own ten again.
  expect(guide).toEqual({ share: [0.1, 0.2], minutes: [20, 40], basis: 'guide' });
  const nothing = { minutesFactor: 1, minutesSpread: 0, costPerMinuteUsd: null };
  const outcomes = { ended: 90, failed: 45 };
  const learned = plan(stated, {}, { past: { tasks: 45, ...nothing, outcomes } });
  expect(learned.forecast.failures).toEqual({
    share: [0.46, 0.47],
    minutes: [92, 94],
    basis: 'runs',
  });
});

test('tasks of a megabyte are planned from evidence within seconds', () => {
  const files = Array.from({ length: 2_000 }, (_, at) => `src/area${at % 40}/part${at}.ts`);
  const predict = openPredictor({
    commit: 'c',
    files: files.map((path, at) => ({ path, defines: [`part${at}`], imports: [], words: '\n\n' })),
    changes: [],
    notes: [],
  });
  const evidence: Partial<Evidence> = {
    files: new Set(files),
    predict: (task) => predict(textOf(task)).map((entry) => ({ ...entry, isDeclared: false })),
    said: (task) => predict.said(textOf(task)),
    judgePairs,
  };
  const named = files.slice(0, 400).map((path, at) => `Mend \`part${at}\` in ${path} first.`);
  const text = `${named.join('\n')}\n${'and so on '.repeat(8_500)}`;
  const long = Array.from({ length: 10 }, () => ({ title: 'Mend', description: text }));
  const startedAt = performance.now();
  const made = plan(long, {}, evidence);
  expect(performance.now() - startedAt).toBeLessThan(60_000);
  expect(made.tasks).toHaveLength(10);
  expect(made.tasks[0]?.footprint.length).toBeGreaterThan(0);
}, 120_000);

/** What an issue can be made of so that tasks meet in as many pairs as they can. */
const dense: Readonly<Record<string, (at: number) => string>> = {
  'name the same twenty files': (at) => `Do ${at}: ${range(20, (n) => `a${n}.ts`)}`,
  'name the same two hundred files': (at) => `Do ${at}: ${range(200, (n) => `a${n}.ts`)}`,
  'name folders in folders': (at) => `Do ${at}: ${range(20, (n) => 'a/'.repeat(n + 1))}`,
  'name a path of ten thousand folders': (at) => `Do ${at}: ${at < 3 ? 'a/'.repeat(10_000) : 'x'}`,
  'wait for many others': (at) =>
    `Do ${at} after task ${range(40, (n) => `${((at * 7 + n * 13) % 499) + 1},`)}`,
  'wait in a circle': (at) => `Do ${at} after task ${((at + 1) % 499) + 1}`,
  'depend on one another': (at) =>
    `Create the thing${at} model, needs thing${(at + 9) % 499} model`,
  'open brackets': (at) => `Do ${at} ${at === 0 ? '('.repeat(65_000) : ''}`,
  'estimate nothing': (at) => `Do ${at} est${at === 0 ? ' '.repeat(20_000) : ''}`,
};

function range(count: number, item: (at: number) => string): string {
  return Array.from({ length: count }, (_, at) => item(at)).join(' ');
}

test.each(Object.entries(dense))(
  '500 tasks that %s are planned within seconds',
  (_what, title) => {
    const startedAt = process.cpuUsage();
    expect(plan(Array.from({ length: 499 }, (_, at) => title(at))).tasks).toHaveLength(499);
    const { user } = process.cpuUsage(startedAt);
    expect(user / 1_000_000).toBeLessThan(15);
  },
  120_000,
);
