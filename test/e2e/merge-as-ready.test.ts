import { expect, test } from 'vitest';
import { readStatus } from '../rig/status.ts';
import { areAllKillsWanted } from '../rig/wanted-kills.ts';
import { makeWorld, type World } from '../rig/world.ts';

const dieAtEvent = new URL('../rig/die-at-event.ts', import.meta.url).href;

const asReady = ['--merge', 'verified', '--as-ready', '--stack', 'never', '--force'];

function subjects(world: World): string[] {
  const log = world.git('log', '--reverse', '--format=%s', 'main..flotilla/main').trim();
  return log.split('\n').map((subject) => subject.replace(/ \(#\d+\)$/u, ''));
}

test('what is verified is merged while others work, and what begins later starts from there', async () => {
  const tasks = [1, 2, 3];
  await using world = await makeWorld({ issue: tasks.map((task) => `Write \`file-${task}\``) });
  const gates = new Map(tasks.map((task) => [task, world.gate(`go-${task}`)]));
  world.script(
    Object.fromEntries(
      tasks.map((task) => [
        `agent-${task}`,
        `ls >"$rig/seen-${task}"; hold go-${task}; commit file-${task}`,
      ]),
    ),
  );
  const running = world.begin(...asReady, '--check', 'true', '--max-workers', '1');
  const arrivals = tasks.map(async (task) => {
    await gates.get(task)?.arrived();
    return task;
  });
  const order: number[] = [];
  while (order.length < tasks.length) {
    const waiting = arrivals.filter((_, index) => !order.includes(index + 1));
    const now = await Promise.race(waiting);
    // The second works on what the first found; by now that one is in the base.
    if (order.length === 1) await running.printed(`task ${order[0]}  ✓ merged`);
    gates.get(now)?.open();
    order.push(now);
  }
  const ended = await running.ended;
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
  expect(world.noted(`seen-${order[2]}`).split('\n')).toContain(`file-${order[0]}`);
  expect(subjects(world)).toEqual(order.map((task) => `Write file-${task}`));
  expect((await readStatus(world)).state).toBe('succeeded');
}, 120_000);

/**
 * Of the first two, who comes later cannot be brought together with the other, nor by its agent; of the last two, by its
 * agent.
 */
const colliding = {
  'agent-1.1': 'commit words.txt hi',
  'agent-1.2': 'exit 1',
  'agent-1.3': 'echo hi >>words.txt; git commit -qam Hi',
  'agent-2.1': 'sleep 0.3; commit words.txt bye',
  'agent-2.2': 'exit 1',
  'agent-2.3': 'echo bye >>words.txt; git commit -qam Bye',
  'agent-3.1': 'sleep 0.6; commit numbers.txt three',
  'agent-3.2': 'printf "one\\nthree\\n" >numbers.txt; git commit -qam Both',
  'agent-4.1': 'commit numbers.txt one',
  'agent-4.2': 'printf "one\\nthree\\n" >numbers.txt; git commit -qam Both',
};

function makeColliding(): Promise<World> {
  const issue = ['Change the word', 'Change it again', 'Change the number', 'Change it first'];
  return makeWorld({ issue, files: { 'words.txt': 'hello\n', 'numbers.txt': '0\n' } });
}

const ascending = (one: number, other: number): number => one - other;

async function expectAllIn(world: World): Promise<void> {
  const run = await readStatus(world);
  expect(run.state).toBe('succeeded');
  expect(run.tasks.map(({ state }) => state)).toEqual(['merged', 'merged', 'merged', 'merged']);
  expect(subjects(world)).toHaveLength(4);
  const lines = (path: string): string[] =>
    world.git('show', `refs/remotes/flotilla/main:${path}`).trim().split('\n').toSorted();
  expect(lines('words.txt')).toEqual(['bye', 'hi']);
  expect(lines('numbers.txt')).toEqual(['one', 'three']);
  const starts = [1, 2, 3, 4].map((task) => world.starts(`agent-${task}`));
  expect(starts.slice(0, 2).toSorted(ascending)).toEqual([1, 3]);
  expect(starts.slice(2).toSorted(ascending)).toEqual([1, 2]);
}

test('an agent that settles a conflict holds up nobody, and what cannot be settled begins again at once', async () => {
  await using world = await makeColliding();
  const gate = world.gate('settling');
  const settles = `hold settling; ${colliding['agent-3.2']}`;
  world.script({ ...colliding, 'agent-3.2': settles, 'agent-4.2': settles });
  const running = world.begin(...asReady, '--check', 'true');
  await running.until(gate.arrived());
  await running.printed('begins again from the merged base');
  await Promise.all([1, 2].map((task) => running.printed(`task ${task}  ✓ merged`)));
  gate.open();
  const ended = await running.ended;
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
  await expectAllIn(world);
}, 120_000);

/** Every event at which an undisturbed run may die; by default some of them. */
const deaths = areAllKillsWanted('beyond') ? [5, 9, 13, 17, 23, 29] : [19];

test.each(deaths)(
  'killed at every %ith event, it comes to the same end, and no agent is paid twice',
  async (step) => {
    await using world = await makeColliding();
    world.script(colliding);
    Object.assign(world.env, {
      NODE_OPTIONS: `--import=${dieAtEvent}`,
      DIE_AT_EVENT: String(step),
    });
    const flags = [...asReady, '--check', 'true'];
    let ended = await world.orchestrate(...flags);
    for (let start = 1; ended.code === null; start += 1) {
      expect(start, ended.stdout).toBeLessThan(80);
      ended = await world.orchestrate(...flags);
    }
    expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
    await expectAllIn(world);
  },
  600_000,
);

test('Ctrl-C stops merging and working, and the same command goes on with both', async () => {
  const issue = ['Write `a`', 'Write `b`', 'Write `c`'];
  await using world = await makeWorld({ issue });
  const gate = world.gate('slow');
  world.script({ 'agent-1': 'commit a', 'agent-2': 'hold slow; commit b', 'agent-3': 'commit c' });
  const flags = [...asReady, '--check', 'true'];
  const running = world.begin(...flags);
  await running.until(gate.arrived());
  await running.printed('task 1  ✓ merged');
  running.signal('SIGINT');
  await running.printed('raining');
  gate.open();
  const ended = await running.ended;
  expect(ended.code, ended.stdout).toBe(130);
  const again = await world.orchestrate(...flags);
  expect(again.code, again.stdout).toBe(0);
  expect(subjects(world).toSorted()).toEqual(['Write a', 'Write b', 'Write c']);
  expect([1, 2, 3].map((task) => world.starts(`agent-${task}`))).toEqual([1, 1, 1]);
}, 120_000);

test('a stack is merged from below while its upper task still works', async () => {
  const issue = '# Two\n\n- [ ] Write `a`\n- [ ] Write `b`. Depends on task 1.\n';
  await using world = await makeWorld({ issue });
  const gate = world.gate('upper');
  world.script({ 'agent-1': 'commit a', 'agent-2': 'hold upper; ls >"$rig/seen"; commit b' });
  const running = world.begin('--merge', 'verified', '--as-ready', '--force', '--check', 'true');
  await running.until(gate.arrived());
  await running.printed('task 1  ✓ merged');
  gate.open();
  const ended = await running.ended;
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
  expect(world.noted('seen').split('\n')).toContain('a');
  expect(subjects(world)).toEqual(['Write a', 'Write b']);
}, 120_000);
