import { expect, test } from 'vitest';
import type { ChangedFile } from '../model/event/task-event.ts';
import type { PlannedTask } from '../model/plan/plan.ts';
import { findTrespasses, undeclaredFiles } from './scope.ts';

function task(
  ordinal: number,
  declared: readonly string[],
  guessed: readonly string[] = [],
): PlannedTask {
  const entry = (isDeclared: boolean) => (path: string) => ({
    path,
    probability: 1,
    reason: '',
    isNew: false,
    isDeclared,
  });
  return {
    ordinal,
    title: `Task ${ordinal}`,
    description: '',
    acceptance: [],
    phase: 1,
    lines: { start: 1, end: 1 },
    dependsOn: [],
    after: [],
    afterIssues: [],
    reference: null,
    stackOn: null,
    batch: 1,
    complexity: 'low',
    size: { files: 1, loc: 1, tests: 0, range: { files: [1, 1], loc: [1, 1] } },
    estimateMinutes: 1,
    range: [1, 1],
    basis: 'guess',
    because: '',
    footprint: [...declared.map(entry(true)), ...guessed.map(entry(false))],
  };
}

function changed(...paths: readonly string[]): ChangedFile[] {
  return paths.map((path) => ({ path, change: 'modified', added: 1, removed: 1 }));
}

const one = task(1, ['src/one.js', 'shared/']);
const two = task(2, ['src/two/', 'shared/two.js'], ['src/guessed.js']);
const three = task(3, []);
const all = [one, two, three];

test('a file that only another task declared is a trespass', () => {
  expect(
    findTrespasses(one, all, changed('src/one.js', 'src/two/deep/file.js', 'other.js')),
  ).toEqual([{ path: 'src/two/deep/file.js', declaredBy: 2 }]);
});

test('a file that both declared is none, whichever way they did', () => {
  expect(findTrespasses(one, all, changed('shared/two.js'))).toEqual([]);
  expect(findTrespasses(two, all, changed('shared/two.js'))).toEqual([]);
  expect(findTrespasses(two, all, changed('shared/other.js'))).toEqual([
    { path: 'shared/other.js', declaredBy: 1 },
  ]);
});

test('to rename a file that only another task declared is a trespass, wherever it goes', () => {
  const renamed: ChangedFile[] = [
    { path: 'mine.js', from: 'src/two/theirs.js', change: 'renamed', added: 0, removed: 0 },
  ];
  expect(findTrespasses(one, all, renamed)).toEqual([{ path: 'src/two/theirs.js', declaredBy: 2 }]);
  expect(undeclaredFiles(one, renamed)).toEqual(['src/two/theirs.js', 'mine.js']);
});

test('the whole stack is free among itself, whichever way it is stacked', () => {
  const [low, middle, high, beside] = [
    task(1, [], ['src/guess.js']),
    { ...task(2, ['src/middle.js']), stackOn: 1 },
    { ...task(3, ['src/high.js']), stackOn: 2 },
    task(4, ['src/beside.js']),
  ] as const;
  const stack = [low, middle, high, beside];
  for (const member of [low, middle, high])
    expect(findTrespasses(member, stack, changed('src/middle.js', 'src/high.js'))).toEqual([]);
  expect(findTrespasses(low, stack, changed('src/beside.js'))).toEqual([
    { path: 'src/beside.js', declaredBy: 4 },
  ]);
  expect(findTrespasses(beside, stack, changed('src/high.js'))).toEqual([
    { path: 'src/high.js', declaredBy: 3 },
  ]);
});

test('what is foreseen for a task is free to it, no matter who else declares it', () => {
  const guessing = task(4, [], ['src/one.js']);
  expect(findTrespasses(guessing, [...all, guessing], changed('src/one.js'))).toEqual([]);
});

test('what planning only guessed is nobody’s', () => {
  expect(findTrespasses(one, all, changed('src/guessed.js'))).toEqual([]);
});

test('a directory’s name is not the beginning of another’s', () => {
  expect(findTrespasses(one, all, changed('src/two.js', 'src/twofold/x.js'))).toEqual([]);
});

test('a task that declares nothing may not touch what others declare, and has no undeclared files', () => {
  expect(findTrespasses(three, all, changed('src/one.js'))).toEqual([
    { path: 'src/one.js', declaredBy: 1 },
  ]);
  expect(undeclaredFiles(three, changed('x.js'))).toEqual([]);
  expect(undeclaredFiles(one, changed('src/one.js', 'x.js'))).toEqual(['x.js']);
});
