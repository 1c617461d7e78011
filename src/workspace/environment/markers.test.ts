import { expect, test } from 'vitest';
import { attemptMarker, isMarkedBelow } from './markers.ts';

const run = 'orch-local-1-20260302-1200';

test('a part of a run is marked below it, and no other run is, be it of the same name in another state', () => {
  const here = attemptMarker('/home/una/.local/state/flotilla/shop-1a2b3c4d', run);
  const attempt = attemptMarker('/home/una/.local/state/flotilla/shop-1a2b3c4d', run, 2, 1);
  const elsewhere = attemptMarker('/tmp/state/flotilla/shop-1a2b3c4d', run, 2, 1);
  expect(isMarkedBelow(attempt, here)).toBe(true);
  expect(isMarkedBelow(elsewhere, here)).toBe(false);
  expect(isMarkedBelow(attemptMarker('/home/una/x', `${run}-2`), here)).toBe(false);
});
