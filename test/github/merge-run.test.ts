import { expect, test, vi } from 'vitest';
import { fiveFiles, fiveScripts, redCommits, told } from '../rig/five-pull-requests.ts';
import { makeGitHubWorld, masterBody } from './github-world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 300_000 });

test('of five pull requests on GitHub all that can be merged is merged, and the base is green after each step', async () => {
  await using site = await makeGitHubWorld({ files: fiveFiles });
  const { shop, world } = site;
  world.script(fiveScripts);
  const { number } = shop.issue({
    title: 'Five',
    body: masterBody(['One', 'Two', 'Three', 'Four', 'Five']),
  });
  const run = await site.orchestrate(number, '--check', 'sh check.sh', '--yes');
  expect(run.code, run.stdout + run.stderr).toBe(0);
  const { code, stdout, stderr } = await site.start(
    ...['merge', String(number), '--yes', '--json', '--no-resolve'],
  ).ended;
  expect(code, stdout + stderr).toBe(1);
  expect(told(stdout)).toMatchObject({
    merged: [1, 3, 5],
    left: [
      { ordinal: 2, reason: 'conflict', with: [1] },
      { ordinal: 4, reason: 'check-failed', with: [3] },
    ],
    union: { state: 'red', culprits: [[3, 4]] },
  });
  expect(redCommits(world)).toEqual([]);
  const [comment] = shop.comments(number);
  expect(comment?.body).toContain('tasks 3 and 4 together');
  expect(comment?.body).toContain('- Task 2 (#');
  expect([...(await shop.branches()).keys()]).toHaveLength(3);
});
