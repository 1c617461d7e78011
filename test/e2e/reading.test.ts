import { expect, test } from 'vitest';
import { readStatus, taskOf } from '../rig/status.ts';
import { makeWorld } from '../rig/world.ts';

test('another process sees a run while it goes on', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two'] });
  const gate = world.gate('held');
  world.script({ 'agent-1': 'echo "I am at work"; hold held; echo "I am done"; commit one.txt' });
  const running = world.begin('--max-workers', '2');
  await running.until(gate.arrived());
  await running.printed('opened pull request');

  const run = await readStatus(world);
  expect(run.state).toBe('running');
  expect(taskOf(run, 1)).toMatchObject({ state: 'running', attempt: 1, pullRequest: null });
  expect(taskOf(run, 2).pullRequest?.url).toContain('/pulls/');
  const shown = await world.flotilla('status');
  expect(shown.stdout).toContain(`${run.run} is running.`);
  const runs = await world.flotilla('runs', '--json');
  expect(JSON.parse(runs.stdout)).toMatchObject([
    { run: run.run, issue: 'local#1', state: 'running', total: 2 },
  ]);
  const story = await world.flotilla('logs', 'local#1');
  expect(story.stdout).toContain('opened pull request');
  const raw = await world.flotilla('logs', '../issue.md', '1', '--raw');
  expect(raw.stdout).toBe('I am at work\n');
  const following = world.start('logs', 'local#1', '--follow');
  await following.printed('opened pull request');

  gate.open();
  expect((await running.ended).code).toBe(0);
  const followed = await following.ended;
  expect(followed.code).toBe(0);
  expect(followed.stdout).toContain('finished: 2 of 2 tasks succeeded');
  const said = await world.flotilla('logs', 'local#1', '1');
  expect(said.stdout).toMatch(
    /^── attempt 1, [\dT:.Z-]+: .*\nI am at work\nI am done\n── ended with exit code 0\n$/u,
  );
});

test('logs --follow goes on past the end of a run that was taken up again', async () => {
  await using world = await makeWorld();
  const gate = world.gate('held');
  world.script({ 'agent-1.1': 'hold held', 'agent-1': 'hold held; commit one.txt' });
  const start = ['orchestrate', '../issue.md', '--agent', world.agent, '--plain'] as const;
  const first = world.start(...start);
  await first.until(gate.arrived());
  first.signal('SIGTERM');
  expect((await first.ended).code).toBe(130);
  const second = world.start(...start);
  await second.until(gate.arrived(2));
  const following = world.start('logs', 'local#1', '--follow');
  await following.printed('resumed on');
  gate.open();
  expect((await second.ended).code).toBe(0);
  expect((await following.ended).stdout).toContain('finished: 1 of 1 task succeeded');
});

test('logs --follow of a task prints what its agent says, as it says it', async () => {
  await using world = await makeWorld();
  const [gate, late] = [world.gate('held'), world.gate('late')];
  world.script({ default: 'echo early; hold held; echo late; hold late; commit one.txt' });
  const running = world.begin();
  await running.until(gate.arrived());
  const following = world.start('logs', 'local#1', '1', '--follow');
  const raw = world.start('logs', 'local#1', '1', '--follow', '--raw');
  await Promise.all([following.printed('early\n'), raw.printed('early\n')]);
  gate.open();
  await Promise.all([following.printed('late\n'), raw.printed('late\n')]);
  late.open();
  expect((await running.ended).code).toBe(0);
  const [followed, whole] = await Promise.all([following.ended, raw.ended]);
  expect(whole).toMatchObject({ code: 0, stdout: 'early\nlate\n' });
  expect(followed.code).toBe(0);
  expect(followed.stdout).toMatch(/^── attempt 1, .*\nearly\nlate\n── ended with exit code 0\n$/u);
});

test('watching a run whose orchestrator dies says so, and what to type', async () => {
  await using world = await makeWorld();
  const gate = world.gate('held');
  world.script({ default: 'hold held; commit one.txt' });
  const running = world.begin();
  await running.until(gate.arrived());
  const watchers = [
    world.start('status', '--watch'),
    world.start('logs', 'local#1', '--follow'),
    world.start('logs', 'local#1', '1', '--follow'),
  ];
  await watchers[0]?.printed('task 1');
  running.signal('SIGKILL');
  for (const { ended } of watchers) {
    const { code, stdout, stderr } = await ended;
    expect(code, stderr).toBe(0);
    expect(`${stdout}${stderr}`).toMatch(
      /is interrupted\. .* Continue with: flotilla orchestrate/u,
    );
  }
  gate.open();
  expect((await world.orchestrate()).code).toBe(0);
});

test('a repository without a run says so', async () => {
  await using world = await makeWorld();
  for (const args of [['status'], ['status', 'local#4'], ['logs', 'local#1'], ['rebuild']]) {
    const { code, stderr } = await world.flotilla(...args);
    expect(code, args.join(' ')).toBe(9);
    expect(stderr).toContain('flotilla orchestrate');
  }
});

test('the events that --json prints are the journal’s, in order and all of them', async () => {
  await using world = await makeWorld();
  const ended = await world.orchestrate('--json');
  const events = ended.events();
  // The first run of a machine without a sandbox says what that means, and nothing else is said there.
  expect(ended.stderr.replace(/^There is no sandbox: .*\n+/u, '')).toBe('');
  expect(events.at(0)?.type).toBe('run-started');
  expect(events.at(-1)).toMatchObject({ type: 'run-ended', how: 'finished' });
  const order = events.map(({ seq }) => seq);
  expect(order).toEqual(order.toSorted((one, other) => one - other));
  expect(new Set(order).size).toBe(order.length);
  const intended = events
    .map(({ type }) => type)
    .filter((type) => /^(?:push|pull-request|workspace|sub-issue)-/u.test(type));
  expect(intended).toEqual([
    'sub-issue-intended',
    'sub-issue-done',
    'workspace-intended',
    'workspace-done',
    'push-intended',
    'push-done',
    'pull-request-intended',
    'pull-request-done',
    'workspace-removed',
  ]);
});
