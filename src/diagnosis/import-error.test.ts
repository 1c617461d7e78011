import { expect, test } from 'vitest';
import { sampleCheck, sampleEvents } from '../../test/rig/sample-run.ts';
import type { JournalEvent } from '../model/event/event.ts';
import type { Failure } from '../model/failure/failure.ts';
import { foldRun } from '../model/state/fold-run.ts';
import type { RunState } from '../model/state/run-state.ts';
import { importError } from './import-error.ts';

/** A run of three tasks, each of which creates the one path that is given for it. */
function runOf(excerpt: string, creates: readonly string[], added: readonly string[] = []) {
  const check = sampleCheck({ state: 'failed', exitCode: 1, excerpt });
  const failure: Failure = { reason: 'check-failed', message: 'npm test failed', check };
  const tasks = [
    { outcome: 'failed' as const, failure },
    { outcome: 'completed' as const, files: added },
    { outcome: 'running' as const },
  ];
  const events = sampleEvents({ tasks }).map((event): JournalEvent => {
    if (event.type === 'work-committed')
      return {
        ...event,
        files: event.files.map((file) => ({ ...file, change: 'added' as const })),
      };
    if (event.type !== 'planned') return event;
    const planned = event.plan.tasks.map((task, index) => ({
      ...task,
      footprint: [
        {
          path: creates[index] ?? 'README.md',
          probability: 1,
          reason: 'named',
          isNew: creates[index] !== undefined,
          isDeclared: true,
        },
      ],
    }));
    return { ...event, plan: { ...event.plan, tasks: planned } };
  });
  const state = foldRun(events) as RunState;
  const task = state.tasks[0];
  if (task === undefined) throw new Error('no task');
  return importError(state, task, failure);
}

const missing =
  "Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/ws/1/src/models/cart.js' imported from /ws/1/src/api/cart.js";

test('it says which task creates the module, and what to do', () => {
  expect(runOf(missing, ['src/api/cart.js', 'src/models/cart.js'])).toBe(
    'Import error: module not found (src/models/cart.js): task 2 will create src/models/cart.js: run it first, or merge it',
  );
});

test.each([
  [
    "src/api/cart.ts(1,20): error TS2307: Cannot find module '../models/cart.js' or its corresponding type declarations.",
    'src/models/cart.ts',
  ],
  [
    "Error: Cannot find module '../models/cart'\nRequire stack:\n- /ws/1/src/api/cart.js",
    'src/models/cart/index.js',
  ],
  ["Error: Cannot find module '@/models/cart' imported from src/api.ts", 'src/models/cart.ts'],
  ["Error: Cannot find module './cart' from 'src/models/price.test.js'", 'src/models/'],
  ["ModuleNotFoundError: No module named 'shop.cart'", 'src/shop/cart.py'],
  ["ModuleNotFoundError: No module named 'cart'", 'cart/__init__.py'],
  [
    'main.go:3:2: package example.com/shop/internal/cart is not in std (/go)',
    'internal/cart/cart.go',
  ],
  ['error[E0432]: unresolved import `crate::models::Cart`', 'src/models.rs'],
  ['error[E0583]: file not found for module `cart`', 'src/cart/mod.rs'],
  [
    'Api.java:1: error: package com.shop.cart does not exist',
    'src/main/java/com/shop/cart/Cart.java',
  ],
  ['cannot load such file -- shop/cart (LoadError)', 'lib/shop/cart.rb'],
  ['main.c:1:10: fatal error: cart.h: No such file or directory', 'include/cart.h'],
])('%s', (line, path) => {
  expect(runOf(line, ['src/api.js', 'other.js', path])).toContain(`task 3 will create ${path}`);
});

test('a branch that holds the module should be merged', () => {
  expect(runOf(missing, [], ['src/models/cart.js'])).toContain(
    'task 2 has created src/models/cart.js on its branch: merge it',
  );
});

test("a task's own module is not laid at another's door", () => {
  expect(runOf(missing, ['src/models/cart.js', 'src/models/other.js'])).toContain(
    'this task itself was to create',
  );
});

test('a module that no task creates is reported as such', () => {
  expect(runOf(missing, ['src/api/cart.js', 'src/models/shopping-cart.js'])).toContain(
    'no task of this issue',
  );
});

test('a package must be installed, even if a file has its name', () => {
  const told = runOf("Error: Cannot find package 'lodash' imported from /ws/1/a.js", [
    'a.js',
    'src/lodash.js',
  ]);
  expect(told).toMatch(/^Import error: module not found \(lodash\): the package is not installed/u);
  expect(told).toContain('--setup');
});

test('any other failure is none', () => {
  expect(runOf('✖ adds', [])).toBeNull();
});
