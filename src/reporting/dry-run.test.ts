import { expect, test } from 'vitest';
import { plannedTask, sampleFinding } from '../../test/rig/sample-run.ts';
import type { Plan } from '../model/plan.ts';
import { renderDryRun } from './dry-run.ts';

function plan(change: Partial<Plan> = {}): Plan {
  return {
    phases: [{ number: 1, title: '', mode: 'parallel' }],
    tasks: [1, 2, 3, 4, 5].map((ordinal) => plannedTask({}, ordinal)),
    skipped: [],
    acceptance: [],
    context: '',
    findings: [],
    order: [1, 2, 3, 4, 5],
    ...change,
  };
}

function dryRun(change: Partial<Plan> = {}, maxWorkers = 5): string {
  const ref = { forge: 'github', owner: 'o', repo: 'r', number: 1234 } as const;
  return renderDryRun({ issue: { ref, title: 'Shop' }, plan: plan(change), maxWorkers });
}

test('a sound plan reads as the user guide shows it', () => {
  expect(dryRun()).toBe(`🔍 DRY RUN MODE
🚀 Parsed 5 sub-tasks from issue #1234
   Shop

Sub-tasks identified:
1. Build part 1 (complexity: medium, files: 1)
2. Build part 2 (complexity: medium, files: 1)
3. Build part 3 (complexity: medium, files: 1)
4. Build part 4 (complexity: medium, files: 1)
5. Build part 5 (complexity: medium, files: 1)

Independence validation:
✅ No file conflicts detected
✅ No sequential dependencies
✅ Balanced complexity (avg 15min per task)

Estimated duration: 15 minutes parallel vs 75 minutes sequential
Recommendation: ✅ Proceed with orchestration
`);
});

test('findings replace the reassurance and change the recommendation', () => {
  const text = dryRun({ findings: [sampleFinding()] });
  expect(text).not.toContain('No file conflicts detected');
  expect(text).toContain('⚠️ Tasks 1 and 2 both change src/cart.js');
  expect(text).toContain('→ Let one of them own the file.');
  expect(text).toContain('Recommendation: ⚠️');
  expect(dryRun({ findings: [sampleFinding({ severity: 'critical' })] })).toContain(
    'Recommendation: ❌',
  );
});

test('files that nobody knows are not called free of conflicts without saying so', () => {
  const tasks = [{ ...plannedTask({}, 1), footprint: [] }, plannedTask({}, 2)];
  expect(dryRun({ tasks })).toContain('(the files of 1 task are not known)');
});

test('checked items and dependencies are shown', () => {
  const tasks = [plannedTask({}, 2), { ...plannedTask({}, 3), dependsOn: [2] }];
  const text = dryRun({ tasks, skipped: [{ ordinal: 1, title: 'Done', reason: 'checked' }] });
  expect(text).toContain('files: 1, after: 2)');
  expect(text).toContain('Skipped, as already done: 1');
  expect(text).not.toContain('No sequential dependencies');
});

test('a hostile title stays one line', () => {
  const tasks = [plannedTask({ title: 'a\n2. fake\u001b[2J' }, 1)];
  expect(dryRun({ tasks })).toContain('1. a 2. fake (complexity');
});
