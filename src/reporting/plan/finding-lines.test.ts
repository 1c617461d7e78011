import { expect, test } from 'vitest';
import { sampleFinding } from '../../../test/rig/sample-run.ts';
import type { Finding } from '../../model/plan/plan.ts';
import { findingLines } from './finding-lines.ts';

function dependency(task: number): Finding {
  return sampleFinding({
    kind: 'dependency',
    tasks: [task - 1, task],
    message: `Task ${task} depends on task ${task - 1}`,
    evidence: `line ${task}`,
    advice: 'Stack them.',
  });
}

test('the gravest come first, and what is merely worth knowing has no evidence', () => {
  const info = sampleFinding({ severity: 'info', kind: 'no-tests', message: 'No tests' });
  const grave = sampleFinding({ severity: 'critical', kind: 'unbalanced', message: 'Too long' });
  expect(findingLines([info, sampleFinding(), grave], null)).toEqual([
    '❌ Too long (src/cart.js)',
    '   → Let one of them own the file.',
    '⚠️ Tasks 1 and 2 both change src/cart.js (src/cart.js)',
    '   → Let one of them own the file.',
    'ℹ️ No tests',
    '   → Let one of them own the file.',
  ]);
});

test('evidence that is long stands below, each part on a line of its own', () => {
  const evidence =
    '53% likely to share a file, the limit is 50%; lines 7 and 9 of the issue; src/cart.js is foreseen for both';
  expect(findingLines([sampleFinding({ evidence })], 50)).toEqual([
    '⚠️ Tasks 1 and 2 both change src/cart.js',
    '   · 53% likely to share a file, the limit is 50%',
    '   · lines 7 and 9 of the issue',
    '   · src/cart.js is foreseen for both',
    '   → Let one of them own the file.',
  ]);
  expect(findingLines([sampleFinding({ evidence, severity: 'info' })], 50)).toHaveLength(2);
});

test('advice that several share is given once, after them', () => {
  expect(findingLines([dependency(2), dependency(3)], null)).toEqual([
    '⚠️ Task 2 depends on task 1 (line 2)',
    '⚠️ Task 3 depends on task 2 (line 3)',
    '   → Stack them.',
  ]);
});

test('a long list of one kind ends early and says so', () => {
  const many = Array.from({ length: 40 }, (_, index) => dependency(index + 2));
  const lines = findingLines(many, null);
  expect(lines).toHaveLength(8);
  expect(lines.at(-1)).toBe('   … and 34 more of the kind dependency; --json has them');
});

test('on a terminal no line is wider than it', () => {
  const lines = findingLines([sampleFinding({ message: 'word '.repeat(40) })], 40);
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
});
