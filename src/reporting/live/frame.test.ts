import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { sampleEvents, sampleFinding, type Sample } from '../../../test/rig/sample-run.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import type { JournalEvent } from '../../model/event/event.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { openPanel } from './answer/answer-panel.ts';
import type { FrameInput } from './frame-input.ts';
import { renderFrame } from './frame.ts';
import { widthOf } from './text-width.ts';

const now = Date.parse('2026-03-02T12:05:00.000Z');

function frameOf(sample: Sample, change: Partial<FrameInput> = {}): string {
  const state = foldRun(sampleEvents({ ended: null, ...sample })) as RunState;
  return renderFrame({ state, now, width: 79, height: 23, isColour: false, ...change });
}

const hostile = '購物車 👩‍👩‍👧 \u001b[2J\u202e\n| `x` '.repeat(5);
const many: Sample = {
  title: hostile,
  findings: [sampleFinding({ message: hostile })],
  tasks: Array.from({ length: 40 }, (_, index) => ({
    title: hostile,
    outcome: (['completed', 'running', 'failed', 'queued'] as const)[index % 4]!,
  })),
};

test.each([
  [79, 23],
  [119, 39],
  [200, 60],
  [40, 10],
  [20, 14],
  [5, 3],
  [1, 1],
])('a frame fits %i columns and %i rows', (width, height) => {
  for (const isColour of [false, true]) {
    const lines = frameOf(many, { width, height, isColour }).split('\n');
    expect(lines.length).toBeLessThanOrEqual(height);
    for (const line of lines)
      expect(widthOf(stripVTControlCharacters(line))).toBeLessThanOrEqual(width);
  }
});

test('a row tells stage, doing, last sign of life, time and cost in aligned columns', () => {
  const lines = frameOf({ tasks: [{ outcome: 'running' }, { outcome: 'completed' }] }).split('\n');
  expect(lines[3]).toMatch(/task +stage +doing +seen +time +cost$/u);
  expect(lines[4]).toMatch(
    /^● 1 {2}Build part 1 +implementation +edited src\/part-1\.js +4m +4m 49s +\$0\.25$/u,
  );
  expect(lines[5]).toMatch(/^✓ 2 {2}Build part 2 +PR #202 +2m 00s +\$0\.50$/u);
  expect(widthOf(lines[4]!)).toBe(widthOf(lines[5]!));
});

test('what agents do comes before bars, and bars come where there is room left', () => {
  const tasks: Sample['tasks'] = [
    { outcome: 'running', title: 'Give the cart a total with taxes' },
  ];
  expect(frameOf({ tasks })).toMatch(/Give the cart a total with taxes {2}.+ {2}edited src\/p/u);
  expect(frameOf({ tasks })).not.toContain('━');
  expect(frameOf({ tasks }, { width: 119 })).toMatch(/edited src\/part-1\.js +━━━┄+ +4m/u);
});

test('a column in which no row has anything is not drawn', () => {
  const rowsOf = (outcome: 'queued' | 'completed') =>
    frameOf({ tasks: [{ outcome }] }, { width: 119 }).split('\n')[3];
  expect(rowsOf('queued')).toMatch(/^ +task +stage$/u);
  expect(rowsOf('completed')).toMatch(/^ +task +stage +progress +time +cost$/u);
});

test('in a pipe nothing is cut', () => {
  const title = 'A title that is longer than any terminal '.repeat(8).trim();
  const message = `${'It failed because of this and that. '.repeat(20)}The end.`;
  const text = frameOf(
    { title, tasks: [{ outcome: 'running', title }], findings: [sampleFinding({ message })] },
    { width: Infinity, height: Infinity },
  );
  expect(text.split(title)).toHaveLength(3);
  expect(text).toContain(`${message}\n`);
  expect(text).not.toContain('…');
});

test('what a command does before its work is checked is called working', () => {
  const running = sampleEvents({ ended: null, tasks: [{ outcome: 'running' }] });
  const stageOf = (agent: string): string | undefined => {
    const events = running.map((event) => {
      if (event.type === 'attempt-intended') return { ...event, agent };
      return event.type === 'stage-changed' ? { ...event, stage: 'analyzing' as const } : event;
    });
    const state = foldRun(events) as RunState;
    const frame = renderFrame({ state, now, width: 79, height: 23, isColour: false });
    return /Build part 1 +(\w+)/u.exec(frame)?.[1];
  };
  expect(stageOf('command:./agent.sh')).toBe('working');
  expect(stageOf('claude')).toBe('analyzing');
});

test('the row of what is being merged is alive, and says what is done with it', () => {
  const events = sampleEvents({
    ...{ ended: null, tasks: [{ outcome: 'completed' }, { outcome: 'completed' }] },
  });
  const at = '2026-03-02T12:04:00.000Z';
  const car = (task: number) => ({
    ...{ task, number: 200 + task, branch: `b${task}`, head: `${task}`.repeat(40) },
    ...{ after: [], reasons: [] },
  });
  const rowsAfter = (...more: readonly object[]): string[] => {
    const added = more.map((event, index) => ({
      ...{ ...event, seq: events.length + 1 + index, at, run: 'run-1' },
    })) as unknown as readonly JournalEvent[];
    const state = foldRun([...events, ...added]) as RunState;
    const frame = renderFrame({ state, now, width: 79, height: 23, isColour: false });
    return frame.split('\n').slice(4, 6);
  };
  const planned = {
    ...{ type: 'train-planned', method: 'squash', policy: 'verified', branch: 'main' },
    ...{ cars: [car(2), car(1)], culprits: [] },
  };
  const updated = {
    ...{ type: 'update-done', task: 2, onto: 'b'.repeat(40), head: '3'.repeat(40), byRule: [] },
  };
  const merged = { type: 'merge-done', task: 2, sha: 'c'.repeat(40), by: 'us' };
  expect(rowsAfter(planned)).toEqual([
    expect.stringMatching(/^✓ 1 .+ PR #201/u),
    expect.stringMatching(/^● 2 .+ merging #202 +taking in the base/u),
  ]);
  expect(rowsAfter(planned, updated)[1]).toMatch(/^● 2 .+ merging #202 +checking on the base/u);
  expect(rowsAfter(planned, updated, merged)).toEqual([
    expect.stringMatching(/^● 1 .+ merging #201/u),
    expect.stringMatching(/^✓ 2 .+ merged #202/u),
  ]);
});

test('when not all fit, running ones come first, then failed ones, and the rest is counted', () => {
  const rows = frameOf(many)
    .split('\n')
    .filter((line) => /^[●✗○✓…]/u.test(line));
  const marks = rows.map((row) => row[0]).join('');
  expect(marks).toMatch(/^●{10}✗+…/u);
  expect(rows.find((row) => row.startsWith('…'))).toMatch(
    /^… \d+ more: \d+ failed, 10 queued, 10 completed$/u,
  );
});

test('the newest failures and then findings stand below the table', () => {
  const text = frameOf({
    tasks: [{ outcome: 'failed' }, { outcome: 'failed' }],
    findings: [sampleFinding()],
  });
  const notes = text.split('\n').filter((line) => /^(?:✗ {2}task|!)/u.test(line));
  expect(notes.map((line) => line.slice(0, 9))).toEqual(['✗  task 2', '✗  task 1', '!  warnin']);
});

test.each([
  [undefined, 'Ctrl-C starts nothing new'],
  ['drain', 'Ctrl-C again ends them'],
  ['now', 'ending the agents'],
] as const)('after the request %s the footer says what happens', (drain, words) => {
  const sample: Sample = { tasks: [{ outcome: 'running' }] };
  expect(frameOf(drain === undefined ? sample : { ...sample, drain })).toContain(words);
});

test('who only looks at a run is not told that Ctrl-C would end it', () => {
  const sample: Sample = { tasks: [{ outcome: 'running' }] };
  expect(frameOf(sample, { stops: 'nothing' })).not.toContain('Ctrl-C');
  expect(frameOf(sample, { stops: 'watching' })).toContain('Ctrl-C stops watching');
  const draining = frameOf({ ...sample, drain: 'drain' }, { stops: 'watching' });
  expect(draining).toContain('Stopping: running agents finish');
  expect(draining).not.toContain('Ctrl-C');
});

test('a run that went on to merging waits for no approval any more', () => {
  const at = '2026-03-02T13:00:00.000Z';
  const events = sampleEvents({ ended: null, tasks: [{ outcome: 'completed' }] });
  const seq = events.length + 1;
  const paused: JournalEvent = {
    ...{ type: 'run-paused', reason: 'unapproved', message: '#3 is not approved yet' },
    ...{ until: at, seq, at, run: 'run-1' },
  };
  const judging: JournalEvent = { type: 'union-begun', tasks: [1], seq: seq + 1, at, run: 'run-1' };
  const shown = (...more: readonly JournalEvent[]): string => {
    const state = foldRun([...events, ...more]) as RunState;
    return renderFrame({ state, now, width: 79, height: 23, isColour: false });
  };
  expect(shown(paused)).toContain('waiting: #3 is not approved yet');
  expect(shown(paused, judging)).not.toContain('#3 is not approved yet');
});

test('the last frame says how it ended, and its clocks stand still', () => {
  const sample: Sample = { ended: 'interrupted', tasks: [{ outcome: 'running' }] };
  const text = frameOf(sample);
  expect(text).toContain('Interrupted: 0 of 1 task succeeded');
  expect(text).not.toContain('Ctrl-C');
  expect(frameOf(sample, { now: now + 3_600_000 })).toBe(text);
});

test('a run without a plan is planning', () => {
  const state = foldRun(sampleEvents().slice(0, 1)) as RunState;
  const text = renderFrame({ state, now, width: 79, height: 23, isColour: false });
  expect(text).toContain('planning');
});

test('colour is only there when asked for, and changes no text', () => {
  expect(frameOf(many)).not.toContain('\u001b');
  expect(stripVTControlCharacters(frameOf(many, { isColour: true }))).toBe(frameOf(many));
});

test('checks of a pull request are waited for on GitHub, and never on the local forge', () => {
  const tasks = [{ outcome: 'completed' as const }];
  const issue = { forge: 'github', owner: 'o', repo: 'r', number: 3 } as const;
  expect(frameOf({ tasks, issue })).toContain('waiting for the checks of #201');
  expect(frameOf({ tasks })).not.toContain('waiting for the checks');
});

const asking = foldRun([
  ...sampleEvents({ ended: null, tasks: [{ outcome: 'running' }] }),
  {
    ...{ seq: 900, at: '2026-03-02T12:04:00.000Z', run: 'run-1', type: 'question-asked', task: 1 },
    ...{ attempt: 1, question: 1, key: '0123456789abcdef', text: `Which? ${hostile}`, options: [] },
  },
] as JournalEvent[]) as RunState;

test.each([
  [79, 23],
  [40, 12],
  [40, 5],
  [20, 4],
  [9, 3],
])('anyone who answers sees the text field in %i columns and %i rows', (width, height) => {
  const answering = openPanel(asking.questions, new Map());
  const input = { state: asking, now, width, height, isColour: false, answering, answerKey: 'a' };
  const lines = stripVTControlCharacters(renderFrame(input)).split('\n');
  expect(lines.length).toBeLessThanOrEqual(height);
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
  expect(lines).toContainEqual(expect.stringMatching(/^> *$/u));
  expect(lines.join('\n')).not.toContain('Press a');
});

test('the key that answers is named where there is one, and the command where there is none', () => {
  const input = { state: asking, now, width: 119, height: 23, isColour: false };
  expect(renderFrame({ ...input, answerKey: 'a' })).toContain('Press a to answer. Ctrl-C');
  expect(renderFrame({ ...input, answerKey: 'a' })).not.toContain('flotilla answer');
  expect(renderFrame({ ...input, width: 400 })).toContain('flotilla answer local#');
  expect(renderFrame(input)).not.toContain('Press');
});
