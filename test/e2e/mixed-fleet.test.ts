import { expect, test } from 'vitest';
import { readStatus, taskOf } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

const configuration = '.claude/config/parallel-orchestration.json';

function configure(world: World, agent: object): void {
  world.write(configuration, JSON.stringify({ agent }));
}

test('tasks are worked on by the agents that the configuration names', async () => {
  await using world = await makeWorld({ issue: ['Add one', 'Add two'] });
  world.script({ default: 'commit "$AGENT_ID.txt"' });
  const other = 'command:printf two >two.txt';
  configure(world, { name: world.agent, tasks: { 2: other } });
  const ended = await world.flotilla('orchestrate', '../issue.md', '--json');
  expect(ended.code, ended.stderr).toBe(0);
  const agents = ended
    .events()
    .flatMap((event) => (event.type === 'attempt-intended' ? [[event.task, event.agent]] : []));
  expect(Object.fromEntries(agents)).toEqual({ 1: world.agent, 2: other });
});

test('another agent takes over from one that has failed twice', async () => {
  await using world = await makeWorld({ issue: ['Add one'] });
  world.script({ default: 'commit one.txt' });
  configure(world, { name: 'command:exit 3', fallback: [world.agent] });
  for (const flags of [[], ['--retry'], ['--retry']])
    await world.flotilla('orchestrate', '../issue.md', '--plain', ...flags);
  expect(taskOf(await readStatus(world), 1)).toMatchObject({ state: 'completed', attempt: 3 });
});

test('a missing agent is reported before anything starts', async () => {
  await using world = await makeWorld({ issue: ['Add one `agent:gemini`'] });
  const ended = await world.orchestrate();
  expect(ended.code).toBe(8);
  expect(ended.stderr).toContain('gemini');
  expect(world.starts('agent-1')).toBe(0);
});
