import { expect, test } from 'vitest';
import type { PlannedTask } from '../../model/plan/plan.ts';
import { isTestable, reachOf } from './test-reach.ts';

function task(title: string, ...paths: readonly string[]): PlannedTask {
  const footprint = paths.map((path) => ({
    ...{ path, probability: 0.95, reason: '', isNew: true, isDeclared: true },
  }));
  return { title, footprint } as unknown as PlannedTask;
}

test.each([
  ['test', 'node --test', 'src/cart.js', true],
  ['test', 'node --test', 'utils/string.py', false],
  ['test', 'python3 -m pytest', 'utils/string.py', true],
  ['test', 'go test ./...', 'main.go', true],
  ['test', './run-tests.sh', 'src/lib.rs', true],
  ['lint', 'eslint .', 'src/cart.js', false],
  ['build', 'tsc', 'src/cart.ts', false],
])('%s (%s) tests %s: %s', (name, command, path, isTested) => {
  const reach = reachOf({ name, command });
  expect(isTestable(task('Add it', path), reach === null ? [] : [reach])).toBe(isTested);
});

test('documents need no test, and where no source is named any test will do', () => {
  expect(isTestable(task('Document the API', 'docs/api.md'), [])).toBe(true);
  expect(isTestable(task('Add a cart'), [])).toBe(false);
  expect(isTestable(task('Add a cart'), [['js']])).toBe(true);
});
