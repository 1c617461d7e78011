import { describe, expect, test } from 'vitest';
import { seededChance } from '../../bench/chance.ts';
import { findSandbox } from '../../src/workspace/sandbox/find-sandbox.ts';
import { runHostile } from '../rig/hostile-workspace.ts';

const sandbox = await findSandbox(process.env);
const title = `hostile workspaces${sandbox.ok ? '' : ` (skipped: ${sandbox.error.message})`}`;

describe.skipIf(!sandbox.ok)(title, { timeout: 400_000 }, () => {
  // `npm run bench:hostile` has as many as one likes.
  test.each([1, 2])(
    'seed %i: nothing outside changes, nothing hangs, and what was checked is what is published',
    async (seed) => {
      const { problems, published } = await runHostile(seededChance(seed), 6);
      expect(problems).toEqual([]);
      expect(published).toBeGreaterThan(0);
    },
  );
});
