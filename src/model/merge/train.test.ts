import { expect, test } from 'vitest';
import type { JournalEvent, RunEvent } from '../event/event.ts';
import type { CheckResult } from '../failure/failure.ts';
import { foldTrain } from './train.ts';

const car = { task: 1, number: 1, branch: 'b', head: 'h', after: [], reasons: [] };
const plan = { method: 'squash', policy: 'verified', branch: 'main', cars: [car] } as const;
const passed: CheckResult = {
  ...{ name: 'test', command: 'npm test', state: 'passed', exitCode: 0 },
  ...{ durationMs: 1, log: '', excerpt: '' },
};

function fold(...events: readonly RunEvent[]): ReturnType<typeof foldTrain> {
  const stamp = { at: '2026-01-01T00:00:00.000Z', run: 'run-1' };
  return foldTrain(
    events.map((event, index): JournalEvent => ({ ...event, ...stamp, seq: index + 1 })),
  );
}

test('a train of an old journal knows no trees, and its checks count as they did', () => {
  const train = fold(
    { type: 'train-planned', ...plan, culprits: [] },
    { type: 'update-done', task: 1, onto: 'base', head: 'new', byRule: [] },
    { type: 'update-checked', task: 1, head: 'new', checks: [passed] },
  );
  expect(train).toMatchObject({ trees: [], cars: [{ checked: 'new', isDifferent: false }] });
});

test('what is known of trees comes from the union, from checks ahead, and from those of the turn', () => {
  const rest = { checks: [passed], flaky: [], redOnBase: [] };
  const train = fold(
    {
      ...{ type: 'train-planned', ...plan, culprits: [] },
      known: [{ tree: 'u', onto: 'base', by: 'x', ...rest }],
    },
    { type: 'prefix-checked', tasks: [1], tree: 'p', onto: 'base', by: 'x', ...rest },
    {
      ...{ type: 'update-checked', task: 1, head: 'h', checks: [passed] },
      prefix: { tree: 't', onto: 'base', by: 'x' },
    },
  );
  expect(train?.trees.map(({ tree }) => tree)).toEqual(['u', 'p', 't']);
});
