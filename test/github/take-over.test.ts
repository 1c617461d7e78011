import { rmSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { branchOf, makePublishedWorld } from './published-world.ts';
import { makeGitHubWorld, masterBody } from './github-world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

const phases = `Build a shop.

## Phase 1: Foundation (Parallel)
- [ ] Add one
- [ ] Add two

## Phase 2: On top (after merge)
- [ ] Add three
- [ ] Add four
`;

test('phases that people merged meanwhile are behind it, and the next one begins in the same start', async () => {
  await using site = await makePublishedWorld(
    [
      { title: 'Add one', files: { 'one.txt': 'x' }, pull: 'merged' },
      { title: 'Add two', files: { 'two.txt': 'x' }, pull: 'merged' },
      { title: 'Add three', files: { 'three.txt': 'x' }, pull: 'open' },
      { title: 'Add four', files: null, pull: 'none' },
    ],
    { body: phases },
  );
  const { shop, world } = site;
  const { code, stdout, stderr } = await site.orchestrate(1, '--yes', '--check', 'true');
  expect(code, stdout + stderr).toBe(0);
  expect([1, 2, 3, 4].map((task) => world.starts(`agent-${task}`))).toEqual([0, 0, 0, 1]);
  expect(shop.issues()[0]?.body).toContain('- [x] Add two');
  expect(shop.pulls().map(({ issue }) => issue.title)).toHaveLength(4);
});

test('a stack is taken over as it stands: each part has its own commits, and goes where it went', async () => {
  const lower = branchOf(1, 'Add lower');
  await using site = await makePublishedWorld(
    [
      { title: 'Add lower', files: { 'shelf.js': 'x' }, pull: 'open' },
      { title: 'Add upper', files: { 'upper.js': 'x' }, pull: 'open', on: lower },
    ],
    {
      body: '## Sub-Tasks\n\n- [ ] Add lower: create `shelf.js`\n- [ ] Add upper: change `shelf.js` after task 1\n',
    },
  );
  const { shop, world } = site;
  const { code, stdout, stderr } = await site.orchestrate(1, '--yes', '--check', 'true');
  expect(code, stdout + stderr).toBe(0);
  expect([1, 2].map((task) => world.starts(`agent-${task}`))).toEqual([0, 0]);
  expect(shop.pulls().map(({ base }) => base.ref)).toEqual(['main', lower]);
  expect(stdout).toContain('1 commit, 1 file');
  expect(stdout).not.toContain('2 commits');
});

test('while the forge cannot tell what is published, no agent is paid', async () => {
  await using site = await makePublishedWorld([
    { title: 'Add one', files: { 'one.txt': 'x' }, pull: 'open' },
  ]);
  const { hub, world } = site;
  site.configure({ github: { patience: 1 } });
  const when = { operation: 'graphql', body: /headRefName/u };
  hub.faults.queue({ kind: 'cut', when, times: 100 });
  const vain = await site.orchestrate(1);
  expect(vain.code, vain.stdout + vain.stderr).toBe(5);
  hub.faults.clear();
  const { code, stdout, stderr } = await site.orchestrate(1);
  expect(code, stdout + stderr).toBe(0);
  expect(world.starts('agent-1')).toBe(0);
});

test('what stays red fails as it was, and a fresh start that is asked for replaces it', async () => {
  await using site = await makePublishedWorld([
    { title: 'Add it', files: { 'broken.txt': 'x' }, pull: 'open' },
  ]);
  const { shop, world } = site;
  const branch = branchOf(1, 'Add it');
  const published = (await shop.branches()).get(branch);
  const check = ['--check', 'test ! -e broken.txt'];
  // What setup and checks leave is no work of an agent that was never there.
  const args = [...check, '--setup', 'touch left.txt; echo set-up >>README.md'];
  world.script({ 'agent-1.1': 'write more.txt; git add more.txt; git commit --amend -qm Other' });
  world.script({ 'agent-1.2': 'true', 'agent-1.3': 'commit whole.txt' });
  const red = await site.orchestrate(1, ...args);
  expect(red.code, red.stdout).toBe(2);
  expect(red.stdout).toContain('the agent changed nothing more');
  expect(red.stdout).toContain('2 commits, 2 files');
  expect((await shop.branches()).get(branch)).toBe(published);
  expect(world.starts('agent-1')).toBe(2);

  const { code, stdout, stderr } = await site.orchestrate(1, ...args, '--retry', '--fresh');
  expect(code, stdout + stderr).toBe(0);
  const changed = world.git('diff', '--name-only', 'main', `flotilla/${branch}`);
  expect(changed.trim()).toBe('whole.txt');
  expect(shop.pulls()).toHaveLength(1);
  expect(shop.pulls()[0]?.issue.body).toContain('whole.txt');
});

test('who may not push finds what they pushed to their fork, by their own sub-issue too', async () => {
  await using site = await makeGitHubWorld({ login: 'tri', permissions: { tri: 'triage' } });
  const { shop, world } = site;
  const { number } = shop.issue({ title: 'Build the shop', body: masterBody(['Add it']) });
  const own = shop.issue({ title: 'Add it', body: 'In my own words.', author: 'tri' });
  shop.link(number, own.number);
  const first = await site.orchestrate(number);
  expect(first.code, first.stdout + first.stderr).toBe(0);
  expect(shop.pulls()[0]?.head.repository.owner.login).toBe('tri');
  rmSync(world.stateHome, { recursive: true });
  const { code, stdout, stderr } = await site.orchestrate(number);
  expect(code, stdout + stderr).toBe(0);
  expect(world.starts('agent-1')).toBe(1);
  expect(shop.pulls()).toHaveLength(1);
  expect(shop.issues()).toHaveLength(2);
});
