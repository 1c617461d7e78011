import { expect, test } from 'vitest';
import { sampleEvents } from '../../../test/rig/sample-run.ts';
import type { FootprintEntry } from '../../model/plan/plan.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { renderSummary } from '../files/summary.ts';
import { measureFootprint } from './footprint-accuracy.ts';

type Foreseen = readonly (readonly [path: string, probability: number])[];

/** A run of one task, which had been foreseen to touch some files and touched others. */
function runOf(foreseen: Foreseen, touched: readonly string[]): RunState {
  const state = foldRun(sampleEvents({ tasks: [{ outcome: 'completed', files: touched }] }));
  if (state?.plan == null) throw new Error('no run');
  const footprint = foreseen.map(([path, probability]): FootprintEntry => ({
    ...{ path, probability, reason: '', isNew: false, isDeclared: false },
  }));
  const tasks = state.plan.tasks.map((task) => ({ ...task, footprint }));
  return { ...state, plan: { ...state.plan, tasks } };
}

test('so many of the likeliest files count as foreseen as the plan expected', () => {
  const foreseen: Foreseen = [
    ['a.ts', 0.4],
    ['b.ts', 0.3],
    ['c.ts', 0.3],
  ];
  expect(measureFootprint(runOf(foreseen, ['a.ts', 'b.ts']))).toEqual({
    recall: 0.5,
    precision: 1,
  });
  expect(measureFootprint(runOf(foreseen, ['b.ts']))).toEqual({ recall: 0, precision: 0 });
});

test('files below a folder that was named are foreseen', () => {
  const state = runOf([['src/api/', 0.95]], ['src/api/a.ts', 'src/api/b.ts', 'README.md']);
  expect(measureFootprint(state)).toEqual({ recall: 0.667, precision: 1 });
});

test('the summary says it in words, and nothing where nothing had been foreseen', () => {
  expect(renderSummary(runOf([['a.ts', 0.9]], ['a.ts', 'b.ts']))).toContain(
    'Of the files that tasks touched, the plan had predicted 50% (recall). Of those that it had predicted, 100% were touched (precision).',
  );
  expect(measureFootprint(runOf([], ['a.ts']))).toEqual({ recall: null, precision: null });
  expect(renderSummary(runOf([], ['a.ts']))).not.toContain('## Prediction');
});
