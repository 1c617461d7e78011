import { expect, test, vi } from 'vitest';
import { fiveFiles, fiveScripts, redCommits, told } from '../rig/five-pull-requests.ts';
import { makeGitHubWorld, masterBody } from './github-world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 300_000 });

const phases = `Build a shop.

## Phase 1: Foundation (Parallel)
- [ ] Write \`one.txt\`
- [ ] Write \`two.txt\`

## Phase 2: On top (after merge)
- [ ] Write \`three.txt\`
`;

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

test('an issue with phases goes from its number to a merged base in one command', async () => {
  await using site = await makeGitHubWorld();
  const { shop, world } = site;
  world.script({
    'agent-1': 'commit one.txt one',
    'agent-2': 'commit two.txt two',
    'agent-3': 'ls >"$rig/seen-3"; commit three.txt three',
  });
  const { number } = shop.issue({ title: 'Build a shop', body: phases });
  const run = await site.orchestrate(number, '--check', 'true', '--yes', '--merge', 'verified');
  expect(run.code, run.stdout + run.stderr).toBe(0);
  expect(world.noted('seen-3').split('\n')).toEqual(
    expect.arrayContaining(['one.txt', 'two.txt']) as string[],
  );
  expect(shop.pulls().map(({ mergedAt }) => mergedAt !== null)).toEqual([true, true, true]);
  expect(shop.issues().map(({ state }) => state)).toEqual(['closed', 'closed', 'closed', 'closed']);
  expect(shop.issues()[0]?.body).toBe(phases.replaceAll('[ ]', '[x]'));
  expect([...(await shop.branches()).keys()]).toEqual(['main']);
  expect(shop.comments(number)[0]?.body).toContain('| Pull requests merged | 100 % |');
});

test('agents are asked to resolve on GitHub, too, and what they did is merged', async () => {
  await using site = await makeGitHubWorld({ files: fiveFiles });
  const { shop, world } = site;
  world.script({
    ...fiveScripts,
    'agent-2':
      'if grep -q "<<<<<<<" shared.txt; then printf "one\\ntwo\\n" >shared.txt; git add -A; git commit -qm Both; else commit shared.txt two; fi',
  });
  const { number } = shop.issue({ title: 'Two', body: masterBody(['One', 'Two']) });
  const run = await site.orchestrate(number, '--check', 'sh check.sh', '--yes');
  expect(run.code, run.stdout + run.stderr).toBe(0);
  const { code, stdout, stderr } = await site.start('merge', String(number), '--yes', '--json')
    .ended;
  expect(code, stdout + stderr).toBe(0);
  expect(told(stdout)).toMatchObject({ merged: [1, 2], left: [] });
  expect(world.git('show', 'flotilla/main:shared.txt')).toBe('one\ntwo\n');
});
