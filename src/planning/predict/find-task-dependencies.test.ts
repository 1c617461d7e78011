import { expect, test } from 'vitest';
import { parseIssue } from '../../intake/parse-issue.ts';
import type { MasterIssue } from '../../model/issue/issue.ts';
import type { RepositoryIndex } from '../../model/plan/repository-index.ts';
import { taskDependencies } from './find-task-dependencies.ts';

const paths = ['src/cart.ts', 'src/tax.ts', 'src/mail.ts', 'package.json'];

const shop: RepositoryIndex = {
  commit: 'c',
  files: paths.map((path) => ({
    path,
    defines: [],
    imports: path === 'src/cart.ts' ? [1] : [],
    words: '\n\n',
  })),
  changes: [],
  notes: [],
};

function issueOf(...tasks: readonly string[]): MasterIssue {
  const parsed = parseIssue(`# A shop\n\n${tasks.map((task) => `- [ ] ${task}`).join('\n')}\n`);
  if (!parsed.ok) throw new Error('unread');
  return parsed.value;
}

test('a module that one task imports and another changes is reported', () => {
  const [cart, tax] = taskDependencies(
    issueOf('Round in `src/cart.ts`', 'New rates in `src/tax.ts`'),
    shop,
  );
  expect(cart?.modules).toEqual([{ path: 'src/tax.ts', usedBy: 1, changedBy: [2] }]);
  expect(tax?.modules).toEqual([]);
});

test('the tasks that must come first are named with a reason, and those that collide with their files', () => {
  const [, second, third] = taskDependencies(
    issueOf(
      'Create `src/money.ts`',
      'Show prices with help from `src/money.ts`, in `src/mail.ts`',
      'Send faster: `src/mail.ts`',
    ),
    shop,
  );
  expect(second?.tasks).toEqual([{ ordinal: 1, why: expect.stringContaining('src/money.ts') }]);
  expect(third?.tasks).toEqual([]);
  expect(third?.collisions).toMatchObject([{ ordinal: 2, paths: ['src/mail.ts'] }]);
});

test('a hub among its files is named', () => {
  const [task] = taskDependencies(issueOf('Raise the version in `package.json`'), shop);
  expect(task?.hubs).toEqual([{ path: 'package.json', why: 'a manifest' }]);
});
