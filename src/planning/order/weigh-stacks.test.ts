import { expect, test } from 'vitest';
import type { Overlap } from '../../model/plan/overlap.ts';
import type { PlannedTask } from '../../model/plan/plan.ts';
import { weighStacks, type WeighParams } from './weigh-stacks.ts';

const phases = [{ number: 1, title: '', mode: 'parallel' }] as WeighParams['phases'];

function tasksOf(minutes: readonly number[]): PlannedTask[] {
  return minutes.map((estimateMinutes, index) => ({
    ...({} as PlannedTask),
    ...{ ordinal: index + 1, title: `Task ${index + 1}`, phase: 1, batch: 1, estimateMinutes },
    ...{ dependsOn: [], stackOn: null, footprint: [], range: [estimateMinutes, estimateMinutes] },
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
  const params: WeighParams = {
    ...{ phases, tasks: tasksOf(minutes), dependsOn: new Map(), overlaps, workers: 5 },
    isMergedByRun: false,
    ...more,
  };
  return weighStacks(params).map(
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

test('where people merge and both are said to change a file one waits, whatever it costs', () => {
  const said = pair(1, 2, { isSaidOfBoth: true });
  expect(weigh([60, 60], [said])).toEqual(['1-2 stack: 60 or 6.4']);
});

test('a run that merges by itself pays for a conflict with a share of the task, and weighs all pairs by it', () => {
  const said = pair(1, 2, { isSaidOfBoth: true, conflict: 0.5 });
  const own = { isMergedByRun: true };
  expect(weigh([60, 60], [said], own)).toEqual(['1-2 together: 60 or 34.2']);
  expect(weigh([10, 12, 40], [pair(1, 2)], own)).toEqual(['1-2 stack: 0 or 0.9']);
});

test('waiting for what should end in time costs something where estimates are rough', () => {
  const rough = tasksOf([10, 12, 22]).map((task) => ({
    ...task,
    range: [task.estimateMinutes / 2, task.estimateMinutes * 2] as const,
  }));
  expect(weigh([], [pair(1, 2)], { tasks: rough })).toEqual(['1-2 stack: 5 or 6.4']);
  expect(weigh([], [pair(1, 2)], { tasks: rough, isMergedByRun: true })).toEqual([
    '1-2 together: 5 or 2.2',
  ]);
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
