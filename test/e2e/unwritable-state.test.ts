import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { makeWorld } from '../rig/world.ts';

test('where nothing can be written, it is said where that is, and how to name another place', async () => {
  await using world = await makeWorld();
  const place = world.stateHome;
  writeFileSync(place, 'a file, where a directory is needed\n');
  const { code, stderr } = await world.orchestrate();
  expect(code).toBe(7);
  expect(stderr).toContain(`Flotilla cannot write its state, ${place}/flotilla/holds.sqlite: `);
  expect(stderr).toContain('XDG_STATE_HOME=');
  expect(stderr).not.toContain('bug');
});
