import { afterEach, beforeEach, expect, test } from 'vitest';
import { numbered } from '../../../test/rig/merge-world.ts';
import { makeTrainWorld, type TrainWorld } from '../../../test/rig/train-world.ts';
import { areAllKillsWanted } from '../../../test/rig/wanted-kills.ts';
import { isGreen } from '../../model/merge/checked-tree.ts';
import type { TrainCar } from '../../model/merge/train-car.ts';

let world: TrainWorld;

async function openWorld(): Promise<void> {
  world = await makeTrainWorld({ 'a.txt': numbered(30) });
  world.places = 4;
}

beforeEach(openWorld);

afterEach(() => world[Symbol.asyncDispose]());

async function publishApart(tasks: readonly number[]): Promise<TrainCar[]> {
  const cars: TrainCar[] = [];
  for (const task of tasks) cars.push(await world.publish(task, { [`${task}.txt`]: 'x\n' }));
  return cars;
}

/** The tree of all of them on the base as it is. */
function unionTree(cars: readonly TrainCar[]): string {
  const { directory } = world.clone;
  let at = world.baseNow();
  world.git(directory, 'fetch', '--quiet', world.forge.repository, 'main');
  for (const { head } of cars) {
    const tree = world.git(directory, 'merge-tree', '--write-tree', at, head);
    at = world.git(directory, 'commit-tree', tree, '-p', at, '-p', head, '-m', 'Union');
  }
  return world.git(directory, 'rev-parse', `${at}^{tree}`);
}

/** Tasks that were merged with a tree that no check was green on, nor verified. */
function uncheckedMerges(): number[] {
  const green = new Set(
    world
      .train()
      .trees.filter(isGreen)
      .map(({ tree }) => tree),
  );
  return world.train().cars.flatMap(({ task, outcome, head, firstHead }) => {
    if (outcome?.kind !== 'merged' || head === firstHead) return [];
    const tree = world.git(world.forge.repository, 'rev-parse', `${outcome.sha}^{tree}`);
    return green.has(tree) ? [] : [task];
  });
}

function countOf(type: string): number {
  return world.events.filter((event) => event.type === type).length;
}

/** What was checked ahead, as the tasks that were together, with what came of it. */
function checkedAhead(): string[] {
  return world.events.flatMap((event) =>
    event.type === 'prefix-checked'
      ? [`${event.tasks.join('+')} ${isGreen(event) ? 'green' : 'red'}`]
      : [],
  );
}

test('the checks of six pull requests overlap, and the tree of the green union is not checked again', async () => {
  const cars = await publishApart([1, 2, 3, 4, 5, 6]);
  await world.pushToBase({ 'theirs.txt': 'x\n' });
  // Nobody passes until four are there.
  world.command = 'touch "$SEEN/$$"; until [ "$(ls "$SEEN" | wc -l)" -ge 4 ]; do sleep 0.05; done';
  const about = { by: world.command, onto: '', checks: [], flaky: [], redOnBase: [] };
  world.plan(cars, { known: [{ ...about, tree: unionTree(cars) }] });
  expect(await world.run()).toBe(true);
  expect(world.ends()).toEqual(cars.map(({ task }) => `${task} merged`));
  expect(world.mostAtOnce()).toBe(4);
  expect(world.checked).toHaveLength(6 - 1);
  expect(countOf('prefix-checked')).toBe(5);
  expect(countOf('update-checked')).toBe(6);
  expect(uncheckedMerges()).toEqual([]);
  const { directory } = world.clone;
  expect(world.git(directory, 'for-each-ref', 'refs/flotilla/places', 'refs/flotilla/ahead')).toBe(
    '',
  );
});

test.for(['squash', 'merge', 'rebase'] as const)(
  'a red one in the middle is left out by %s, and only what stood on it is checked again',
  async (method) => {
    const [one, two] = await publishApart([1, 2]);
    const three = await world.publish(3, { 'needs/third': 'nothing\n' });
    const rest = await publishApart([4, 5]);
    const six = await world.publish(6, { '6.txt': 'x\n' }, rest[1]);
    world.plan([one!, two!, three, ...rest, six], { method });
    expect(await world.run()).toBe(true);
    expect(world.ends()).toEqual([
      ...['1 merged', '2 merged', '3 check-failed 1,2'],
      ...['4 merged', '5 merged', '6 merged'],
    ]);
    expect(world.history()).toHaveLength(5);
    expect(uncheckedMerges()).toEqual([]);
    const ahead = checkedAhead();
    // The first was verified on this base.
    expect(ahead.filter((line) => line.endsWith('2 green'))).toHaveLength(1);
    expect(ahead.filter((line) => line.endsWith('+3 red') || line === '3 red')).toHaveLength(1);
    for (const last of [4, 5, 6])
      expect(
        ahead.filter((line) => line.endsWith(`${last} green`)),
        `${last} of ${ahead.join()}`,
      ).toHaveLength(1);
    expect(ahead.filter((line) => line.includes('3+') && line.endsWith('green'))).toEqual([]);
  },
);

test('a base that somebody pushes to meanwhile: all that is merged was checked with it', async () => {
  const cars = await publishApart([1, 2, 3, 4]);
  world.plan(cars);
  let isPushed = false;
  world.onCheck = async () => {
    if (isPushed) return;
    isPushed = true;
    await world.pushToBase({ 'words/more': 'x\n' });
  };
  expect(await world.run()).toBe(true);
  expect(world.ends()).toEqual(['1 merged', '2 merged', '3 merged', '4 merged']);
  expect(uncheckedMerges()).toEqual([]);
  expect(countOf('merge-differed')).toBe(0);
  expect(world.git(world.forge.repository, 'ls-tree', '--name-only', 'main', 'words/')).toContain(
    'words/more',
  );
});

test('a merge that is not what was checked is seen before the next one, which is checked with it', async () => {
  const cars = await publishApart([1, 2, 3]);
  world.plan(cars);
  let isPushed = false;
  // As on a forge that looks at the base a moment later than we do.
  world.onMerge = async (base) => {
    if (isPushed) return base;
    isPushed = true;
    return world.pushToBase({ 'words/more': 'x\n' });
  };
  expect(await world.run()).toBe(true);
  expect(world.ends()).toEqual(['1 merged', '2 merged', '3 merged']);
  const types = world.events.map((event) => ('task' in event ? `${event.type} ${event.task}` : ''));
  expect(types.filter((type) => type.startsWith('merge-differed'))).toEqual(['merge-differed 1']);
  expect(types.indexOf('merge-differed 1')).toBeLessThan(types.indexOf('merge-intended 2'));
  expect(types.indexOf('update-checked 2')).toBeGreaterThan(types.indexOf('merge-differed 1'));
  expect(uncheckedMerges()).toEqual([]);
});

test('what was checked is known after a kill, and not checked again', async () => {
  const cars = await publishApart([1, 2, 3, 4, 5]);
  world.plan(cars);
  await world.run();
  const all = world.checked.length;
  const last = world.events.findLastIndex(({ type }) => type === 'prefix-checked');
  expect(all).toBe(4);
  await world[Symbol.asyncDispose]();
  await openWorld();
  world.plan(await publishApart([1, 2, 3, 4, 5]));
  await expect(world.run(last)).rejects.toThrow('Died');
  const known = countOf('prefix-checked');
  const begun = world.checked.length;
  await world.run();
  expect(world.ends()).toEqual(cars.map(({ task }) => `${task} merged`));
  expect(world.checked.length - begun).toBe(4 - known);
});

test('with one place, nothing is checked before its turn', async () => {
  world.places = 1;
  world.plan(await publishApart([1, 2, 3]));
  await world.run();
  expect(world.ends()).toEqual(['1 merged', '2 merged', '3 merged']);
  expect(countOf('prefix-checked')).toBe(0);
  expect(world.checked).toHaveLength(2);
});

/** Two that conflict in text, two that are red together, one that goes with all, and one stacked on that. */
async function publishSix(): Promise<TrainCar[]> {
  const one = await world.publish(1, { 'a.txt': numbered(30, { 3: 'one' }) });
  const two = await world.publish(2, { 'a.txt': numbered(30, { 3: 'two' }) });
  const renamed = { 'words/old': null, 'words/new': 'x\n', 'needs/first': 'new\n' };
  const three = await world.publish(3, renamed);
  const four = await world.publish(4, { 'needs/second': 'old\n' });
  const five = await world.publish(5, { 'five.txt': numbered(5) });
  const six = await world.publish(6, { 'five.txt': numbered(5, { 2: 'six' }) }, five);
  return [one, two, three, four, five, six];
}

test('a train that checks ahead ends the same when it is killed after any event', async () => {
  world.plan(await publishSix());
  await world.run();
  const ends = world.ends();
  expect(ends).toEqual([
    ...['1 merged', '2 conflict 1', '3 merged', '4 check-failed 1,3'],
    ...['5 merged', '6 merged'],
  ]);
  const tree = world.git(world.forge.repository, 'rev-parse', 'main^{tree}');
  const count = world.events.length - 1;
  const subjects = world.history().length;
  // All of them by `npm run test:kills`, a sample otherwise.
  const step = areAllKillsWanted('beyond') ? 1 : 9;
  for (let event = step === 1 ? 1 : 4; event < count; event += step) {
    await world[Symbol.asyncDispose]();
    await openWorld();
    world.plan(await publishSix());
    // Which checks end first differs: past the last event, nothing is killed.
    const killed = world.run(event).catch((error: unknown) => error);
    if ((await killed) !== true) expect(await killed).toEqual(new Error('Died'));
    expect(world.train().isEnded || (await world.run())).toBe(true);
    expect(world.ends(), `killed after event ${event}`).toEqual(ends);
    expect(world.git(world.forge.repository, 'rev-parse', 'main^{tree}')).toBe(tree);
    expect(world.history()).toHaveLength(subjects);
    expect(uncheckedMerges()).toEqual([]);
  }
}, 1_200_000);
