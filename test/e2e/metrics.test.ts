import { expect, test } from 'vitest';
import { makeWorld } from '../rig/world.ts';

test('metrics cover all runs, of one issue, of a time, and of nothing', async () => {
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
    speedup: expect.toSatisfy((speedup: number) => speedup > 0 && speedup <= 2),
    averageSpeedup: expect.any(Number),
    speedupBasis: 'estimated',
    contention: null,
    controls: 0,
    firstRunSuccessRate: 0.75,
    mended: 0,
    overheadMinutes: expect.any(Number),
    utilization: expect.any(Number),
    pullRequests: 3,
    mergeRate: 0.333,
    reworkRate: 0,
    footprint: { recall: expect.toSatisfy(isShare), precision: expect.toSatisfy(isShare) },
    costUsd: null,
    controlCostUsd: null,
    failures: [{ reason: 'no-commits', count: 1 }],
    failurePatterns: [expect.objectContaining({ reason: 'no-commits', count: 1, runs: 1 })],
    minutesLost: [{ reason: 'no-commits', minutes: expect.any(Number) }],
    improvements: [expect.objectContaining({ reasons: ['no-commits'], count: 1 })],
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

test('a failure that a retry fixed is shown, and the review goes over all repositories', async () => {
  await using world = await makeWorld({ issue: ['Add one', 'Do nothing'] });
  world.script({ 'agent-1': 'commit one.txt', 'agent-2': 'exit 0' });
  await world.orchestrate();
  world.script({ 'agent-2': 'commit two.txt' });
  await world.orchestrate('--retry');
  const measure = async (...args: readonly string[]): Promise<unknown> => {
    const { stdout } = await world.flotilla('metrics', ...args, '--json');
    return JSON.parse(stdout);
  };
  const fixed = {
    ...{ successRate: 1, firstRunSuccessRate: 0.5, mended: 1, failures: [] },
    failurePatterns: [expect.objectContaining({ reason: 'no-commits', count: 1, mended: 1 })],
  };
  expect(await measure()).toMatchObject({ runs: 1, ...fixed });

  await using other = await makeWorld({
    issue: ['Do nothing here'],
    env: { XDG_STATE_HOME: world.stateHome },
  });
  other.script({ 'agent-1': 'exit 0' });
  await other.orchestrate();
  expect(await measure()).toMatchObject({ runs: 1, ...fixed });
  expect(await measure('--all')).toMatchObject({
    ...{ runs: 2, tasks: 3, successRate: 0.667, firstRunSuccessRate: 0.333, mended: 1 },
    failurePatterns: [expect.objectContaining({ count: 2, runs: 2, mended: 1 })],
  });
  const month = new Date().toISOString().slice(0, 7);
  const review = await world.flotilla('metrics', '--all', '--month', month);
  expect(review.stdout).toMatch(/^2 runs, 3 tasks of 2 repositories in \d{4}-\d\d\n/u);
  expect(review.stdout).toMatch(/Average speedup +\d\.\dx/u);
  expect(review.stdout).toMatch(/2× in 2 runs, 1 fixed by a retry, .+: no-commits-/u);
  expect(review.stdout).toMatch(/Improvements worth most/u);
  expect((await world.flotilla('metrics', 'local#1', '--all')).code).toBe(64);
}, 60_000);

function isShare(value: unknown): boolean {
  return value === null || (typeof value === 'number' && value >= 0 && value <= 1);
}
