import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readStatus } from '../rig/status.ts';
import { issueOf, makeWorld, type World } from '../rig/world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

/** Agents that wait at the gate `held`, and then bring their work. */
const holding = { default: 'hold held; commit "work/$AGENT_ID.txt"' };

function edit(world: World, titles: readonly string[]): void {
  writeFileSync(join(world.root, 'issue.md'), issueOf(titles));
}

async function add(world: World, ...flags: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await world.flotilla('add', '../issue.md', '--yes', ...flags);
  expect(code, `${stdout}${stderr}`).toBe(0);
  return stdout;
}

async function tasksOf(world: World): Promise<readonly (readonly [number, string, string])[]> {
  const { tasks } = await readStatus(world);
  return tasks.map(({ ordinal, title, state }) => [ordinal, title, state] as const);
}

test('tasks that are added anywhere begin at once, and what the run has keeps its numbers', async () => {
  await using world = await makeWorld({ issue: ['Cart', 'Shelf'] });
  world.script(holding);
  const gate = world.gate('held');
  const running = world.begin('--max-workers', '4', '--check', 'true', '--json');
  await running.until(gate.arrived(2));
  edit(world, ['Cart', 'Till', 'Shelf', 'Lamp']);
  const said = await add(world);
  expect(said).toContain('＋ task 3 Till');
  expect(said).toContain('＋ task 4 Lamp');
  expect(said).toMatch(/Added 2 tasks to orch-local-1-.+ takes them up now\./u);
  const told = performance.now();
  await running.until(gate.arrived(4));
  expect(performance.now() - told).toBeLessThan(10_000);
  gate.open();
  const { code, events, stderr } = await running.ended;
  expect(code, stderr).toBe(0);
  expect(await tasksOf(world)).toEqual([
    [1, 'Cart', 'completed'],
    [2, 'Shelf', 'completed'],
    [3, 'Till', 'completed'],
    [4, 'Lamp', 'completed'],
  ]);
  expect(world.seen('agent-3', 'prompt')).toContain('Till');
  expect(events().filter(({ type }) => type === 'finding-raised')).toEqual([]);

  const again = await world.orchestrate('--check', 'true');
  expect(again.stdout).toContain('Nothing left to do');
  expect([1, 2, 3, 4].map((task) => world.starts(`agent-${task}`))).toEqual([1, 1, 1, 1]);
});

test('a task that may change what another one does waits for it, and starts from its branch', async () => {
  await using world = await makeWorld({
    issue: ['Change `a.txt` to say hi', 'Change `b.txt`'],
    files: { 'a.txt': 'a\n', 'b.txt': 'b\n' },
  });
  world.script({
    'agent-1': 'hold one; echo hi >a.txt; git commit -qam Hi',
    'agent-2': 'hold two; echo b2 >b.txt; git commit -qam B',
    'agent-3': 'cat a.txt >"$rig/saw"; echo there >>a.txt; git commit -qam There',
  });
  const [one, two] = [world.gate('one'), world.gate('two')];
  const running = world.begin('--max-workers', '4', '--check', 'true');
  await running.until(Promise.all([one.arrived(), two.arrived()]).then(() => undefined));
  edit(world, [
    'Change `a.txt` to say hi',
    'Change `b.txt`',
    'Change `a.txt` to say where',
    'Add `c.txt`, after task 3',
  ]);
  const json = JSON.parse(await add(world, '--json', '--force')) as { added: readonly object[] };
  expect(json.added).toMatchObject([
    { task: 3, after: { task: 1, why: 'both may change a.txt' } },
    { task: 4, after: { task: 3, why: 'it depends on task 3' } },
  ]);
  expect(world.starts('agent-3')).toBe(0);
  one.open();
  await running.printed('task 3  ✓ completed');
  expect(world.noted('saw')).toBe('hi');
  two.open();
  const { code, stdout } = await running.ended;
  expect(code, stdout).toBe(0);
  expect((await tasksOf(world)).map(([, , state]) => state)).toEqual([
    ...['completed', 'completed', 'completed', 'completed'],
  ]);
});

test('what is added to a run that was killed, or is over, is for its next start', async () => {
  await using world = await makeWorld({ issue: ['Cart', 'Shelf'] });
  world.script(holding);
  const gate = world.gate('held');
  const running = world.begin('--check', 'true');
  await running.until(gate.arrived(2));
  running.signal('SIGKILL');
  await running.ended;
  edit(world, ['Till', 'Cart', 'Shelf']);
  const said = await add(world);
  expect(said).toMatch(
    /＋ task 3 Till\n.*its next start works on them:\n {4}flotilla orchestrate/u,
  );
  expect((await readStatus(world)).state).toBe('interrupted');
  gate.open();
  const resumed = await world.orchestrate('--check', 'true');
  expect(resumed.code, resumed.stdout).toBe(0);
  expect(resumed.stdout).not.toContain('planned again');
  edit(world, ['Till', 'Cart', 'Lamp', 'Shelf']);
  expect(await add(world)).toContain('＋ task 4 Lamp');
  expect((await readStatus(world)).state).toBe('interrupted');
  expect(await add(world)).toContain('Nothing to add');
  const last = await world.orchestrate('--check', 'true');
  expect(last.code, last.stdout).toBe(0);
  expect(await tasksOf(world)).toEqual([
    [1, 'Cart', 'completed'],
    [2, 'Shelf', 'completed'],
    [3, 'Till', 'completed'],
    [4, 'Lamp', 'completed'],
  ]);
  expect([1, 2, 3, 4].map((task) => world.starts(`agent-${task}`))).toEqual([1, 1, 1, 1]);
});

test('what was reworded or removed is left as planned, and said', async () => {
  await using world = await makeWorld({ issue: ['Cart', 'Shelf', 'Door'] });
  world.script(holding);
  const gate = world.gate('held');
  const running = world.begin('--max-workers', '3', '--check', 'true');
  await running.until(gate.arrived(3));
  edit(world, ['Cart of wood', 'Shelf']);
  const nothing = await add(world);
  expect(nothing).toContain('task 1 reads otherwise, task 3 is gone');
  expect(nothing).toContain('Nothing to add to');
  edit(world, ['Cart of wood', 'Shelf', 'Till']);
  const { code, stderr } = await world.flotilla('add', '../issue.md');
  expect(code).toBe(0);
  expect(stderr).toBe('');
  gate.open();
  await running.ended;
  const states = (await tasksOf(world)).map(([ordinal, title]) => `${ordinal} ${title}`);
  expect(states.slice(0, 2)).toEqual(['1 Cart', '2 Shelf']);
});

test('a task that is added while the last ones are merged begins at once, and joins their train', async () => {
  await using world = await makeWorld({ issue: ['Write `one.txt`', 'Write `two.txt`'] });
  const [train, held] = [world.gate('train'), world.gate('held')];
  const rig = join(world.root, 'rig');
  const check = join(world.root, 'check.sh');
  writeFileSync(
    check,
    `test -e one.txt && test -e two.txt || exit 0
test ! -e ${rig}/passed || exit 0
echo here >${rig}/train.arrived
read -r _ <${rig}/train.open
touch ${rig}/passed
`,
  );
  world.script({
    'agent-1': 'commit one.txt',
    'agent-2': 'commit two.txt',
    'agent-3': 'hold held; commit three.txt',
  });
  const running = world.begin(
    ...['--merge', 'verified', '--as-ready', '--sandbox', 'off', '--check', `sh ${check}`],
  );
  await running.until(train.arrived());
  edit(world, ['Write `three.txt`', 'Write `one.txt`', 'Write `two.txt`']);
  await add(world, '--force');
  await running.until(held.arrived());
  train.open();
  await running.printed('✓ merged as');
  held.open();
  const { code, stdout, stderr } = await running.ended;
  expect(code, `${stdout}${stderr}`).toBe(0);
  expect(stdout).not.toContain('continues from');
  expect((await tasksOf(world)).map(([, , state]) => state)).toEqual([
    'merged',
    'merged',
    'merged',
  ]);
  expect(world.git('ls-tree', '--name-only', 'flotilla/main')).toContain('three.txt');
});

test('while people are waited for, a task that is added is worked on first', async () => {
  await using world = await makeWorld({ issue: ['Write `one.txt`'] });
  world.script({ 'agent-1': 'commit one.txt', 'agent-2': 'commit two.txt' });
  const running = world.begin('--merge', 'approved', '--check', 'true');
  await running.printed('waiting');
  edit(world, ['Write `one.txt`', 'Write `two.txt`']);
  await add(world, '--force');
  await running.printed('task 2  ✓ completed');
  running.signal('SIGINT');
  await running.ended;
  expect((await tasksOf(world)).map(([, , state]) => state)).toEqual(['completed', 'completed']);
});

test('a task of a later phase waits for its barrier; one of a phase that is over joins the one that goes on', async () => {
  const issue = (first: string, second: string): string =>
    `# Shop\n\n## Phase 1: Build\n\n- [ ] Write \`one.txt\`\n${first}\n## Phase 2: Use\n\n- [ ] Write \`two.txt\`\n${second}`;
  await using world = await makeWorld({ issue: issue('', '') });
  world.script({
    'agent-1': 'hold one; commit one.txt',
    'agent-2': 'hold two; commit two.txt',
    'agent-3': 'ls >"$rig/saw-3"; commit three.txt',
    'agent-4': 'ls >"$rig/saw-4"; commit four.txt',
  });
  const [one, two] = [world.gate('one'), world.gate('two')];
  const running = world.begin('--merge', 'verified', '--check', 'true', '--max-workers', '3');
  await running.until(one.arrived());
  const source = join(world.root, 'issue.md');
  writeFileSync(source, issue('', '- [ ] Write `three.txt`\n'));
  expect(await add(world, '--force')).toContain(
    '＋ task 3 Write three.txt, in phase 2, once phase 1 is merged',
  );
  one.open();
  await running.until(two.arrived());
  await running.printed('task 3  ✓ completed');
  expect(world.noted('saw-3').split('\n')).toContain('one.txt');
  writeFileSync(source, issue('- [ ] Write `four.txt`\n', '- [ ] Write `three.txt`\n'));
  expect(await add(world, '--force')).toContain('＋ task 4 Write four.txt');
  await running.printed('task 4  ✓ completed');
  two.open();
  const { code, stdout, stderr } = await running.ended;
  expect(code, `${stdout}${stderr}`).toBe(0);
  expect((await tasksOf(world)).map(([, , state]) => state)).toEqual([
    ...['merged', 'merged', 'merged', 'merged'],
  ]);
});

test('what a plan would be refused or asked about for is so here, and nothing is written', async () => {
  await using world = await makeWorld({ issue: ['Cart', 'Shelf'] });
  expect((await world.orchestrate('--check', 'true')).code).toBe(0);
  edit(world, ['Cart', 'Shelf', 'Rewrite the whole application from scratch']);
  const asked = await world.flotilla('add', '../issue.md');
  expect(asked.code).toBe(4);
  expect(asked.stderr).toMatch(/Task 3 is too large[^]*--yes/u);
  const dry = await world.flotilla('add', '../issue.md', '--dry-run', '--yes');
  expect(dry.code).toBe(0);
  expect(dry.stdout).toMatch(/＋ task 3 Rewrite[^]*Nothing was added/u);
  expect((await tasksOf(world)).length).toBe(2);

  edit(world, ['Cart', 'Shelf of \u202e\u001b[31mwood', 'Hammer', 'Nails']);
  const unclear = await world.flotilla('add', '../issue.md', '--yes');
  expect(unclear.code).toBe(3);
  expect(unclear.stderr).toContain('it is not clear which is which');
  edit(world, ['Cart', 'Shelf', 'Hammer \u202e\u001b[31mand nails']);
  const said = await add(world, '--force');
  expect(said).toContain('＋ task 3 Hammer');
  expect(said.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);

  const unknown = await world.flotilla('add', '../other.md');
  expect(unknown.code).toBe(9);
});
