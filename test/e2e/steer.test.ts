import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Running } from '../rig/flotilla.ts';
import { readStatus } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

/** Agents that wait at the gate `held`, and then bring their work. */
const holding = { default: 'hold held; commit "work/$AGENT_ID.txt"' };

async function say(world: World, ...words: readonly string[]): Promise<string> {
  const [command = '', ...rest] = words;
  const { code, stdout, stderr } = await world.flotilla(command, '../issue.md', ...rest);
  expect(code, stderr).toBe(0);
  return stdout;
}

async function statesOf(world: World): Promise<Record<number, string>> {
  const { tasks } = await readStatus(world);
  return Object.fromEntries(tasks.map(({ ordinal, state }) => [ordinal, state]));
}

async function kill(running: Running): Promise<void> {
  running.signal('SIGKILL');
  await running.ended;
}

test('more agents at once start as soon as somebody wants them', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two', 'Three', 'Four'] });
  const gate = world.gate('held');
  world.script(holding);
  const running = world.begin('--max-workers', '1', '--json');
  await running.until(gate.arrived());
  const begun = performance.now();
  const words = await say(world, 'set', '--max-workers', '3');
  expect(words).toContain('--max-workers 3');
  await running.until(gate.arrived(3));
  expect(performance.now() - begun).toBeLessThan(5_000);
  const states = Object.values(await statesOf(world));
  expect(states.filter((state) => state === 'running')).toHaveLength(3);
  gate.open();
  const { code, events } = await running.ended;
  expect(code).toBe(0);
  const changed = events().filter(({ type }) => type === 'settings-changed');
  expect(changed).toMatchObject([{ settings: { maxWorkers: 3 } }]);
}, 60_000);

test('fewer agents at once end nobody, and the next one waits for its place', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two', 'Three'] });
  const gates = ['agent-1', 'agent-2', 'agent-3'].map((name) => world.gate(name));
  world.script({ default: 'hold "$AGENT_ID"; commit "work/$AGENT_ID.txt"' });
  const running = world.begin('--max-workers', '2', '--json');
  const arrived = gates.map(async (gate, index) => gate.arrived().then(() => index));
  const first = await Promise.race(arrived);
  const second = await Promise.race(arrived.filter((_, index) => index !== first));
  await say(world, 'set', '--max-workers', '1');
  gates[first]?.open();
  await running.printed('"task-completed"');
  const { tasks } = await readStatus(world);
  expect(tasks.filter(({ state }) => state === 'running')).toHaveLength(1);
  gates[second]?.open();
  gates.forEach((gate) => gate.open());
  expect((await running.ended).code).toBe(0);
}, 60_000);

test('a changed time limit and budget hold for the agents that start then', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two'] });
  const gate = world.gate('held');
  world.script({
    'agent-1': 'hold held; commit "work/$AGENT_ID.txt"',
    'agent-2': 'hold held; commit "work/$AGENT_ID.txt"',
  });
  const running = world.begin('--max-workers', '1');
  await running.until(gate.arrived());
  await say(world, 'set', '--timeout', '1h', '--max-turns', '7', '--max-cost', '2.5');
  gate.open();
  const { code } = await running.ended;
  expect(code).toBe(0);
  const limits = [1, 2].map(
    (task) => /^TIMEOUT=(\d+)$/mu.exec(world.seen(`agent-${task}`, 'env'))?.[1],
  );
  expect(new Set(limits)).toEqual(new Set(['1800', '3600']));
}, 60_000);

test('what was set of a dead run holds for its next start, until a flag says otherwise', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two', 'Three'] });
  const gate = world.gate('held');
  world.script(holding);
  const dead = world.begin('--max-workers', '1');
  await dead.until(gate.arrived());
  await kill(dead);
  const words = await say(world, 'set', '--max-workers', '2', '--merge', 'verified');
  expect(words).toMatch(/Nobody works on it now.*\n.*--max-workers 2.*--merge verified/u);
  const resumed = world.start('resume', '../issue.md', '--force', '--json');
  await resumed.until(gate.arrived(2));
  await kill(resumed);
  // The same command as in the beginning says nothing of merging, and less of agents.
  const again = world.begin('--max-workers', '3', '--json');
  await again.until(gate.arrived(3));
  gate.open();
  const { code, events, stderr } = await again.ended;
  expect(code, stderr).toBe(0);
  const started = events().find(({ type }) => type === 'run-resumed');
  expect(started).toMatchObject({ settings: { maxWorkers: 3, merge: 'verified' } });
  expect(await statesOf(world)).toEqual({ 1: 'merged', 2: 'merged', 3: 'merged' });
}, 90_000);

test('a run that was not to merge merges what is verified as soon as it is asked to', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two'] });
  const gates = ['agent-1', 'agent-2'].map((name) => world.gate(name));
  world.script({ default: 'hold "$AGENT_ID"; commit "work/$AGENT_ID.txt"' });
  const running = world.begin('--max-workers', '2', '--check', 'true');
  gates[0]?.open();
  await running.printed('✓ completed');
  await say(world, 'set', '--merge', 'verified');
  await running.printed('✓ merged');
  await gates[1]?.arrived();
  expect((await statesOf(world))[2]).toBe('running');
  gates[1]?.open();
  expect((await running.ended).code).toBe(0);
  expect(await statesOf(world)).toEqual({ 1: 'merged', 2: 'merged' });
}, 60_000);

test('a run that waits for approval merges as soon as what is verified is enough', async () => {
  await using world = await makeWorld({ issue: ['One'] });
  const running = world.begin('--merge', 'approved', '--check', 'true');
  await running.printed('waiting for reviewers');
  await say(world, 'pause');
  await say(world, 'set', '--merge', 'verified');
  expect(await readStatus(world)).toMatchObject({ state: 'paused' });
  await say(world, 'continue');
  await running.printed('✓ merged');
  const { code, stdout } = await running.ended;
  expect(code, stdout).toBe(0);
  expect(await statesOf(world)).toEqual({ 1: 'merged' });
}, 60_000);

test('a run that is not to merge any more leaves its pull requests open, and ends', async () => {
  await using world = await makeWorld({ issue: ['One'] });
  const running = world.begin('--merge', 'approved', '--check', 'true');
  await running.printed('waiting for reviewers');
  await say(world, 'set', '--merge', 'never');
  expect((await running.ended).code).toBe(0);
  expect(await readStatus(world)).toMatchObject({ state: 'succeeded' });
  expect(await statesOf(world)).toEqual({ 1: 'completed' });
}, 60_000);

test('a paused run starts nothing, stays paused over a kill, and ends well after continue', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two'] });
  const gate = world.gate('held');
  world.script(holding);
  const running = world.begin('--max-workers', '1');
  await running.until(gate.arrived());
  expect(await say(world, 'pause')).toMatch(/flotilla continue .*issue\.md/u);
  await running.printed('paused on request');
  // It goes on, to its end; nothing follows it.
  gate.open();
  await running.printed('✓ completed');
  expect(await readStatus(world)).toMatchObject({ state: 'paused' });
  const shown = (await world.flotilla('status', '../issue.md')).stdout;
  expect(shown).toContain('flotilla continue');
  await kill(running);
  const died = (await world.flotilla('status', '../issue.md')).stdout;
  expect(died).toContain('is interrupted');
  expect(died).toContain('paused on request');

  const again = world.begin('--max-workers', '1');
  await again.printed('The run is paused on request: nothing new starts. Continue with:');
  await again.printed('resumed on');
  expect(await readStatus(world)).toMatchObject({ state: 'paused' });
  expect(await say(world, 'pause')).toContain('was paused before');
  expect(world.starts('agent-1') + world.starts('agent-2')).toBe(1);
  expect(await say(world, 'continue')).toContain('continues');
  const { code, stdout } = await again.ended;
  expect(code, stdout).toBe(0);
  expect([world.starts('agent-1'), world.starts('agent-2')]).toEqual([1, 1]);
  expect(await say(world, 'continue')).toContain('is not paused');
  expect(await say(world, 'pause')).toContain('Nothing to pause');
}, 90_000);

test('a paused run is drained and cancelled as any other', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two'] });
  const gate = world.gate('held');
  world.script(holding);
  const running = world.begin('--max-workers', '1');
  await running.until(gate.arrived());
  await say(world, 'pause');
  gate.open();
  await running.printed('✓ completed');
  running.signal('SIGINT');
  expect((await running.ended).code).toBe(130);
  const again = world.begin('--max-workers', '1');
  await again.printed('resumed on');
  await say(world, 'cancel');
  expect((await again.ended).code).toBe(130);
  expect(Object.values(await statesOf(world)).toSorted()).toEqual(['cancelled', 'completed']);
}, 60_000);

test('a paused run merges nothing before somebody continues it', async () => {
  await using world = await makeWorld({ issue: ['One'] });
  const gate = world.gate('held');
  world.script(holding);
  const running = world.begin('--merge', 'verified', '--check', 'true');
  await running.until(gate.arrived());
  await say(world, 'pause');
  gate.open();
  await running.printed('✓ completed');
  expect(await readStatus(world)).toMatchObject({ state: 'paused' });
  expect(running.soFar()).not.toContain('merged');
  await say(world, 'continue');
  expect((await running.ended).code).toBe(0);
  expect(await statesOf(world)).toEqual({ 1: 'merged' });
}, 60_000);

test('a task that waits is left out; it is taken up again when it is chosen', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two', 'Three'] });
  const gate = world.gate('held');
  world.script(holding);
  const running = world.begin('--max-workers', '1');
  await running.until(gate.arrived());
  const { tasks } = await readStatus(world);
  const [busy] = tasks.filter(({ state }) => state === 'running');
  const [waiting] = tasks.filter(({ state }) => state === 'queued');
  const skipped = waiting?.ordinal ?? 0;
  const atWork = await world.flotilla('skip', '../issue.md', String(busy?.ordinal));
  expect([atWork.code, atWork.stderr]).toEqual([
    9,
    expect.stringMatching(new RegExp(`flotilla cancel .*issue.md ${busy?.ordinal}`, 'u')),
  ]);
  expect(await say(world, 'skip', String(skipped))).toContain(`--tasks ${skipped}`);
  expect(await say(world, 'skip', String(skipped))).toContain('was skipped before');
  expect((await statesOf(world))[skipped]).toBe('skipped');
  gate.open();
  const { code, stdout } = await running.ended;
  expect(code).toBe(0);
  expect(stdout).toContain('All agents succeeded');
  expect(stdout).toContain(`Take up task ${skipped}, skipped so far`);
  expect(world.starts(`agent-${skipped}`)).toBe(0);
  expect(await readStatus(world)).toMatchObject({ state: 'succeeded' });
  // Another start leaves it out, too, unless it is chosen.
  const idle = await world.orchestrate();
  expect([idle.code, idle.stdout]).toEqual([0, expect.stringContaining('Nothing left to do')]);
  expect((await world.orchestrate('--tasks', String(skipped))).code).toBe(0);
  expect(Object.values(await statesOf(world))).toEqual(['completed', 'completed', 'completed']);
}, 90_000);

test('what needs a skipped task is blocked, and what only stands on it goes on without', async () => {
  await using world = await makeWorld({
    files: { 'src/a.js': 'export const a = 1;\n' },
    issue:
      '# Better\n\n## Sub-Tasks\n\n- [ ] Hold the door\n- [ ] Change `src/a.js`\n- [ ] Write `src/c.js` (depends on task 2)\n- [ ] Change `src/a.js` again\n',
  });
  const gate = world.gate('held');
  world.script({ 'agent-1': holding.default });
  const running = world.begin('--max-workers', '1', '--tasks', '1,2,3,4', '--json');
  await running.printed('"planned"');
  const skipping = await world.flotilla('skip', '../issue.md', '2');
  gate.open();
  const { code, events, stdout } = await running.ended;
  const plan = events().find((event) => event.type === 'planned');
  const below = plan?.type === 'planned' ? plan.plan.tasks.map(({ stackOn }) => stackOn) : [];
  expect(below, stdout).toEqual([null, null, 2, 2]);
  expect(skipping.code, skipping.stderr).toBe(0);
  expect(await statesOf(world)).toEqual({
    1: 'completed',
    2: 'skipped',
    3: 'blocked',
    4: 'completed',
  });
  expect(code).toBe(2);
}, 60_000);

test('a task of a dead run is left out, and an agent that outlived it counts as at work', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two'] });
  const gate = world.gate('held');
  world.script(holding);
  const dead = world.begin('--max-workers', '1');
  await dead.until(gate.arrived());
  await kill(dead);
  const { tasks } = await readStatus(world);
  const busy = tasks.find(({ state }) => state === 'running')?.ordinal ?? 0;
  const waiting = tasks.find(({ state }) => state === 'queued')?.ordinal ?? 0;
  expect((await world.flotilla('skip', '../issue.md', String(busy))).code).toBe(9);
  await say(world, 'skip', String(waiting));
  const folder = `${world.repository}/.claude/runtime/parallel/local-1`;
  expect(readFileSync(`${folder}/agent-${waiting}.status.json`, 'utf8')).toContain('"pending"');
  gate.open();
  expect((await world.orchestrate()).code).toBe(0);
  expect(world.starts(`agent-${waiting}`)).toBe(0);
  expect(await readStatus(world)).toMatchObject({ state: 'succeeded' });
}, 60_000);

test('what cannot be changed, no value and a wrong issue are refused in words', async () => {
  await using world = await makeWorld();
  expect((await world.orchestrate()).code).toBe(0);
  const cases: readonly (readonly [readonly string[], number, string])[] = [
    [['set', '../issue.md', '--agent', 'codex'], 64, '--agent cannot be changed'],
    [['set', '../issue.md', '--agent', 'codex'], 64, '--max-workers'],
    [['set', '../issue.md'], 64, 'Say what to change'],
    [['set', '../issue.md', '--max-workers', '0'], 64, 'whole number above 0'],
    [['set', '../issue.md', '--timeout', 'soon'], 64, 'Give seconds'],
    [['set', '../issue.md', '--merge', 'maybe'], 64, 'never, approved, verified'],
    [['set', '../other.md', '--max-workers', '2'], 9, 'other.md'],
    [['pause', '../other.md'], 9, 'other.md'],
    [['continue', '../other.md'], 9, 'other.md'],
    [['skip', '../other.md', '1'], 9, 'other.md'],
    [['skip', '../issue.md', '7'], 64, 'no task 7'],
    [['skip', '../issue.md', '1'], 9, 'is completed'],
    [['skip', '../issue.md'], 64, 'task'],
    [['pause'], 64, 'issue'],
  ];
  for (const [args, code, words] of cases) {
    const ended = await world.flotilla(...args);
    expect([ended.code, ended.stdout], args.join(' ')).toEqual([code, '']);
    expect(ended.stderr).toContain(words);
  }
}, 90_000);
