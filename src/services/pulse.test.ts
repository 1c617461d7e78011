import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startPulse } from './pulse.ts';

test('each watched process has its first beat one interval after its watch began', async () => {
  const intervalMs = 800;
  const pulse = startPulse(() => intervalMs);
  const firstBeatOf = (): Promise<number> => {
    const begun = performance.now();
    return new Promise((resolve) => {
      const release = pulse.watch(process.pid, () => {
        release();
        resolve(performance.now() - begun);
      });
    });
  };
  const first = firstBeatOf();
  // Half an interval out of step with the first: a clock for all would let it wait for half an interval more, or less.
  await delay(intervalMs / 2);
  const waits = await Promise.all([first, firstBeatOf()]);
  pulse.close();
  for (const wait of waits) {
    expect(wait).toBeGreaterThan(intervalMs * 0.85);
    expect(wait).toBeLessThan(intervalMs * 1.4);
  }
});

test('what is released, or watched when the pulse is closed, has no more beats', async () => {
  const pulse = startPulse(() => 50);
  let [beats, others] = [0, 0];
  const release = pulse.watch(process.pid, () => (others += 1));
  release();
  await new Promise<void>((resolve) => {
    pulse.watch(process.pid, () => ((beats += 1) === 3 ? resolve() : undefined));
  });
  pulse.close();
  await delay(200);
  expect([beats, others]).toEqual([3, 0]);
});
