import { expect, test } from 'vitest';
import { sampleEvents } from '../../../test/rig/sample-run.ts';
import { foldRun } from './fold-run.ts';
import { openRunFold } from './run-fold.ts';

test('a run is the same, whether it is folded as it comes or at once, and what was given does not change', () => {
  const sample = {
    isSteered: true,
    tasks: [{ outcome: 'completed' }, { outcome: 'failed' }, { outcome: 'running' }],
  } as const;
  const story = sampleEvents({ ...sample, ended: null });
  // As in real journals, agents talk between all other events.
  const [talk] = story.filter(({ type }) => type === 'usage-reported');
  if (talk === undefined) throw new Error('The sample has no talk');
  const events = story.flatMap((event, index) => [
    event,
    ...(index > 20 ? [{ ...talk, at: event.at, costUsd: index, seq: event.seq + 0.5 }] : []),
  ]);
  const fold = openRunFold();
  const given = events.map((event, index) => {
    fold.take(event);
    return index % 3 === 0 ? fold.state() : null;
  });
  for (const [index, state] of given.entries())
    if (state !== null) expect(state).toEqual(foldRun(events.slice(0, index + 1)));
  expect(fold.state()).toEqual(foldRun(events));
});
