import { expect, test } from 'vitest';
import type { TaskDependencies } from '../../model/plan/task-dependencies.ts';
import { renderTaskDependencies } from './render-task-dependencies.ts';

const bare: TaskDependencies = {
  ordinal: 1,
  title: 'Fix it',
  files: [],
  tasks: [],
  modules: [],
  hubs: [],
  collisions: [],
};

test('each thing that a task depends on has its line', () => {
  const shown = renderTaskDependencies(
    [
      {
        ...bare,
        files: [
          { path: 'src/a.ts', probability: 0.95, reason: '', isNew: false },
          { path: 'src/b.ts', probability: 0.9, reason: '', isNew: true },
        ],
        tasks: [{ ordinal: 2, why: 'uses the table, which task 2 creates' }],
        modules: [{ path: 'src/db.ts', usedBy: 3, changedBy: [4, 5] }],
        hubs: [{ path: 'package.json', why: 'a manifest' }],
        collisions: [{ ordinal: 3, risk: 0.72, conflict: 0.3, paths: ['src/a.ts'] }],
      },
    ],
    ['A note.'],
  );
  expect(shown).toBe(`1. Fix it
  touches  src/a.ts 95 %
           src/b.ts (new)
  needs    task 2: this one uses the table, which task 2 creates
  uses     src/db.ts  imported by 3 of its files, and tasks 4, 5 will probably change it
  hubs     package.json: a manifest
  collides with task 3 72 % over src/a.ts

A note.
`);
});

test('a task that nothing is known about says what to write', () => {
  expect(renderTaskDependencies([bare], [])).toContain('say where the work is');
});

test('a long list is cut, and text of the issue cannot move the cursor', () => {
  const file = { path: 'src/a.ts', probability: 0.95, reason: '', isNew: false };
  const files = Array.from({ length: 9 }, () => file);
  const shown = renderTaskDependencies([{ ...bare, title: 'Fix \u001B[2Jit', files }], []);
  expect(shown).toContain('… and 3 more');
  expect(shown).not.toContain('\u001B');
});
