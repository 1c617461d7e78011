import { expect, test } from 'vitest';
import { sampleEvents } from '../../../test/rig/sample-run.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
import type { TrainCar } from '../../model/merge/train-car.ts';
import type { UnionVerdict } from '../../model/merge/union.ts';
import { reviewChecklist } from '../../model/plan/review-checklist.ts';
import { renderReviewPacket, renderReviewPage } from './review-packet.ts';

const verdict: UnionVerdict = {
  ...{ state: 'green', base: 'b', tasks: [1, 2, 3], left: [], red: [], culprits: [], flaky: [] },
  ...{ checks: [], runs: 1, isSearchComplete: true },
};

function stateOf(tasks: readonly { title: string; files?: readonly string[] }[]): RunState {
  const all = tasks.map((task) => ({ ...task, outcome: 'completed' as const }));
  const state = foldRun(sampleEvents({ tasks: all }));
  if (state === null) throw new Error('No run');
  return state;
}

function carsOf(state: RunState): TrainCar[] {
  return state.tasks.map(({ ordinal }) => ({
    ...{ task: ordinal, number: ordinal, branch: `task-${ordinal}`, head: 'h', after: [] },
    reasons: [{ kind: 'free' }],
  }));
}

/** The task numbers in the order of the first table. */
function readingOrder(packet: string): number[] {
  const [, section = ''] = packet.split('## Read in this order');
  const [rows = ''] = section.split('###');
  return [...rows.matchAll(/\) (\d+)\. /gu)].map(([, ordinal]) => Number(ordinal));
}

test('what fails together is read first, what shares files next', () => {
  const state = stateOf([
    { title: 'Alone', files: ['a.js'] },
    { title: 'Shares', files: ['b.js', 'c.js'] },
    { title: 'Breaks', files: ['c.js'] },
    { title: 'Also breaks', files: ['d.js'] },
  ]);
  const tasks = [1, 2, 3, 4];
  const red = { ...verdict, tasks, state: 'red', red: ['test'], culprits: [[3, 4]] } as const;
  const packet = renderReviewPacket({ state, cars: carsOf(state), verdict: red });
  const order = readingOrder(packet);
  expect(order.slice(0, 2).toSorted((one, other) => one - other)).toEqual([3, 4]);
  expect(order.slice(2)).toEqual([2, 1]);
  expect(packet).toContain('fails together with task 4');
  expect(packet).toContain('Shared with task 3: `c.js`');
  expect(packet).toContain('All 4 branches together are red');
  const [, merging = ''] = packet.split('Merge in this order');
  const row = (title: string): string =>
    merging.split('\n').find((line) => line.includes(title)) ?? '';
  expect(row('3. Breaks')).toContain('| fails together with task 4 |');
  expect(row('4. Also breaks')).not.toContain('collides with no other task');
  expect(row('1. Alone')).toContain('collides with no other task');
  const lost = { ...red, culprits: [] };
  const unknown = renderReviewPacket({ state, cars: carsOf(state), verdict: lost });
  expect(unknown).not.toContain('collides with no other task');
});

test('the review checklist stands in it as long as something is open', () => {
  const state = stateOf([{ title: 'One' }]);
  const page = renderReviewPage(state) ?? '';
  for (const item of reviewChecklist) expect(page).toContain(`- [ ] ${item}\n`);
  expect(page).toContain('Review ALL orchestrated PRs before merging ANY');
});

test('the order of merging stands in it with its reasons', () => {
  const state = stateOf([{ title: 'One' }, { title: 'Two' }]);
  const [one, two] = carsOf(state) as [TrainCar, TrainCar];
  const reconcile = { kind: 'reconcile', tasks: [2], isWithBase: false } as const;
  const cars = [two, { ...one, reasons: [reconcile] }];
  const [, merging = ''] = renderReviewPacket({ state, cars, verdict }).split(
    'Merge in this order',
  );
  expect(merging.indexOf('Two')).toBeLessThan(merging.indexOf('One'));
  expect(merging).toContain('collides with task 2');
});

test('nothing that an author or an agent wrote can change its structure', () => {
  const evil = 'x | y `z` <img src=q> [a](b)';
  const state = stateOf([{ title: evil, files: ['`|`.js'] }]);
  const packet = renderReviewPacket({ state, cars: carsOf(state), verdict });
  expect(packet).not.toMatch(/(?<!\\)<img/u);
  expect(packet).not.toMatch(/(?<!\\)\[a/u);
  for (const row of packet.split('\n').filter((line) => line.startsWith('| 1')))
    expect(row.match(/(?<!\\)\|/gu)?.length).toBeLessThanOrEqual(6);
});

test('what an author set as code stays so, and what nobody judged is said to be', () => {
  const state = stateOf([{ title: 'One', files: ['a.js', 'test/a.test.js'] }]);
  const plan = state.plan && { ...state.plan, acceptance: ['The `npm test` of <all> passes'] };
  const page = renderReviewPage({ ...state, plan }) ?? '';
  expect(page).toContain(String.raw`The \`npm test\` of \<all\> passes`.replaceAll('\\`', '`'));
  expect(page).toContain('Nobody has judged them together yet');
  expect(page).toContain('Tests: `test/a.test.js`');
  expect(page).toContain('flotilla merge issue.md');
});

test('what a train left open is read first, with the reason', () => {
  const state = stateOf([{ title: 'One' }, { title: 'Two' }]);
  const [one, two] = state.tasks;
  if (one === undefined || two === undefined) throw new Error('No tasks');
  const left = { reason: 'conflict', message: 'it conflicts with task 1', with: [1] } as const;
  const page = renderReviewPage({ ...state, tasks: [one, { ...two, left }] }) ?? '';
  expect(readingOrder(page)).toEqual([2, 1]);
  expect(page).toContain('Was not merged: it conflicts with task 1');
});

test('what is merged is not to be read again, as long as something is open', () => {
  const state = stateOf([{ title: 'One' }, { title: 'Two' }]);
  const [one, two] = state.tasks;
  if (one === undefined || two === undefined) throw new Error('No tasks');
  const merged = { ...one, status: 'merged' } as const;
  expect(readingOrder(renderReviewPage({ ...state, tasks: [merged, two] }) ?? '')).toEqual([2]);
  const all = renderReviewPage({ ...state, tasks: [merged, { ...two, status: 'merged' }] }) ?? '';
  expect(all).toContain('2 pull requests');
  expect(all).toContain('all merged');
});
