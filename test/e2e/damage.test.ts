import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { fingerprint } from '../rig/fingerprint.ts';
import { readStatus, refOf } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

/** The directory in which Flotilla keeps all that belongs to the world's repository. */
function stateOf(world: World): string {
  const home = join(world.stateHome, 'flotilla');
  const [name = ''] = readdirSync(home).filter((entry) => !entry.startsWith('holds'));
  return join(home, name);
}

type Files = { readonly attempt: string; readonly issues: string; readonly shown: string };

/** The folders of the first task's first attempt, of the forge's issues, and of the files that show the run. */
function filesOf(world: World): Files {
  return {
    attempt: attemptOf(world),
    issues: join(stateOf(world), 'forge/issues'),
    shown: join(world.repository, '.claude/runtime/parallel/local-1'),
  };
}

function cutInHalf(path: string): void {
  truncateSync(path, Math.floor(readFileSync(path).length / 2));
}

/** Two agents at a gate, and their orchestrator killed; `open` lets the agents go on. */
async function killedAtTheGate(world: World, script: string): Promise<{ open: () => void }> {
  world.script({ default: `hold gate\n${script}` });
  const gate = world.gate('gate');
  const run = world.begin();
  await gate.arrived(2);
  run.signal('SIGKILL');
  await run.ended;
  return gate;
}

const commit = 'commit "work/$AGENT_ID.txt"';

async function expectBothDone(world: World): Promise<void> {
  const status = await readStatus(world);
  expect(status.state).toBe('succeeded');
  for (const task of [1, 2])
    expect(world.git('show', `${refOf(status, task)}:work/agent-${task}.txt`)).toBe(
      `The work of agent-${task}\n`,
    );
}

describe('a journal', () => {
  test('of a newer version is left alone, with a clear word', async () => {
    await using world = await makeWorld();
    expect((await world.orchestrate()).code).toBe(0);
    const file = join(stateOf(world), 'journal.sqlite');
    const journal = new DatabaseSync(file);
    journal.exec('PRAGMA user_version = 99');
    journal.close();
    const before = fingerprint(stateOf(world));
    for (const args of [['orchestrate', '../issue.md', '--agent', world.agent], ['status']]) {
      const { code, stderr } = await world.flotilla(...args);
      expect(code, stderr).toBe(9);
      expect(stderr).toContain('written by a newer Flotilla (format 99; this one knows 2)');
      expect(stderr).not.toContain('    at ');
    }
    expect(fingerprint(stateOf(world))).toEqual(before);
  });

  test.each([
    ['is no database', (file: string) => writeFileSync(file, 'garbage\n'.repeat(2_000))],
    [
      'is broken inside',
      (file: string) => {
        const bytes = readFileSync(file);
        writeFileSync(file, bytes.fill(0xa5, 4_096));
      },
    ],
  ])(
    'that %s is reported, with what to do; after that, the work continues',
    async (_how, damage) => {
      await using world = await makeWorld({ issue: ['One', 'Two'] });
      expect((await world.orchestrate()).code).toBe(0);
      const file = join(stateOf(world), 'journal.sqlite');
      damage(file);
      for (const args of [
        ['orchestrate', '../issue.md', '--agent', world.agent, '--plain'],
        ['status'],
      ]) {
        const { code, stderr } = await world.flotilla(...args);
        expect(code, stderr).toBe(9);
        expect(stderr).toContain(
          'continue with what can be read of it: flotilla rebuild --journal',
        );
        expect(stderr).not.toContain('    at ');
      }
      const before = readFileSync(file);
      const rebuilt = await world.flotilla('rebuild', '--journal');
      expect(rebuilt.code, rebuilt.stderr).toBe(0);
      const [, aside = ''] = /The damaged file is (.+)\.$/mu.exec(rebuilt.stdout) ?? [];
      expect(readFileSync(aside)).toEqual(before);
      const again = await world.orchestrate();
      expect(again.code, again.stdout + again.stderr).toBe(0);
      await expectBothDone(world);
    },
  );
});

describe('the next start survives', () => {
  test.each([
    ['claim', ({ attempt }: Files) => [join(attempt, 'claim')]],
    ["record of an issue or a task's", ({ issues }: Files) => [`${issues}/1.md`, `${issues}/2.md`]],
    [
      'status file, metrics file or baseline',
      ({ shown, attempt }: Files) => [
        join(shown, 'agent-1.status.json'),
        join(shown, 'metrics.json'),
        join(attempt, 'baseline.json'),
      ],
    ],
  ])('a torn %s, and nothing is lost', async (_what, torn) => {
    await using world = await makeWorld({ issue: ['One', 'Two'] });
    const { open } = await killedAtTheGate(world, commit);
    const { run } = await readStatus(world);
    torn(filesOf(world)).forEach(cutInHalf);
    open();
    const again = await world.orchestrate();
    expect(again.code, again.stdout + again.stderr).toBe(0);
    expect((await readStatus(world)).run).toBe(run);
    await expectBothDone(world);
    const { shown } = filesOf(world);
    for (const name of readdirSync(shown).filter((file) => file.endsWith('.json')))
      JSON.parse(readFileSync(join(shown, name), 'utf8'));
    expect(readdirSync(join(stateOf(world), 'forge/issues')).toSorted()).toEqual([
      '1.md',
      '2.md',
      '3.md',
    ]);
    expect(readdirSync(join(stateOf(world), 'forge/pulls'))).toHaveLength(2);
  });

  test('a torn result of an agent that ended while nobody looked', async () => {
    await using world = await makeWorld({ issue: ['One', 'Two'] });
    const { open } = await killedAtTheGate(world, `${commit}\nhold after`);
    const after = world.gate('after');
    open();
    await after.arrived(2);
    const keeper = JSON.parse(readFileSync(join(attemptOf(world), 'claim'), 'utf8')) as {
      pid: number;
    };
    // What a machine leaves that lost its power: no keeper, and half of its last word.
    process.kill(keeper.pid, 'SIGKILL');
    writeFileSync(join(attemptOf(world), 'result'), '{"kind":"exi');
    after.open();
    const again = await world.orchestrate();
    expect(again.code, again.stdout + again.stderr).toBe(0);
    await expectBothDone(world);
  });

  test("a torn pull request's record, and gives its number to no other", async () => {
    await using world = await makeWorld({ issue: ['One', 'Two'] });
    expect((await world.orchestrate()).code).toBe(0);
    const pulls = join(stateOf(world), 'forge/pulls');
    const before = readdirSync(pulls);
    cutInHalf(join(pulls, before[0] ?? ''));
    writeFileSync(join(world.root, 'other.md'), '# Other\n\n- [ ] Three\n');
    const other = await world.flotilla('orchestrate', '../other.md', '--agent', world.agent);
    expect(other.code, other.stderr).toBe(0);
    expect(readdirSync(pulls)).toEqual(expect.arrayContaining(before));
    expect(readdirSync(pulls)).toHaveLength(3);
    // To be merged it would have to be read.
    writeFileSync(join(pulls, before[0] ?? ''), '');
    const merge = await world.flotilla('merge', '../issue.md', '--yes');
    expect(merge.stderr).toMatch(/pulls\/\d+\.md, is damaged or missing/u);
    expect(merge.stderr).not.toMatch(/^\s+at |bug in Flotilla/mu);
  });

  test('the record of who holds what: it is reported, with the commands that fix it', async () => {
    await using world = await makeWorld({ issue: ['One'] });
    expect((await world.orchestrate()).code).toBe(0);
    const file = join(world.stateHome, 'flotilla', 'holds.sqlite');
    for (const part of ['-wal', '-shm']) rmSync(`${file}${part}`, { force: true });
    writeFileSync(file, 'no database\n'.repeat(1_000));
    const { code, stdout, stderr } = await world.orchestrate();
    expect(code, stdout).toBe(9);
    expect(stderr).toContain(`${file}, in which running Flotilla processes note what they hold`);
    expect(stderr).not.toMatch(/^\s+at |bug in Flotilla/mu);
    // What it says can be pasted.
    const [, fix = ''] = /start again: (.+)$/mu.exec(stderr) ?? [];
    execFileSync('sh', ['-c', fix]);
    const again = await world.orchestrate();
    expect(again.code, again.stderr).toBe(0);
    expect(again.stdout).toContain('Nothing left to do');
  });

  test('a page in the middle of that record', async () => {
    await using world = await makeWorld({ issue: ['One'] });
    expect((await world.orchestrate()).code).toBe(0);
    const file = join(world.stateHome, 'flotilla', 'holds.sqlite');
    const text = readFileSync(file);
    writeFileSync(
      file,
      Buffer.concat([text.subarray(0, 4_096), Buffer.alloc(text.length - 4_096, 7)]),
    );
    const { code, stderr } = await world.orchestrate();
    expect(code).toBe(9);
    expect(stderr).toContain('note what they hold, cannot be read');
    rmSync(file);
  });

  test('drafts that killed writers left: theirs go, those of somebody alive stay for a day', async () => {
    await using world = await makeWorld({ issue: ['One', 'Two'] });
    world.script({ 'agent-2': 'exit 1' });
    const first = world.begin();
    expect((await first.ended).code).not.toBe(0);
    const { issues, shown, attempt } = filesOf(world);
    const draftIn = (folder: string, pid: number, hours: number): string => {
      const path = join(folder, `.${crypto.randomUUID()}.${pid}.new`);
      writeFileSync(path, 'half a');
      const at = new Date(Date.now() - hours * 3_600_000);
      utimesSync(path, at, at);
      return path;
    };
    const left = [issues, shown, attempt, stateOf(world)].map((at) => draftIn(at, first.pid, 1));
    left.push(draftIn(issues, process.pid, 25));
    const begun = [draftIn(issues, process.pid, 1), draftIn(issues, first.pid, 0)];
    const other = join(issues, '.mine.new');
    writeFileSync(other, 'a file of somebody');
    world.script({ 'agent-2': commit });
    expect((await world.orchestrate('--retry')).code).toBe(0);
    expect(left.filter((path) => existsSync(path))).toEqual([]);
    expect([...begun, other].filter((path) => existsSync(path))).toEqual([...begun, other]);
  });

  test.each([
    ['a file where the runtime files go', (path: string) => writeFileSync(path, 'in the way\n')],
    [
      'a folder where a status file goes',
      (path: string) =>
        mkdirSync(join(path, 'parallel/local-1/agent-1.status.json'), { recursive: true }),
    ],
  ])('%s: the run goes on without, and says so once', async (_what, block) => {
    await using world = await makeWorld();
    mkdirSync(join(world.repository, '.claude'));
    block(join(world.repository, '.claude', 'runtime'));
    const ended = await world.orchestrate();
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    const said = `${ended.stdout}${ended.stderr}`.split('The runtime files cannot be written');
    expect(said).toHaveLength(2);
    rmSync(join(world.repository, '.claude', 'runtime'), { recursive: true });
    expect((await world.flotilla('rebuild')).code).toBe(0);
  });
});

/** The control directory of the first task's first attempt. */
function attemptOf(world: World): string {
  const runs = join(stateOf(world), 'runs');
  return join(runs, readdirSync(runs)[0] ?? '', 'task-1', 'attempt-1');
}
