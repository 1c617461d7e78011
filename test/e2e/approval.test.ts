import { describe, expect, test } from 'vitest';
import { readStatus } from '../rig/status.ts';
import { makeWorld } from '../rig/world.ts';

const chain = [
  'Create user model',
  'Add password hashing (needs user model)',
  'Create login endpoint (needs user model + hashing)',
  'Add JWT tokens (needs login endpoint)',
  'Add session management (needs JWT)',
];

describe('a plan that hangs together through and through', () => {
  test('is refused, says why and what to do, and starts nothing', async () => {
    await using world = await makeWorld({ issue: chain });
    const { code, stderr } = await world.orchestrateUnforced('--yes');
    expect(code).toBe(4);
    expect(stderr).toMatch(/^Validation failed: Dependencies detected\n/u);
    expect(stderr).toContain('Task 2 depends on task 1');
    expect(stderr).toContain('--force');
    expect(world.starts('agent-1')).toBe(0);
  });

  test('is shown by a dry run, which ends as the run would', async () => {
    await using world = await makeWorld({ issue: chain });
    const args = ['orchestrate', '../issue.md', '--dry-run', '--json'];
    const refused = await world.flotilla(...args);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain('Validation failed: Dependencies detected');
    expect(JSON.parse(refused.stdout)).toMatchObject({
      verdict: 'sequential',
      checklist: { score: 3, of: 7 },
      schedule: [[1], [2], [3], [4], [5]],
      forecast: { speedup: 1, apiCalls: 35, costUsd: null },
    });
    expect((await world.flotilla(...args, '--force')).code).toBe(0);
  });

  test('runs when it is forced, one task on the other', async () => {
    await using world = await makeWorld({ issue: chain });
    const { code, stderr } = await world.orchestrate('--force');
    expect(code, stderr).toBe(0);
    expect((await readStatus(world)).tasks).toHaveLength(5);
  });
});

describe('a plan with warnings', () => {
  // Enough besides that the verdict is not negative.
  const rest = ['cart', 'till', 'shelf', 'stock', 'price'].map(
    (name) => `Create \`src/${name}.js\``,
  );
  const issue = ['Change `README.md` here', 'Change `README.md` there', ...rest];

  test('asks for --yes where nobody can be asked, and takes --yes for an answer', async () => {
    await using world = await makeWorld({ issue });
    const { code, stderr } = await world.orchestrateUnforced('--stack', 'never');
    expect(code).toBe(4);
    expect(stderr).toMatch(/Tasks 1 and 2 both name README\.md\n[^]*--yes/u);
    expect(world.starts('agent-1')).toBe(0);
    const agreed = await world.orchestrateUnforced('--stack', 'never', '--yes');
    expect(agreed.code, agreed.stderr).toBe(0);
  });

  test('shows what it warns of at its start, also where all is agreed to', async () => {
    await using world = await makeWorld({ issue });
    const { code, stdout } = await world.orchestrateUnforced('--tasks', '1-6', '--yes');
    expect(code, stdout).toBe(0);
    const [before = ''] = stdout.split('started');
    expect(before).toContain('⚠️ Tasks 1 and 2 both name README.md');
    const json = await world.flotilla(
      ...['orchestrate', '../issue.md', '--agent', world.agent, '--dry-run', '--json'],
    );
    expect(json.code, json.stderr).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({ verdict: 'consider', refusals: [] });
  });

  test('a dry run ends as a start with the same flags would', async () => {
    await using world = await makeWorld({ issue });
    const args = ['orchestrate', '../issue.md', '--dry-run', '--stack', 'never'];
    const asking = await world.flotilla(...args);
    expect(asking.code).toBe(4);
    expect(asking.stderr).toContain('--yes');
    expect(asking.stdout).toContain('Recommendation: ⚠️');
    expect((await world.flotilla(...args, '--yes')).code).toBe(0);
  });

  test('a run that was begun is not asked about again', async () => {
    await using world = await makeWorld({ issue });
    world.script({ 'agent-2': 'exit 0' });
    expect((await world.orchestrateUnforced('--stack', 'never', '--yes')).code).toBe(1);
    world.script({ 'agent-2': 'commit two.txt' });
    const again = await world.orchestrateUnforced('--stack', 'never', '--retry');
    expect(again.code, again.stderr).toBe(0);
  });
});

test('batches and stacks that make no sense are wrong usage', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two'] });
  for (const args of [
    ['--batch', '1;1'],
    ['--batch', '1;7'],
    ['--batch', '1;2', '--batch-size', '1'],
    ['--batch-size', '0'],
    ['--stack', 'sometimes'],
  ]) {
    const { code, stderr } = await world.orchestrate(...args);
    expect(code, args.join(' ')).toBe(64);
    expect(stderr.trim().split('\n').length, args.join(' ')).toBeGreaterThan(1);
  }
});
