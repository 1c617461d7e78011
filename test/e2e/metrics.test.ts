import { expect, test } from 'vitest';
import { makeWorld } from '../rig/world.ts';

test('metrics tell of all runs, of one issue, of a time, and of nothing', async () => {
  await using world = await makeWorld({ issue: ['Add one', 'Do nothing'] });
  const measure = async (...args: readonly string[]): Promise<Record<string, unknown>> => {
    const { code, stdout, stderr } = await world.flotilla('metrics', ...args, '--json');
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  expect(await measure()).toMatchObject({ runs: 0, tasks: 0, successRate: null, failures: [] });

  world.script({ 'agent-1': 'commit one.txt', 'agent-2': 'exit 0' });
  await world.orchestrate();
  world.script({ 'agent-2': 'commit two.txt' });
  world.write('../other.md', '# Another\n\n## Sub-Tasks\n\n- [ ] Do nothing\n- [ ] Add two\n');
  await world.flotilla('orchestrate', '../other.md', '--agent', world.agent, '--plain');
  await world.flotilla('merge', '../issue.md', '--yes');

  expect(await measure()).toEqual({
    runs: 2,
    tasks: 4,
    succeeded: 3,
    successRate: 0.75,
    sequentialMinutes: expect.any(Number),
    parallelMinutes: expect.any(Number),
    speedup: expect.any(Number),
    overheadMinutes: expect.any(Number),
    utilization: expect.any(Number),
    pullRequests: 3,
    mergeRate: 0.333,
    reworkRate: 0,
    footprint: { recall: expect.toSatisfy(isShare), precision: expect.toSatisfy(isShare) },
    costUsd: null,
    failures: [{ reason: 'no-commits', count: 1 }],
  });
  const utilization = Number((await measure())['utilization']);
  expect(utilization > 0 && utilization <= 1).toBe(true);
  expect(await measure('../other.md')).toMatchObject({ runs: 1, successRate: 1, mergeRate: 0 });
  expect(await measure('../issue.md')).toMatchObject({ runs: 1, successRate: 0.5, mergeRate: 1 });
  expect(await measure('--since', '1d')).toMatchObject({ runs: 2 });
  expect(await measure('--month', '2020-01')).toMatchObject({ runs: 0, speedup: null });

  const table = await world.flotilla('metrics', 'local#1', '--since', '1d');
  expect(table.stdout).toMatch(/^1 run, 2 tasks of local#1 since \d{4}-\d\d-\d\d\n/u);
  expect(table.stdout).toMatch(/no-commits +1\n/u);
  expect((await world.flotilla('metrics', '--month', 'november')).code).toBe(64);
  const unknown = await world.flotilla('metrics', 'local#9');
  expect(unknown.code).not.toBe(0);
  expect(unknown.stderr).toContain('local#9');
}, 60_000);

function isShare(value: unknown): boolean {
  return value === null || (typeof value === 'number' && value >= 0 && value <= 1);
}
