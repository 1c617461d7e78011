import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readStatus, type ToldTask } from '../rig/status.ts';
import { twoPhases, twoPhasesWork } from '../rig/two-phases.ts';
import { makeWorld, type World } from '../rig/world.ts';
import { areAllKillsWanted } from '../rig/wanted-kills.ts';

/** Three layers: what is built on, what is built, and what holds it together. */
const staged = `# A parcel service

Parcels are taken in, sorted, and brought to people.

## Phase 1: Foundation (Parallel)
- [ ] **Parcel model**: Write \`model/parcel\`
- [ ] **Address model**: Write \`model/address\`
- [ ] **Carrier client**: Write \`client/carrier\`

↓ MERGE ALL, THEN:

## Phase 2: Core Features (Parallel)
- [ ] **Sorting**: Write \`feature/sorting\`
- [ ] **Tracking**: Write \`feature/tracking\`
- [ ] **Delivery**: Write \`feature/delivery\`

↓ MERGE ALL, THEN:

## Phase 3: Integration (Sequential)
- [ ] **Integration tests**: Write \`whole/integration\`
- [ ] **End-to-end tests**: Write \`whole/end-to-end\`
- [ ] **Handbook**: Write \`whole/handbook\`
`;

/** Each line of a file names a file that must be there. */
const namesCheck =
  'cat model/* client/* feature/* whole/* 2>/dev/null | while read -r n; do test -e "$n" || { echo "$n is missing"; exit 1; }; done';

const stagedWork = {
  'agent-1': 'commit model/parcel README.md',
  'agent-2': 'commit model/address README.md',
  'agent-3': 'commit client/carrier README.md',
  'agent-4': 'ls model client >"$rig/seen-4"; commit feature/sorting model/parcel',
  'agent-5': 'commit feature/tracking client/carrier',
  'agent-6': 'commit feature/delivery model/address',
  'agent-7': 'ls feature >"$rig/seen-7"; commit whole/integration feature/sorting',
  'agent-8': 'ls whole >"$rig/seen-8"; commit whole/end-to-end whole/integration',
  'agent-9': 'ls whole >"$rig/seen-9"; commit whole/handbook whole/end-to-end',
};

/** A repository that says when its runs merge: each task as it is ready, or all of a phase together. */
function configured(isMergedAsReady: boolean): Record<string, string> {
  const configuration = JSON.stringify({ merging: { as_ready: isMergedAsReady } });
  return { '.claude/config/parallel-orchestration.json': configuration };
}

const check = ['--check', namesCheck, '--yes'];

/** Runs the check on every commit that the base got. */
function expectGreenAfterEachStep(world: World): void {
  const commits = world.git('rev-list', 'main..flotilla/main').trim().split('\n');
  for (const commit of commits) {
    const place = join(world.root, 'tmp', commit);
    world.git('worktree', 'add', '--quiet', '--detach', place, commit);
    execFileSync('sh', ['-c', namesCheck], { cwd: place, stdio: 'pipe' });
    world.git('worktree', 'remove', place);
    rmSync(place, { recursive: true, force: true });
  }
}

function subjects(world: World): string[] {
  return world.git('log', '--reverse', '--format=%s', 'main..flotilla/main').trim().split('\n');
}

test.each([
  ['each task as it is ready', true, 0],
  ['each phase together', false, 3],
])(
  'three phases go from Markdown to a merged base in one command, %s',
  async (_how, isMergedAsReady, unions) => {
    await using world = await makeWorld({ issue: staged, files: configured(isMergedAsReady) });
    world.script(stagedWork);
    const mine = world.git('rev-parse', 'main');
    const args = ['--agent', world.agent, '--json', '--merge', 'verified', ...check];
    const ended = await world.flotilla('orchestrate', '../issue.md', ...args);
    expect(ended.code, `${ended.stdout.slice(-2_000)}${ended.stderr}`).toBe(0);

    const run = await readStatus(world);
    expect(run.state).toBe('succeeded');
    expect(new Set(run.tasks.map(({ state }) => state))).toEqual(new Set(['merged']));
    expect(world.noted('seen-4').split(/\s+/u)).toEqual(
      expect.arrayContaining(['parcel', 'address', 'carrier']),
    );
    expect(world.noted('seen-7').split('\n')).toEqual(['delivery', 'sorting', 'tracking']);
    // Sequential tasks stand on one another: each sees the one before it.
    expect(world.noted('seen-8')).toBe('integration');
    expect(world.noted('seen-9').split('\n')).toEqual(['end-to-end', 'integration']);
    expect(subjects(world)).toHaveLength(9);
    expect(
      subjects(world)
        .slice(6)
        .map((subject) => subject.replace(/ \(#\d+\)$/u, '')),
    ).toEqual(['Integration tests', 'End-to-end tests', 'Handbook']);
    expectGreenAfterEachStep(world);
    expect(world.git('rev-parse', 'main')).toBe(mine);

    const types = ended.events().map(({ type }) => type);
    expect(types.filter((type) => type === 'phase-begun')).toHaveLength(2);
    expect(types.filter((type) => type === 'union-judged')).toHaveLength(unions);
    expect(types.filter((type) => type === 'merge-done')).toHaveLength(9);
    expect(types.filter((type) => type === 'run-ended')).toHaveLength(1);
    expect(types.at(-1)).toBe('run-ended');
  },
  300_000,
);

const dieAtEvent = new URL('../rig/die-at-event.ts', import.meta.url).href;

const merging = ['--merge', 'verified', '--check', 'test -f README.md', '--yes'];

/** Every event at which an undisturbed run may die; by default some of them, in the part that merges and goes on. */
const deaths = areAllKillsWanted('beyond') ? [7, 11, 13, 17] : [23];

test.each(deaths)(
  'killed at every %ith event, a run that merges goes on to the same end, and merges nothing twice',
  async (step) => {
    await using world = await makeWorld({ issue: twoPhases });
    world.script(twoPhasesWork);
    Object.assign(world.env, {
      NODE_OPTIONS: `--import=${dieAtEvent}`,
      DIE_AT_EVENT: String(step),
    });
    let ended = await world.orchestrate(...merging);
    for (let start = 1; ended.code === null; start += 1) {
      expect(start, ended.stdout).toBeLessThan(60);
      ended = await world.orchestrate(...merging);
    }
    expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
    const run = await readStatus(world);
    expect(run.state).toBe('succeeded');
    expect(run.tasks.map(({ state }) => state)).toEqual(['merged', 'merged', 'merged', 'merged']);
    expect(world.noted('seen-3').split('\n')).toEqual(['a', 'b']);
    expect(world.noted('seen-4')).toBe('c');
    expect(subjects(world)).toHaveLength(4);
    expect([1, 2, 3, 4].map((task) => world.starts(`agent-${task}`))).toEqual([1, 1, 1, 1]);
  },
  600_000,
);

test('two that add to a ledger which the base says to merge by union are merged, and no agent is asked', async () => {
  const files = { '.gitattributes': '*.led merge=union\n', 'books/all.led': 'begin\n' };
  const issue = ['Enter the first sale', 'Enter the second sale'];
  await using world = await makeWorld({ issue, files });
  world.script({
    'agent-1': 'echo one >>books/all.led; git commit -qam One',
    'agent-2': 'echo two >>books/all.led; git commit -qam Two',
  });
  const ended = await world.orchestrate(...merging, '--stack', 'never', '--force');
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
  const run = await readStatus(world);
  expect(run.tasks.map(({ state }) => state)).toEqual(['merged', 'merged']);
  expect([world.starts('agent-1'), world.starts('agent-2')]).toEqual([1, 1]);
  const ledger = world.git('show', 'refs/remotes/flotilla/main:books/all.led');
  expect(ledger.trim().split('\n').toSorted()).toEqual(['begin', 'one', 'two']);
});

test('Ctrl-C in the middle of merging stops after the step, and the same command goes on', async () => {
  await using world = await makeWorld({ issue: twoPhases });
  const gate = world.gate('check');
  world.script(twoPhasesWork);
  // Only the union has both: the check that judges it is held.
  const slow = `if [ -e ground/a ] && [ -e ground/b ] && [ ! -e "${world.root}/held" ]; then echo here >"${world.root}/rig/check.arrived"; read -r _ <"${world.root}/rig/check.open"; touch "${world.root}/held"; fi`;
  const flags = ['--merge', 'verified', '--check', slow, '--yes'];
  const running = world.begin(...flags);
  await running.until(gate.arrived());
  running.signal('SIGINT');
  await running.printed('stopping');
  gate.open();
  const ended = await running.ended;
  expect(ended.code, ended.stdout).toBe(130);
  expect((await readStatus(world)).state).toBe('interrupted');
  expect(ended.stdout).toContain('--merge verified');
  const again = await world.orchestrate(...flags);
  expect(again.code, again.stdout).toBe(0);
  expect(subjects(world)).toHaveLength(4);
}, 300_000);

test('with --merge approved it says whom it waits for, and goes on when people have approved', async () => {
  await using world = await makeWorld({
    issue: twoPhases,
    files: { '.claude/config/parallel-orchestration.json': '{ "merging": { "patience": 600 } }' },
  });
  world.script(twoPhasesWork);
  const running = world.begin('--merge', 'approved', '--yes');
  await running.printed('#6, #7 are not approved yet');
  const waiting = await readStatus(world);
  expect(waiting.state).toBe('paused');
  const other = await world.flotilla('merge', 'local#1', '--yes');
  expect(other.code).toBe(9);
  expect(other.stderr).toContain(`by process ${running.pid}, which waits to merge: #6, #7 are not`);
  expect(other.stderr).toContain(`kill -INT ${running.pid}`);
  waiting.tasks.slice(0, 2).forEach(approve);
  await running.printed('phase 2 of 2 continues');
  await running.printed('#8, #9 are not approved yet');
  (await readStatus(world)).tasks.slice(2).forEach(approve);
  const ended = await running.ended;
  expect(ended.code, ended.stdout).toBe(0);
  expect((await readStatus(world)).state).toBe('succeeded');
  expect(subjects(world)).toHaveLength(4);
}, 300_000);

function approve({ pullRequest }: ToldTask): void {
  const file = fileURLToPath(pullRequest?.url ?? '');
  writeFileSync(file, readFileSync(file, 'utf8').replace('---\n', '---\nreview: "approved"\n'));
}

test('nobody approves: it stops before the next phase, says what to do, and the next start goes on', async () => {
  await using world = await makeWorld({
    issue: twoPhases,
    files: { '.claude/config/parallel-orchestration.json': '{ "merging": { "patience": 0 } }' },
  });
  world.script(twoPhasesWork);
  const first = await world.orchestrate('--merge', 'approved', '--yes');
  expect(first.code, first.stdout).toBe(0);
  const waiting = await readStatus(world);
  expect(waiting.state).toBe('awaiting-merge');
  expect(world.starts('agent-3')).toBe(0);
  expect(first.stdout).toContain('0 of 4 tasks merged');
  expect(first.stdout).toContain('review: "approved"');
  expect(first.stdout).toContain('--merge approved');
  const again = await world.orchestrate('--merge', 'approved', '--yes');
  expect(again.code, again.stdout).toBe(0);
  expect(world.starts('agent-1')).toBe(1);
  waiting.tasks.slice(0, 2).forEach(approve);
  await world.flotilla('resume');
  const second = await readStatus(world);
  expect(second.tasks.map(({ state }) => state)).toEqual([
    'merged',
    'merged',
    'completed',
    'completed',
  ]);
  expect(second.state).toBe('awaiting-merge');
}, 300_000);

test('what cannot be merged is named, keeps the next phase from starting, and is no success', async () => {
  const configuration = '{ "merging": { "resolve_attempts": 0 } }';
  await using world = await makeWorld({
    issue: twoPhases,
    files: {
      'shared.txt': 'a\nb\nc\n',
      '.claude/config/parallel-orchestration.json': configuration,
    },
  });
  world.script({
    ...twoPhasesWork,
    'agent-1': 'commit shared.txt one',
    'agent-2': 'commit shared.txt two',
  });
  const ended = await world.orchestrate('--allow-out-of-scope', ...merging);
  expect(ended.code, ended.stdout).toBe(2);
  const run = await readStatus(world);
  expect(run.state).toBe('awaiting-merge');
  expect(run.tasks.map(({ state }) => state)).toEqual(['merged', 'completed', 'queued', 'queued']);
  expect(ended.stdout).toContain('1 of 4 tasks merged, 1 left open (phase 1 of 2)');
  expect(ended.stdout).toMatch(/Settle #\d+ \(task 2\): it conflicts with task 1 in shared\.txt/u);
  expect(world.starts('agent-3')).toBe(0);
}, 300_000);

test('an agent whose work conflicts settles it within the run; killed meanwhile, it is asked once', async () => {
  await using world = await makeWorld({
    issue: twoPhases,
    files: { 'shared.txt': 'a\nb\nc\n' },
  });
  world.script({
    ...twoPhasesWork,
    'agent-1': 'commit shared.txt one; commit ground/a',
    'agent-2.1': 'commit shared.txt two; commit ground/b',
    'agent-2.2': 'hold asked; commit shared.txt both',
  });
  const gate = world.gate('asked');
  const running = world.begin('--allow-out-of-scope', ...merging);
  await running.until(gate.arrived());
  running.signal('SIGKILL');
  await running.ended;
  const again = world.begin('--allow-out-of-scope', ...merging);
  await again.printed('taken over');
  gate.open();
  const ended = await again.ended;
  expect(ended.code, ended.stdout).toBe(0);
  expect(world.starts('agent-2')).toBe(2);
  expect((await readStatus(world)).state).toBe('succeeded');
  expect(world.git('show', 'flotilla/main:shared.txt').trim()).toBe('both');
}, 300_000);

test('a task that fails keeps the next phase from starting; with --retry the run goes on to its end', async () => {
  await using world = await makeWorld({ issue: twoPhases });
  world.script({ ...twoPhasesWork, 'agent-2.1': 'exit 0' });
  const ended = await world.orchestrate(...merging);
  expect(ended.code, ended.stdout).toBe(2);
  const failed = await readStatus(world);
  expect(failed.tasks.map(({ state }) => state)).toEqual(['merged', 'failed', 'queued', 'queued']);
  expect(failed.state).toBe('failed');
  const again = await world.orchestrate('--retry', ...merging);
  expect(again.code, again.stdout).toBe(0);
  const done = await readStatus(world);
  expect(done.state).toBe('succeeded');
  expect(world.noted('seen-3').split('\n')).toEqual(['a', 'b']);
  expect(subjects(world)).toHaveLength(4);
}, 300_000);

test('a task whose branch cannot be brought together with the base begins again from there, and is merged', async () => {
  const issue = ['Change the first word', 'Change the second word'];
  await using world = await makeWorld({ issue, files: { 'words.txt': 'hello\n' } });
  world.script({
    'agent-1': 'commit words.txt hi',
    // It works, cannot resolve the conflict, and works again on the merged base.
    'agent-2.1': 'commit words.txt bye',
    'agent-2.2': 'exit 1',
    'agent-2.3': 'cp words.txt "$rig/seen"; echo bye >>words.txt; git commit -qam Bye',
  });
  const ended = await world.orchestrate(...merging, '--stack', 'never', '--force');
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
  const run = await readStatus(world);
  expect(run.tasks.map(({ state }) => state)).toEqual(['merged', 'merged']);
  expect(ended.stdout).toContain('begins again from the merged base');
  expect(world.noted('seen').trim()).toBe('hi');
  expect(world.starts('agent-2')).toBe(3);
  expect(world.git('show', 'refs/remotes/flotilla/main:words.txt').trim()).toBe('hi\nbye');
  // One pull request, and what was there before is kept.
  expect(subjects(world)).toHaveLength(2);
});

test('a task begins again once; what conflicts still is left to people', async () => {
  const issue = ['Change the first word', 'Change the second word'];
  await using world = await makeWorld({ issue, files: { 'words.txt': 'hello\n' } });
  world.script({
    'agent-1': 'commit words.txt hi',
    'agent-2.1': 'commit words.txt bye',
    'agent-2.2': 'exit 1',
    'agent-2.3': 'exit 0',
  });
  const ended = await world.orchestrate(...merging, '--stack', 'never', '--force');
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(2);
  expect(world.starts('agent-2')).toBe(3);
  const again = await world.orchestrate(...merging, '--force');
  expect(again.code, `${again.stdout}${again.stderr}`).toBe(2);
  expect(world.starts('agent-2')).toBe(3);
});

test('a task that is red together with another begins again on top of it', async () => {
  await using world = await makeWorld({ issue: ['Write `a.txt`', 'Write `b.txt`'] });
  world.script({
    'agent-1': 'commit a.txt',
    'agent-2.1': 'commit b.txt',
    'agent-2.2': 'exit 1',
    'agent-2.3': 'commit c.txt',
  });
  const notBoth = 'test ! -e a.txt || test ! -e b.txt';
  const ended = await world.orchestrate('--merge', 'verified', '--check', notBoth, '--yes');
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
  const run = await readStatus(world);
  expect(run.tasks.map(({ state }) => state)).toEqual(['merged', 'merged']);
  expect(world.starts('agent-2')).toBe(3);
  const files = world.git('ls-tree', '--name-only', 'refs/remotes/flotilla/main').split('\n');
  expect(files).toEqual(expect.arrayContaining(['a.txt', 'c.txt']));
  expect(files).not.toContain('b.txt');
});
