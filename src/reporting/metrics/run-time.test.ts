import { expect, test } from 'vitest';
import { eventsAfter } from '../../../test/rig/events-after.ts';
import { sampleEvents } from '../../../test/rig/sample-run.ts';
import type { JournalEvent } from '../../model/event/event.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { renderClosing } from '../ending/closing.ts';
import { renderFrame } from '../live/frame.ts';
import { renderProgressComment } from '../ending/progress-comment.ts';
import { renderSummary } from '../files/summary.ts';

/** A task that was interrupted in the evening, taken up in the morning, and done a minute later. */
function overNight(): RunState {
  const evening = sampleEvents({ tasks: [{ outcome: 'running' }], ended: 'interrupted' });
  const started = evening[0] as JournalEvent & { type: 'run-started' };
  const { base, settings, only, orchestrator } = started;
  const later = eventsAfter(evening, [
    [43_200, { type: 'run-resumed', base, settings, only, orchestrator }],
    [43_260, { type: 'task-completed', task: 1 }],
    [43_260, { type: 'run-ended', how: 'finished' }],
  ]);
  return foldRun(later) as RunState;
}

test('the night between two starts is not told as time that the run or its task took', () => {
  const state = overNight();
  const now = Date.parse(state.endedAt ?? '');
  const told = [
    renderClosing(state, 'summary.md'),
    renderSummary(state),
    renderProgressComment(state, { canAnswer: true }),
    renderFrame({ state, now, width: 100, height: 24, isColour: false }),
  ];
  for (const text of told) {
    expect(text).toMatch(/\b1m \d\ds\b/u);
    expect(text).not.toMatch(/\b\d+h/u);
  }
});
