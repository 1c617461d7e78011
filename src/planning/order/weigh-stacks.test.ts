import { expect, test } from 'vitest';
import type { Overlap } from '../../model/plan/overlap.ts';
import type { PlannedTask } from '../../model/plan/plan.ts';
import { weighStacks, type WeighParams } from './weigh-stacks.ts';

const phases = [{ number: 1, title: '', mode: 'parallel' }] as WeighParams['phases'];

function tasksOf(minutes: readonly number[]): PlannedTask[] {
  return minutes.map((estimateMinutes, index) => ({
    ...({} as PlannedTask),
    ...{ ordinal: index + 1, title: `Task ${index + 1}`, phase: 1, batch: 1, estimateMinutes },
    ...{ dependsOn: [], stackOn: null, footprint: [] },
  }));
}

function pair(one: number, other: number, more: Partial<Overlap> = {}): Overlap {
  return {
    ...{ tasks: [one, other], share: 0.2, risk: 0.6, conflict: 0.3, paths: [] },
    isSaidOfBoth: false,
    ...more,
  };
}

function weigh(
  minutes: readonly number[],
  overlaps: readonly Overlap[],
  more: Partial<WeighParams> = {},
): string[] {
  const params = { phases, tasks: tasksOf(minutes), dependsOn: new Map(), overlaps, workers: 5 };
  return weighStacks({ ...params, ...more }).map(
    ({ tasks, choice, waitingMinutes, togetherMinutes }) =>
      `${tasks.join('-')} ${choice}: ${Math.round(waitingMinutes)} or ${togetherMinutes.toFixed(1)}`,
  );
}

test('what waits for long runs side by side, and what is short waits', () => {
  // 30 in a hundred conflict, 7 in a hundred of the rest are red together: 20 minutes each.
  expect(weigh([30, 30], [pair(1, 2)])).toEqual(['1-2 together: 30 or 6.4']);
  expect(weigh([5, 5], [pair(1, 2)])).toEqual(['1-2 stack: 5 or 6.4']);
});

test('waiting that nobody notices costs nothing', () => {
  expect(weigh([10, 12, 40], [pair(1, 2)])).toEqual(['1-2 stack: 0 or 6.4']);
  // The third of a chain would end after the longest task.
  const chain = [pair(1, 2, { conflict: 0.4 }), pair(2, 3), pair(1, 3)];
  expect(weigh([20, 20, 20, 40], chain)).toEqual([
    '1-2 stack: 0 or 8.3',
    '2-3 stack: 0 or 6.4',
    '1-3 together: 20 or 6.4',
  ]);
});

test('one worker takes all in turn, so that stacks cost nothing', () => {
  expect(weigh([30, 30], [pair(1, 2)], { workers: 1 })).toEqual(['1-2 stack: 0 or 6.4']);
});

test('where both are said to change a file one waits, whatever it costs', () => {
  const said = pair(1, 2, { isSaidOfBoth: true });
  expect(weigh([60, 60], [said])).toEqual(['1-2 stack: 60 or 6.4']);
});

test('an unlikely conflict is no reason to wait, and pairs of other phases are none', () => {
  expect(weigh([5, 40], [pair(1, 2, { risk: 0.2, share: 0.05, conflict: 0.08 })])).toEqual([]);
  const apart = tasksOf([5, 5]).map((task) => ({ ...task, phase: task.ordinal }));
  expect(weigh([5, 5], [pair(1, 2)], { tasks: apart })).toEqual([]);
});

test('hundreds of tasks are weighed by their own minutes, in no time', () => {
  const minutes = Array.from({ length: 400 }, (_, index) => 5 + (index % 40));
  const overlaps = minutes.flatMap((_, index) =>
    index === 0 ? [] : [pair(index, index + 1), pair(1, index + 1)],
  );
  const choices = weigh(minutes, overlaps);
  expect(choices).toHaveLength(798);
  expect(choices.some((choice) => choice.includes('together'))).toBe(true);
});
