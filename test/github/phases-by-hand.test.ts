import { expect, test } from 'vitest';
import { readStatus } from '../rig/status.ts';
import { twoPhases, twoPhasesWork } from '../rig/two-phases.ts';
import { makeGitHubWorld } from './github-world.ts';

test('phases on GitHub are merged by hand, as the configuration says, and the next start goes on', async () => {
  await using site = await makeGitHubWorld({ permissions: { rita: 'write' } });
  const { shop, world, configure, start } = site;
  configure({ merging: { policy: 'approved', method: 'merge', patience: 0 } });
  world.script(twoPhasesWork);
  const { number } = shop.issue({ title: 'Two layers', body: twoPhases });
  const begin = ['--check', 'true', '--yes', '--merge', 'never'];
  const first = await site.orchestrate(number, ...begin);
  expect(first.code, first.stdout + first.stderr).toBe(0);

  const early = await start('merge', String(number), '--yes').ended;
  expect(early.code, early.stdout + early.stderr).toBe(2);
  expect(early.stdout).toContain('Left: task 1');
  for (const phase of [1, 2]) {
    for (const { issue } of shop.pulls().filter(({ mergedAt }) => mergedAt === null))
      shop.review(issue.number, { author: 'rita', state: 'APPROVED' });
    const merged = await start('merge', String(number), '--yes').ended;
    expect(merged.code, merged.stdout + merged.stderr).toBe(0);
    if (phase === 2) continue;
    expect(merged.stdout).toContain('Phase 1 of 2 is merged.');
    expect(merged.stdout).toContain('flotilla orchestrate');
    const [comment] = shop.comments(number);
    expect(comment?.body).toContain('Phase 1 of 2 is merged: 2 of 2 of this phase succeeded');
    const second = await site.orchestrate(number, ...begin);
    expect(second.code, second.stdout + second.stderr).toBe(0);
  }
  expect((await readStatus(world)).state).toBe('succeeded');
  expect(world.noted('seen-3').split('\n')).toEqual(['a', 'b']);
  const merges = ['rev-list', '--first-parent', '--merges', '--count', 'main..flotilla/main'];
  expect(world.git(...merges).trim()).toBe('4');
  expect(shop.issues().every(({ state }) => state === 'closed')).toBe(true);
}, 240_000);
