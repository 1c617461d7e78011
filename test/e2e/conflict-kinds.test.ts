// How agents settle them is seen in the test of the same name on GitHub.
import { expect, test } from 'vitest';
import {
  conflictFiles,
  conflictKinds,
  conflictScripts,
  conflictTitles,
} from '../rig/conflict-kinds.ts';
import { told } from '../rig/five-pull-requests.ts';
import { makeWorld } from '../rig/world.ts';

test('every kind of conflict is left and named when no agent is asked', async () => {
  await using world = await makeWorld({ issue: conflictTitles, files: conflictFiles });
  world.script(conflictScripts());
  const given = ['--stack', 'never', '--max-workers', '3', '--check', 'true', '--force'];
  const ran = await world.orchestrate(...given);
  expect(ran.code, ran.stdout).toBe(0);

  const unasked = await world.flotilla('merge', 'local#1', '--yes', '--json', '--no-resolve');
  expect(unasked.code, unasked.stdout).toBe(1);
  const { merged, left } = told(unasked.stdout);
  expect(merged).toHaveLength(conflictKinds.length);
  for (const { ordinal, reason, with: others } of left) {
    expect([ordinal, reason]).toEqual([ordinal, 'conflict']);
    // Its twin, and nobody else.
    expect(others).toEqual([ordinal % 2 === 0 ? ordinal - 1 : ordinal + 1]);
  }
}, 300_000);
