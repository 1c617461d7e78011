import { afterEach, beforeEach, expect, test } from 'vitest';
import { numbered } from '../../../test/rig/merge-world.ts';
import { makeTrainWorld, type TrainWorld } from '../../../test/rig/train-world.ts';
import { areAllKillsWanted } from '../../../test/rig/wanted-kills.ts';
import type { TrainCar } from '../../model/merge/train-car.ts';

let world: TrainWorld;

beforeEach(async () => {
  world = await makeTrainWorld({ 'a.txt': numbered(30) });
});

afterEach(() => world[Symbol.asyncDispose]());

/** Two that conflict in text, two in meaning only, one that goes with all, and one stacked on that. */
async function publishSix(): Promise<TrainCar[]> {
  const one = await world.publish(1, { 'a.txt': numbered(30, { 3: 'one' }) });
  const two = await world.publish(2, { 'a.txt': numbered(30, { 3: 'two' }) });
  const three = await world.publish(3, {
    'words/old': null,
    'words/new': 'x\n',
    'needs/first': 'new\n',
  });
  const four = await world.publish(4, { 'needs/second': 'old\n' });
  const five = await world.publish(5, { 'five.txt': numbered(5) });
  const six = await world.publish(6, { 'five.txt': numbered(5, { 2: 'six' }) }, five);
  return [one, two, three, four, five, six];
}

test('all that can be merged is merged, each checked on the base that it goes into', async () => {
  world.plan(await publishSix());
  expect(await world.run()).toBe(true);
  expect(world.ends()).toEqual([
    '1 merged',
    '2 conflict 1',
    '3 merged',
    '4 check-failed 1,3',
    '5 merged',
    '6 merged',
  ]);
  expect(world.history()).toEqual(
    [1, 3, 5, 6].map((task) => expect.stringContaining(`Do task ${task} (#`) as string),
  );
  // The first goes onto the base that it was verified on; the red one is checked again, and then the base alone.
  expect(world.checked).toHaveLength(6);
  expect(world.git(world.forge.repository, 'show', 'main:five.txt')).toBe(
    numbered(5, { 2: 'six' }).trim(),
  );
  expect(world.git(world.source, 'rev-parse', 'main')).toBe(world.base);
  expect(world.git(world.clone.directory, 'for-each-ref', 'refs/flotilla/union')).toBe('');
});

test.for(['squash', 'merge', 'rebase'] as const)(
  'a stack of which each adds to the same place goes in by %s without a conflict',
  async (method) => {
    const cars: TrainCar[] = [];
    for (const task of [1, 2, 3, 4]) {
      const lines = cars.map((_, index) => `line of ${index + 1}\n`).join('');
      const files = { 'list.txt': `${lines}line of ${task}\n` };
      const car = await world.publish(task, files, cars.at(-1));
      cars.push({ ...car, after: cars.map((below) => below.task) });
    }
    world.plan(cars, { method });
    expect(await world.run()).toBe(true);
    expect(world.ends()).toEqual(['1 merged', '2 merged', '3 merged', '4 merged']);
    expect(world.git(world.forge.repository, 'show', 'main:list.txt').split('\n')).toHaveLength(4);
  },
);

test.for(['merge', 'rebase'] as const)('the same by %s', async (method) => {
  world.plan(await publishSix(), { method });
  await world.run();
  expect(world.ends()).toEqual([
    '1 merged',
    '2 conflict 1',
    '3 merged',
    '4 check-failed 1,3',
    '5 merged',
    '6 merged',
  ]);
  const merges = world.git(
    world.forge.repository,
    'rev-list',
    '--merges',
    '--first-parent',
    `${world.base}..main`,
  );
  expect(merges === '').toBe(method === 'rebase');
  expect(world.git(world.forge.repository, 'show', 'main:five.txt')).toBe(
    numbered(5, { 2: 'six' }).trim(),
  );
});

test('what needs one that is left is left, too', async () => {
  const one = await world.publish(1, { 'a.txt': numbered(30, { 3: 'one' }) });
  const two = await world.publish(2, { 'a.txt': numbered(30, { 3: 'two' }) });
  const three = await world.publish(3, { 'three.txt': 'x\n' }, two);
  const four = { ...(await world.publish(4, { 'four.txt': 'x\n' })), after: [9] };
  world.plan([one, two, three, four]);
  await world.run();
  expect(world.ends()).toEqual(['1 merged', '2 conflict 1', '3 needs 2', '4 needs 9']);
});

test('a base that moves while a pull request is checked is taken in before it is merged', async () => {
  const one = await world.publish(1, { 'one.txt': 'x\n' });
  const two = await world.publish(2, { 'two.txt': 'x\n' });
  world.plan([one, two]);
  let isMoved = false;
  world.onCheck = async () => {
    if (isMoved) return;
    isMoved = true;
    const commit = await world.moveBase({ 'words/more': 'x\n' });
    const at = world.baseNow();
    const tree = world.git(world.clone.directory, 'merge-tree', '--write-tree', at, commit);
    const moved = world.git(
      world.clone.directory,
      'commit-tree',
      tree,
      '-p',
      at,
      '-m',
      'Somebody else',
    );
    world.git(
      world.clone.directory,
      'push',
      '--quiet',
      world.forge.repository,
      `${moved}:refs/heads/main`,
    );
  };
  await world.run();
  expect(world.ends()).toEqual(['1 merged', '2 merged']);
  expect(world.history()).toEqual([
    expect.stringContaining('Do task 1'),
    'Somebody else',
    expect.stringContaining('Do task 2'),
  ]);
  expect(world.checked).toHaveLength(2);
});

test('a check that fails once and then passes is named as flaky, and holds nothing up', async () => {
  const one = await world.publish(1, { 'one.txt': 'x\n' });
  const two = await world.publish(2, { 'two.txt': 'x\n' });
  world.plan([one, two]);
  let isShaken = false;
  world.onCheck = (directory) => {
    if (!isShaken) world.write(directory, { 'needs/shaky': 'nothing\n' });
    isShaken = true;
  };
  await world.run();
  expect(world.ends()).toEqual(['1 merged', '2 merged']);
  expect(world.events.filter(({ type }) => type === 'update-checked')).toMatchObject([
    { task: 2, flaky: ['words'], checks: [{ state: 'passed' }] },
  ]);
});

test('a base that somebody made red is blamed on no branch', async () => {
  const one = await world.publish(1, { 'one.txt': 'x\n' });
  world.plan([one]);
  const commit = await world.moveBase({ 'needs/more': 'nothing\n' });
  const to = `${commit}:refs/heads/main`;
  world.git(world.clone.directory, 'push', '--quiet', world.forge.repository, to);
  await world.run();
  expect(world.ends()).toEqual(['1 check-failed']);
  const [car] = world.train().cars;
  expect(car?.outcome).toMatchObject({ message: 'words fails on the base alone, without it' });
});

test('a pull request that a person merged, closed or pushed to meanwhile is seen', async () => {
  const cars = [1, 2, 3].map((task) => world.publish(task, { [`${task}.txt`]: 'x\n' }));
  const [one, two, three] = (await Promise.all(cars)) as [TrainCar, TrainCar, TrainCar];
  world.plan([one, two, three]);
  await world.forge.merge({
    ...{ number: one.number, head: one.head, base: world.base, method: 'squash' },
    identity: { name: 'Per', email: 'per@example.invalid' },
  });
  const { openRecords } = await import('../../forge/local/records.ts');
  const records = openRecords(`${world.root}/forge`, (work) => work());
  await records.amend(two.number, { state: 'closed' });
  const path = `${world.root}/workspaces/task-3`;
  world.write(path, { 'theirs.txt': 'x\n' });
  world.git(path, 'add', '--all');
  world.git(path, 'commit', '--quiet', '--message', 'By hand');
  world.git(path, 'push', '--quiet', world.forge.repository, 'HEAD:task-3');
  await world.run();
  expect(world.ends()).toEqual(['1 merged', '2 closed', '3 merged']);
  expect(world.events.find(({ type }) => type === 'merge-done')).toMatchObject({
    by: 'somebody else',
  });
  expect(world.git(world.forge.repository, 'show', 'main:theirs.txt')).toBe('x');
  // What a person pushed was checked before it was merged.
  expect(world.checked).toHaveLength(1);
});

test('approval is waited for when the policy asks for it', async () => {
  const one = await world.publish(1, { 'one.txt': 'x\n' });
  const two = await world.publish(2, { 'two.txt': 'x\n' });
  const { openRecords } = await import('../../forge/local/records.ts');
  const records = openRecords(`${world.root}/forge`, (work) => work());
  await records.amend(two.number, { review: 'approved' });
  world.plan([one, two], { policy: 'approved' });
  await world.run();
  expect(world.ends()).toEqual(['1 not-approved', '2 merged']);
});

test('a train that is killed after any event ends as if nothing had happened', async () => {
  world.plan(await publishSix());
  await world.run();
  const expected = {
    ends: world.ends(),
    tree: world.git(world.forge.repository, 'rev-parse', 'main^{tree}'),
  };
  const count = world.events.length - 1;
  const subjects = world.history().length;
  // All of them by `npm run test:kills`, a sample otherwise.
  const step = areAllKillsWanted('beyond') ? 1 : 8;
  for (let event = step === 1 ? 1 : 3; event <= count; event += step) {
    await world[Symbol.asyncDispose]();
    world = await makeTrainWorld({ 'a.txt': numbered(30) });
    world.plan(await publishSix());
    if (event === count) await world.run();
    else await expect(world.run(event)).rejects.toThrow('Died');
    const again = world.train().isEnded || (await world.run());
    expect(again).toBe(true);
    expect(world.ends(), `killed after event ${event}`).toEqual(expected.ends);
    expect(world.git(world.forge.repository, 'rev-parse', 'main^{tree}')).toBe(expected.tree);
    expect(world.history()).toHaveLength(subjects);
  }
}, 300_000);
