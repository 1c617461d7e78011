import { expect, test } from 'vitest';
import { plannedTask, sampleFinding, samplePlan } from '../../../test/rig/sample-run.ts';
import type { Plan, PlannedTask } from '../../model/plan/plan.ts';
import { renderDryRun, type ProjectCommands } from './dry-run.ts';

function dryRun(change: Partial<Plan> = {}): string {
  const ref = { forge: 'github', owner: 'o', repo: 'r', number: 1234 } as const;
  return renderDryRun({ issue: { ref, title: 'Shop' }, plan: samplePlan(change) });
}

const bar = '█'.repeat(40);

test('checks and setup are shown, and that there is no check; the local forge takes no calls', () => {
  const issue = { ref: { forge: 'local', number: 1 } as const, title: 'Shop' };
  const plan = samplePlan({ forecast: { ...samplePlan({}).forecast, sequentialMinutes: 150 } });
  const told = (project: ProjectCommands): string => renderDryRun({ issue, plan, project });
  expect(told({ checks: ['npm test', 'go test ./...'], setup: 'npm ci' })).toContain(
    '\nChecks: npm test · go test ./...\nSetup: npm ci\nNeeds: 2500 MB of memory, 500 MB of disk\n',
  );
  expect(told({ checks: [], setup: null })).toContain('\nChecks: ⚠️ none were found');
  expect(told({ checks: [], setup: null })).toContain('vs 150 minutes (2h 30m) sequential');
});

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

Schedule on 5 workers, in minutes:
    1 ${bar} 0–15
    2 ${bar} 0–15
    3 ${bar} 0–15
    4 ${bar} 0–15
    5 ${bar} 0–15
  No schedule of these tasks is shorter.

Estimates; each range holds eight times in ten:
  1. 10–20 minutes, 1–2 files, 40–160 lines: 1 file foreseen
  2. 10–20 minutes, 1–2 files, 40–160 lines: 1 file foreseen
  3. 10–20 minutes, 1–2 files, 40–160 lines: 1 file foreseen
  4. 10–20 minutes, 1–2 files, 40–160 lines: 1 file foreseen
  5. 10–20 minutes, 1–2 files, 40–160 lines: 1 file foreseen

Needs: 2500 MB of memory, 500 MB of disk, 35 API calls
Budget for failures: 23–45 minutes, if 10–20% of the tasks fail, as first runs usually do

Estimated duration: 15 minutes parallel vs 75 minutes sequential
Recommendation: ✅ Proceed with orchestration
`);
});

test('findings replace the reassurance and change the recommendation', () => {
  const text = dryRun({ findings: [sampleFinding()] });
  expect(text).not.toContain('No file conflicts detected');
  expect(text).toContain('⚠️ Tasks 1 and 2 both change src/cart.js');
  expect(text).toContain('→ Let one of them own the file.');
  const critical = { findings: [sampleFinding({ severity: 'critical' })] };
  expect(dryRun({ ...critical, verdict: 'consider' })).toContain('Recommendation: ⚠️');
  expect(dryRun({ ...critical, verdict: 'sequential' })).toContain('Recommendation: ❌');
});

test('files that nobody knows are not called free of conflicts without saying so', () => {
  const tasks = [{ ...plannedTask({}, 1), footprint: [] }, plannedTask({}, 2)];
  expect(dryRun({ tasks })).toContain('(the files of 1 task are not known)');
});

test('who collides with whom is a table, and their order a chart', () => {
  const shared = {
    path: 'src/router.js',
    probability: 0.95,
    reason: '',
    isNew: false,
    isDeclared: true,
  };
  const tasks = [1, 2, 3].map((ordinal) => plannedTask({}, ordinal));
  const [one, two, three] = tasks as [PlannedTask, PlannedTask, PlannedTask];
  const text = dryRun({
    tasks: [
      { ...one, footprint: [...one.footprint, shared] },
      { ...two, footprint: [...two.footprint, shared], stackOn: 1 },
      three,
    ],
  });
  expect(text).toContain('         1    2\n    1    – 32%!\n    2 32%!    –\n');
  expect(text).toContain(`    2 ${'·'.repeat(20)}${'█'.repeat(20)} 15–30    on the branch of 1`);
});

test('the checklist gives its reasons, and the verdict decides', () => {
  const items = [
    { text: 'Sub-tasks have NO sequential dependencies', passed: false, why: '2 after 1' },
  ];
  const checklist = { score: 3, of: 7, items };
  expect(dryRun({ checklist, verdict: 'sequential' })).toMatch(
    /Checklist: 3 of 7\n❌ Sub-tasks have NO sequential dependencies – 2 after 1\n[^]*❌ Run these tasks one after another/u,
  );
  expect(dryRun({ checklist, verdict: 'consider' })).toContain('⚠️ Consider carefully: 3 of 7');
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
