import { expect, test, vi } from 'vitest';
import { makeGitHubWorld, masterBody } from './github-world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

type Told = {
  readonly merged: readonly number[];
  readonly left: readonly {
    readonly ordinal: number;
    readonly reason: string;
    readonly message: string;
  }[];
};

function told(stdout: string): Told {
  return JSON.parse(stdout) as Told;
}

test('what a run published on GitHub is merged there, one after another', async () => {
  await using site = await makeGitHubWorld();
  const { shop, world } = site;
  world.script({
    'agent-1': 'commit one.txt one',
    'agent-2': 'commit two.txt two',
    'agent-3': 'commit three.txt three',
  });
  const master = shop.issue({ title: 'Build it', body: masterBody(['One', 'Two', 'Three']) });
  const run = await site.orchestrate(master.number, '--check', 'true', '--yes');
  expect(run.code, run.stdout + run.stderr).toBe(0);
  const { code, stdout, stderr } = await site.start(
    ...['merge', String(master.number), '--yes', '--json'],
  ).ended;
  expect(code, stdout + stderr).toBe(0);
  expect(told(stdout)).toMatchObject({ merged: [1, 2, 3], left: [] });
  expect(shop.pulls().map(({ mergedAt }) => mergedAt !== null)).toEqual([true, true, true]);
  const log = world.git('log', '--format=%s', 'main..flotilla/main').trim().split('\n');
  expect(log.toSorted()).toEqual([
    expect.stringMatching(/^One \(#\d+\)$/u),
    expect.stringMatching(/^Three \(#\d+\)$/u),
    expect.stringMatching(/^Two \(#\d+\)$/u),
  ]);
});
