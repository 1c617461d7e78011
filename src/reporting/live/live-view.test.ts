import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { sampleEvents } from '../../../test/rig/sample-run.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { startLiveView } from './live-view.ts';

const events = sampleEvents({ tasks: [{ outcome: 'completed' }] });
const running = foldRun(events.slice(0, 12)) as RunState;
const finished = foldRun(events) as RunState;

function terminal() {
  const stream = Object.assign(new PassThrough(), { columns: 80, rows: 24 });
  let written = '';
  stream.on('data', (chunk: Buffer) => (written += chunk.toString()));
  const listeners = process.listenerCount('exit');
  const now = () => Date.parse(finished.startedAt) + 60_000;
  const view = startLiveView({ stream, now, isColour: false });
  onTestFinished(() => {
    view.stop();
    expect(process.listenerCount('exit')).toBe(listeners);
    expect(stream.listenerCount('resize')).toBe(0);
  });
  return { stream, view, written: () => written };
}

test('the cursor is hidden while the view runs and given back at its end', () => {
  const { view, written } = terminal();
  view.update(running);
  expect(written()).toContain('\u001b[?25l');
  expect(written()).not.toContain('\u001b[?25h');
  view.stop();
  expect(written().endsWith('\u001b[?25h')).toBe(true);
});

test('the final frame is drawn on stop, even right after the last update', () => {
  const { view, written } = terminal();
  view.update(running);
  view.update(finished);
  expect(written()).not.toContain('Finished');
  view.stop();
  expect(written()).toContain('Finished: 1 of 1 task succeeded');
});

test('of quick updates the newest is drawn without a stop', async () => {
  const { stream, view, written } = terminal();
  view.update(running);
  view.update(finished);
  while (!written().includes('Finished')) await once(stream, 'data');
});

test('a note stays above the view, with its columns', () => {
  const { view, written } = terminal();
  view.update(running);
  view.note('12:00:00  run  a note\u001b[2J');
  const after = written().split('12:00:00  run  a note\n')[1];
  expect(after).toContain('Shopping cart');
});

test('a new size is used at once', () => {
  const { stream, view, written } = terminal();
  view.update(running);
  stream.columns = 30;
  const before = written().length;
  stream.emit('resize');
  const redrawn = written().slice(before);
  expect(redrawn).toContain('Shopping ca…');
  for (const line of redrawn.split('\n').slice(1)) expect(line.length).toBeLessThan(30);
});

test('after its end nothing is drawn', () => {
  const { view, written } = terminal();
  view.update(running);
  view.stop();
  const before = written();
  view.update(finished);
  view.note('late');
  view.stop();
  expect(written()).toBe(before);
});
