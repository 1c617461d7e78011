import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startFlotilla } from '../rig/flotilla.ts';
import { readStatus, refOf } from '../rig/status.ts';
import { issueOf, makeWorld } from '../rig/world.ts';

test('two issues of one repository run at the same time', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two'] });
  writeFileSync(join(world.root, 'other.md'), issueOf(['Uno', 'Due'], 'The other issue'));
  const gate = world.gate('both');
  world.script({ default: 'hold both; commit "$MASTER_ISSUE/$AGENT_ID.txt"' });
  const runs = ['../issue.md', '../other.md'].map((issue) =>
    world.start(
      'orchestrate',
      issue,
      '--force',
      '--agent',
      world.agent,
      '--plain',
      '--max-workers',
      '2',
    ),
  );
  await Promise.all(runs.map((run) => run.until(gate.arrived(4))));
  gate.open();
  const ended = await Promise.all(runs.map((run) => run.ended));
  expect(
    ended.map(({ code }) => code),
    ended.map(({ stdout }) => stdout).join('\n'),
  ).toEqual([0, 0]);
  for (const issue of ['../issue.md', '../other.md']) {
    const run = await readStatus(world, issue);
    const key = run.issue.replace('#', '-');
    for (const { ordinal } of run.tasks)
      expect(world.git('diff', '--name-only', 'main', refOf(run, ordinal))).toBe(
        `${key}/agent-${ordinal}.txt\n`,
      );
  }
});

test('a run that keeps its state elsewhere ends nothing of one of the same name', async () => {
  await using world = await makeWorld();
  const gate = world.gate('first');
  world.script({ 'agent-1.1': 'hold first; commit first.txt', 'agent-1.2': 'commit second.txt' });
  const first = world.begin();
  await first.until(gate.arrived());
  const env = { ...world.env, XDG_STATE_HOME: join(world.root, 'other-state') };
  const args = ['orchestrate', '../issue.md', '--agent', world.agent, '--plain'];
  const second = await startFlotilla({ args, cwd: world.repository, env }).ended;
  expect(second.code, second.stdout + second.stderr).toBe(0);
  gate.open();
  const { code, stdout } = await first.ended;
  expect(code, stdout).toBe(0);
  expect(stdout).not.toContain('signal');
});

test('one issue is worked on by one orchestrator at a time', async () => {
  await using world = await makeWorld();
  const gate = world.gate('held');
  world.script({ default: 'hold held; commit done.txt' });
  const first = world.begin();
  await first.until(gate.arrived());
  const second = await world.orchestrate();
  expect(second.code).toBe(9);
  expect(second.stderr).toContain(`is already being worked on by process ${first.pid}`);
  gate.open();
  const ended = await first.ended;
  expect(ended.code).toBe(0);
  expect(world.starts('agent-1')).toBe(1);
});

test('runs of two repositories leave one another’s agents alone', async () => {
  await using one = await makeWorld();
  await using other = await makeWorld();
  const gate = one.gate('held');
  one.script({ default: 'hold held; commit done.txt' });
  const running = one.start('orchestrate', '../issue.md', '--agent', one.agent, '--plain');
  await running.until(gate.arrived());
  expect((await other.orchestrate('--check', 'true')).code).toBe(0);
  gate.open();
  const ended = await running.ended;
  expect(ended.code, ended.stdout).toBe(0);
});

test('fifty tasks get fifty workspaces, and all are completed', async () => {
  const titles = Array.from({ length: 50 }, (_, index) => `Task number ${index + 1}`);
  await using world = await makeWorld({ issue: titles });
  const ended = await world.orchestrate('--json', '--max-workers', '50');
  expect(ended.code, ended.stderr).toBe(0);
  const types = ended.events().map(({ type }) => type);
  expect(types.filter((type) => type === 'workspace-done')).toHaveLength(50);
  expect(types.filter((type) => type === 'task-completed')).toHaveLength(50);
  expect(types).not.toContain('unexpected');
});
