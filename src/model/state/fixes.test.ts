import { expect, test } from 'vitest';
import type { AttemptWhy } from '../event/attempt-event.ts';
import { fixesOf } from './fixes.ts';
import type { AttemptState } from './task-state.ts';

test.for([
  [['first'], 0],
  [['first', 'fix-checks', 'fix-checks'], 2],
  [['first', 'fix-checks', 'retry'], 0],
  [['first', 'fix-checks', 'retry', 'fix-checks'], 1],
  [['first', 'fix-checks', 'resolve'], 1],
  [[], 0],
] as const)('of %j, %d fixed a check', ([whys, fixes]) => {
  const attempts = whys.map((why: AttemptWhy) => ({ why }) as AttemptState);
  expect(fixesOf({ attempts })).toBe(fixes);
});
