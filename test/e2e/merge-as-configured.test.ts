import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { configurationPath } from '../../src/app/settings/configuration.ts';
import { told } from '../rig/five-pull-requests.ts';
import { startFlotilla, type Ended } from '../rig/flotilla.ts';
import { readStatus } from '../rig/status.ts';
import { makeWorld } from '../rig/world.ts';

const dieAtEvent = new URL('../rig/die-at-event.ts', import.meta.url).href;

test('merge obeys the configuration as a run does, without asking for trust, also over a train that was killed', async () => {
  await using world = await makeWorld({ issue: ['Write `one.txt`', 'Write `two.txt`'] });
  world.script({
    'agent-1': 'commit one.txt first; commit one.txt second',
    'agent-2': 'commit two.txt',
  });
  await world.orchestrate('--check', 'true', '--yes');
  // Nobody trusts the configuration: that the user typed `merge` is their word, and this only asks for more before it.
  const merge = (...options: readonly string[]): Promise<Ended> =>
    startFlotilla({
      args: ['merge', 'local#1', '--yes', '--json', ...options],
      cwd: world.repository,
      env: world.env,
      isTrusting: false,
    }).ended;
  Object.assign(world.env, {
    NODE_OPTIONS: `--import=${dieAtEvent}`,
    DIE_BEFORE_EVENT: 'update-intended',
  });
  expect((await merge()).code).toBeNull();
  delete world.env['NODE_OPTIONS'];

  const merging = { policy: 'approved', method: 'rebase' };
  world.write(configurationPath, JSON.stringify({ merging }));
  const refused = await merge();
  expect(refused.code, refused.stdout + refused.stderr).toBe(2);
  expect(told(refused.stdout)).toMatchObject({
    merged: [],
    left: [
      { ordinal: 1, reason: 'not-approved' },
      { ordinal: 2, reason: 'not-approved' },
    ],
  });

  const [first] = (await readStatus(world)).tasks;
  const file = fileURLToPath(first?.pullRequest?.url ?? '');
  writeFileSync(file, readFileSync(file, 'utf8').replace('---\n', '---\nreview: "approved"\n'));
  const approved = await merge();
  expect(approved.code, approved.stdout + approved.stderr).toBe(1);
  expect(told(approved.stdout)).toMatchObject({ merged: [1], left: [{ ordinal: 2 }] });
  // Rebased, its two commits come into the base as two; squashed, they would be one.
  expect(world.git('rev-list', '--count', 'main..flotilla/main').trim()).toBe('2');

  const asked = await merge('--merge', 'verified', '--method', 'merge');
  expect(asked.code, asked.stdout + asked.stderr).toBe(0);
  expect(
    world.git('rev-list', '--first-parent', '--merges', '--count', 'main..flotilla/main').trim(),
  ).toBe('1');
}, 120_000);
