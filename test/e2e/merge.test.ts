import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stateOf } from '../rig/count-events.ts';
import { readStatus } from '../rig/status.ts';
import { fivePullRequests, told } from '../rig/five-pull-requests.ts';
import { makeWorld } from '../rig/world.ts';

const dieAtEvent = new URL('../rig/die-at-event.ts', import.meta.url).href;

test('all that can be merged is merged, and the rest is named with its reasons', async () => {
  await using world = await fivePullRequests();
  const mine = world.git('rev-parse', 'main');
  const asked = await world.flotilla('merge', '../issue.md');
  expect(asked.code, asked.stderr).toBe(4);
  expect(asked.stdout).toContain('tasks 3 and 4 together');
  expect(asked.stderr).toContain('flotilla merge local#1 --yes');
  expect(world.git('rev-parse', 'flotilla/main')).toBe(mine);

  const { code, stdout, stderr } = await world.flotilla('merge', 'local#1', '--yes', '--json');
  expect(code, `${stdout}${stderr}`).toBe(1);
  expect(told(stdout)).toMatchObject({
    merged: [1, 3, 5],
    left: [
      { ordinal: 2, reason: 'conflict', with: [1] },
      { ordinal: 4, reason: 'check-failed', with: [3] },
    ],
    base: { branch: 'main', sha: world.git('rev-parse', 'flotilla/main').trim() },
    union: { state: 'red', culprits: [[3, 4]] },
  });
  expect(world.git('rev-parse', 'main')).toBe(mine);
  const status = await readStatus(world);
  expect(status.tasks.map(({ state }) => state)).toEqual([
    'merged',
    'completed',
    'merged',
    'completed',
    'merged',
  ]);
  world.git('merge', '--quiet', '--ff-only', 'flotilla/main');
  expect(world.git('ls-files', 'five.txt', 'words').trim().split('\n')).toEqual([
    'five.txt',
    'words/new',
  ]);
  const again = await world.flotilla('merge', '../issue.md', '--yes', '--json');
  expect(told(again.stdout).merged).toEqual([1, 3, 5]);
  expect(again.code).toBe(1);
}, 120_000);

test('a merge that was killed goes on where it was', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two'] });
  await world.orchestrate();
  for (const event of ['3', '5', '7']) {
    const env = { NODE_OPTIONS: `--import=${dieAtEvent}`, DIE_AT_EVENT: event };
    Object.assign(world.env, env);
    const killed = await world.flotilla('merge', '../issue.md', '--yes');
    expect(killed.code, killed.stdout).toBeNull();
    delete world.env['NODE_OPTIONS'];
  }
  const { code, stdout, stderr } = await world.flotilla('merge', '../issue.md', '--yes', '--json');
  expect(code, `${stdout}${stderr}`).toBe(0);
  expect(told(stdout)).toMatchObject({ merged: [1, 2], left: [] });
  const log = world.git('log', '--format=%s', 'main..flotilla/main').trim().split('\n');
  expect(log).toHaveLength(2);
}, 120_000);

test('what is merged is ticked in our copy of the issue, and the file that the user wrote stays', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two'] });
  const file = join(world.root, 'issue.md');
  const written = readFileSync(file, 'utf8');
  await world.orchestrate();
  const issues = join(stateOf(world), 'forge', 'issues');
  const { code, stdout, stderr } = await world.flotilla('merge', '../issue.md', '--yes');
  expect(code, `${stdout}${stderr}`).toBe(0);
  const copies = readdirSync(issues).map((name) => readFileSync(join(issues, name), 'utf8'));
  expect(copies.map((text) => text.includes('state: "closed"'))).toEqual([true, true, true]);
  expect(copies[0]?.match(/- \[x\]/gu)).toHaveLength(2);
  expect(readFileSync(file, 'utf8')).toBe(written);
  const again = await world.orchestrate();
  expect(again.stdout).toContain('Nothing left to do');
  expect(readFileSync(join(issues, '1.md'), 'utf8')).toBe(copies[0]);
}, 120_000);

test('stacked pull requests of the local forge merge in their order', async () => {
  await using world = await makeWorld({
    issue: ['Write `one.txt`', 'Extend `one.txt` (after task 1)'],
  });
  world.script({
    'agent-1': 'commit one.txt one',
    'agent-2': 'echo more >>one.txt; git commit -qam "Add more"',
  });
  const run = await world.orchestrate('--yes');
  expect(run.code, `${run.stdout}${run.stderr}`).toBe(0);
  const { code, stdout, stderr } = await world.flotilla('merge', '../issue.md', '--yes', '--json');
  expect(code, `${stdout}${stderr}`).toBe(0);
  expect(told(stdout)).toMatchObject({ merged: [1, 2], left: [] });
  expect(world.git('show', 'flotilla/main:one.txt').trim().split('\n')).toHaveLength(2);
}, 120_000);
