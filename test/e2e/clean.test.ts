import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { gitAt } from '../../src/git/git.ts';
import { layOutRepository } from '../../src/workspace/lay-out-repository.ts';
import { ensureOrigin } from '../../src/workspace/state/state-origin.ts';
import { attemptMarker } from '../../src/workspace/environment/markers.ts';
import { makeWorld, type World } from '../rig/world.ts';
import { processesOf } from '../rig/nothing-left.ts';

/** What `clean --json` prints. */
type Report = {
  readonly items: readonly {
    readonly kind: string;
    readonly path: string;
    readonly task: number | 'base' | null;
    readonly bytes: number;
    readonly state: string;
    readonly why: string;
    readonly safeIn: string | null;
  }[];
};

/** Where Flotilla keeps what belongs to the world's repository. */
function stateRoot(world: World): string {
  const home = join(world.stateHome, 'flotilla');
  const name = readdirSync(home).find((entry) => entry.startsWith('repository-'));
  if (name === undefined) throw new Error('Nothing was run yet');
  return join(home, name);
}

function workspacesOf(world: World): string[] {
  return readdirSync(join(stateRoot(world), 'workspaces'));
}

/** Git in the bare clone on which the workspaces build. */
function inClone(world: World, ...args: readonly string[]): string {
  const directory = join(stateRoot(world), 'clone.git');
  return execFileSync('git', ['-C', directory, ...args], {
    env: world.env,
    encoding: 'utf8',
  }).trim();
}

/** A workspace as a run makes it. */
async function makeWorkspace(world: World, path: string, branch: string | null): Promise<void> {
  const clone = join(stateRoot(world), 'clone.git');
  const commit = inClone(world, 'rev-parse', branch ?? 'main');
  mkdirSync(path);
  const git = gitAt(clone, world.env);
  await layOutRepository({ path, branch, commit, clone: git, baseBranch: 'main' });
  await git.at(path).run(['reset', '--quiet', '--hard']);
}

function salvageRefs(world: World): string[] {
  const refs = inClone(world, 'for-each-ref', '--format=%(refname)', 'refs/flotilla/salvage');
  return refs.split('\n').filter((ref) => ref !== '');
}

async function clean(world: World, ...args: readonly string[]): Promise<Report> {
  const { code, stdout, stderr } = await world.flotilla('clean', '--json', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Report;
}

function workspaceIn(report: Report): Report['items'][number] {
  const found = report.items.filter(({ kind }) => kind === 'workspace');
  expect(found).toHaveLength(1);
  return found[0] as Report['items'][number];
}

/** An agent that changes a tracked file, makes a new one, commits neither and fails. */
const failsWithWork = 'echo changed >README.md; write notes/idea.txt "An idea"; exit 3';

async function makeFailedRun(script = failsWithWork): Promise<World> {
  const world = await makeWorld();
  world.script({ default: script });
  expect((await world.orchestrate()).code).toBe(2);
  return world;
}

describe('what is kept', () => {
  test('before anything was run there is nothing to clean, and nothing is made', async () => {
    await using world = await makeWorld();
    const { code, stdout } = await world.flotilla('clean', '--yes');
    expect([code, stdout]).toEqual([0, 'Nothing to clean.\n']);
    expect(existsSync(world.stateHome)).toBe(false);
  });

  test('without --yes nothing is removed, also with --all', async () => {
    await using world = await makeFailedRun();
    const before = workspacesOf(world);
    const { code, stdout } = await world.flotilla('clean', '--all');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /workspace of orch-local-1-\S+, task 1 +\d+ KB +failed; kept for inspection and for --retry/u,
    );
    expect(stdout).toContain('flotilla clean --all --yes');
    expect(workspacesOf(world)).toEqual(before);
    expect(salvageRefs(world)).toEqual([]);
  });

  test("a failed task's workspace is kept for a retry unless --all is said", async () => {
    await using world = await makeFailedRun();
    const report = await clean(world, '--yes');
    expect(workspaceIn(report)).toMatchObject({ task: 1, state: 'on-request' });
    expect(existsSync(join(workspaceIn(report).path, 'notes/idea.txt'))).toBe(true);
  });

  test('the workspace of an agent at work stays, and its run ends as if nothing had happened', async () => {
    await using world = await makeWorld();
    const gate = world.gate('work');
    world.script({ default: 'write work.txt; hold work; commit work.txt' });
    const running = world.begin();
    await running.until(gate.arrived());
    const report = await clean(world, '--all', '--yes');
    expect(report.items.map(({ state }) => state)).toEqual(report.items.map(() => 'kept'));
    expect(existsSync(join(workspaceIn(report).path, 'work.txt'))).toBe(true);
    gate.open();
    expect((await running.ended).code).toBe(0);
  });

  test('the workspace of an agent that outlived its orchestrator stays', async () => {
    await using world = await makeWorld();
    const gate = world.gate('work');
    world.script({ default: 'hold work; commit work.txt' });
    const running = world.begin();
    await running.until(gate.arrived());
    running.signal('SIGKILL');
    await running.ended;
    const report = await clean(world, '--all', '--yes');
    expect(workspaceIn(report)).toMatchObject({
      state: 'kept',
      why: expect.stringMatching(/^in use by process \d+$/u),
    });
    expect(report.items.filter(({ state }) => state === 'removed')).toEqual([]);
    gate.open();
    expect((await world.orchestrate()).code).toBe(0);
  });

  test('a workspace in which somebody looks round stays', async () => {
    await using world = await makeFailedRun();
    const [name = ''] = workspacesOf(world);
    const cwd = join(stateRoot(world), 'workspaces', name, 'notes');
    const shell = spawn('sh', ['-c', 'echo here; read -r _'], {
      cwd,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await once(shell.stdout, 'data');
    const report = await clean(world, '--all', '--yes');
    expect(workspaceIn(report)).toMatchObject({
      state: 'kept',
      why: `in use by process ${shell.pid}`,
    });
    shell.stdin.end();
    await once(shell, 'close');
    expect(workspaceIn(await clean(world, '--all', '--yes')).state).toBe('removed');
  });

  test('a workspace stays whose task has something running, wherever that works', async () => {
    await using world = await makeFailedRun();
    const run = (await world.flotilla('runs')).stdout.split(' ')[0] ?? '';
    const marker = attemptMarker(stateRoot(world), run, 1, 'check');
    const server = spawn('sh', ['-c', 'echo here; read -r _'], {
      cwd: world.root,
      env: { ...world.env, FLOTILLA_ATTEMPT: marker },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await once(server.stdout, 'data');
    const report = await clean(world, '--all', '--yes');
    expect(workspaceIn(report)).toMatchObject({
      state: 'kept',
      why: `in use by process ${server.pid}`,
    });
    server.stdin.end();
    await once(server, 'close');
    expect(workspaceIn(await clean(world, '--all', '--yes')).state).toBe('removed');
  });

  test('a workspace with a repository of its own inside stays: its commits may be nowhere else', async () => {
    await using world = await makeFailedRun(
      'git init --quiet inner; (cd inner && commit a.txt); exit 3',
    );
    const report = await clean(world, '--all', '--yes');
    expect(workspaceIn(report)).toMatchObject({
      state: 'kept',
      why: expect.stringContaining('inner/'),
    });
    expect(existsSync(join(workspaceIn(report).path, 'inner', 'a.txt'))).toBe(true);
  });
});

describe('a state directory behind a symbolic link', () => {
  test('has the same workspaces: what is kept for a retry is kept, and --all salvages it whole', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'clean-'));
    const link = join(folder.path, 'link');
    await using world = await makeWorld({ env: { XDG_STATE_HOME: link } });
    mkdirSync(world.stateHome);
    symlinkSync(world.stateHome, link);
    world.script({ default: failsWithWork });
    expect((await world.orchestrate()).code).toBe(2);
    expect(workspaceIn(await clean(world, '--yes')).state).toBe('on-request');
    const { safeIn } = workspaceIn(await clean(world, '--all', '--yes'));
    expect(inClone(world, 'show', `${safeIn}:notes/idea.txt`)).toBe('An idea');
    expect(inClone(world, 'show', `${safeIn}:README.md`)).toBe('changed');
    expect(workspacesOf(world)).toEqual([]);
  });
});

describe('what is removed', () => {
  test("a failed task's changed and new files are in a salvage ref, and a retry starts from scratch", async () => {
    await using world = await makeFailedRun();
    const item = workspaceIn(await clean(world, '--all', '--yes'));
    expect(item).toMatchObject({
      state: 'removed',
      safeIn: expect.stringMatching(/^refs\/flotilla\/salvage\//u),
    });
    expect(workspacesOf(world)).toEqual([]);
    expect(readdirSync(join(stateRoot(world), 'trash'))).toEqual([]);
    expect(inClone(world, 'show', `${item.safeIn}:notes/idea.txt`)).toBe('An idea');
    expect(inClone(world, 'show', `${item.safeIn}:README.md`)).toBe('changed');
    expect((await world.flotilla('logs', 'local#1')).stdout).toContain(
      `its work is in ${item.safeIn}`,
    );
    world.script({ default: 'test ! -e notes && commit work.txt' });
    expect((await world.orchestrate('--retry')).code).toBe(0);
  });

  test('a second salvage of the same task does not take the place of the first', async () => {
    await using world = await makeFailedRun();
    await clean(world, '--all', '--yes');
    world.script({ default: 'write second.txt; exit 3' });
    expect((await world.orchestrate('--retry')).code).toBe(2);
    await clean(world, '--all', '--yes');
    const files = salvageRefs(world).map((ref) =>
      inClone(world, 'ls-tree', '-r', '--name-only', ref),
    );
    expect(files.toSorted()).toEqual(['README.md\nnotes/idea.txt', 'README.md\nsecond.txt']);
  });

  test("a completed task's workspace that was left behind goes; what is not committed there is salvaged", async () => {
    await using world = await makeWorld();
    expect((await world.orchestrate()).code).toBe(0);
    const run = (await world.flotilla('runs')).stdout.split(' ')[0] ?? '';
    const path = join(stateRoot(world), 'workspaces', `${run}-task-1`);
    const branch = inClone(world, 'for-each-ref', '--format=%(refname:short)', 'refs/heads/feat');
    await makeWorkspace(world, path, branch);
    const pushed = workspaceIn(await clean(world, '--yes'));
    expect(pushed).toMatchObject({ state: 'removed', safeIn: branch });
    expect(salvageRefs(world)).toEqual([]);
    await makeWorkspace(world, path, branch);
    writeFileSync(join(path, 'late.txt'), 'late');
    const dirty = workspaceIn(await clean(world, '--yes'));
    expect(inClone(world, 'show', `${dirty.safeIn}:late.txt`)).toBe('late');
    expect(existsSync(path)).toBe(false);
    expect((await world.flotilla('status', '--json')).code).toBe(0);
  });

  test('workspaces that no run knows are salvaged and go, repositories or not', async () => {
    await using world = await makeWorld();
    expect((await world.orchestrate()).code).toBe(0);
    const directory = join(stateRoot(world), 'workspaces');
    await makeWorkspace(world, join(directory, 'known-to-git'), null);
    mkdirSync(join(directory, 'plain'));
    for (const name of ['known-to-git', 'plain'])
      writeFileSync(join(directory, name, 'only-here.txt'), name);
    expect((await clean(world)).items.filter(({ kind }) => kind === 'workspace')).toHaveLength(2);
    const { items } = await clean(world, '--yes');
    const kept = items
      .filter(({ kind }) => kind === 'workspace')
      .map(({ safeIn }) => inClone(world, 'show', `${safeIn}:only-here.txt`));
    expect(kept.toSorted()).toEqual(['known-to-git', 'plain']);
    expect(readdirSync(directory)).toEqual([]);
  });

  test('what a killed orchestrator left goes: temporary files, caches, trash', async () => {
    await using world = await makeWorld();
    world.script({
      default: 'echo x >"$TEMP_DIR/x"; echo x >"$CACHE_DIR/x"; write a.txt; hold work',
    });
    const gate = world.gate('work');
    const running = world.begin();
    await running.until(gate.arrived());
    running.signal('SIGKILL');
    await running.ended;
    gate.open();
    while (processesOf(world.root).length > 0) await delay(20);
    const trash = join(stateRoot(world), 'trash', 'put-aside');
    mkdirSync(join(trash, 'read-only'), { recursive: true });
    writeFileSync(join(trash, 'read-only', 'file'), 'x');
    execFileSync('chmod', ['-R', 'a-w', join(trash, 'read-only')]);
    const { items } = await clean(world, '--yes');
    const removed = items.filter(({ state }) => state === 'removed');
    expect(removed.map(({ kind }) => kind).toSorted()).toEqual(['cache', 'temporary', 'trash']);
    expect(removed.filter(({ path }) => existsSync(path))).toEqual([]);
    expect(workspacesOf(world)).toHaveLength(1);
    expect((await world.orchestrate()).code).toBe(0);
  });

  test('logs go when they are old and --all is said', async () => {
    await using world = await makeFailedRun();
    const old = join(stateRoot(world), 'runs', 'orch-local-9-20200101-1200');
    mkdirSync(old);
    utimesSync(old, new Date('2020-01-01'), new Date('2020-01-01'));
    await clean(world, '--yes');
    expect(existsSync(old)).toBe(true);
    await clean(world, '--all', '--yes');
    expect(readdirSync(join(stateRoot(world), 'runs'))).toHaveLength(1);
    expect(existsSync(old)).toBe(false);
  });

  test('of a repository that is gone the workspaces go with --all; its work stays in the clone', async () => {
    await using world = await makeFailedRun();
    const gone = join(world.stateHome, 'flotilla', 'gone-01234567');
    renameSync(stateRoot(world), gone);
    for (const name of readdirSync(join(gone, 'workspaces'))) {
      const behind = join(gone, 'workspaces', name, '.git/objects/info/alternates');
      writeFileSync(behind, `${join(gone, 'clone.git/objects')}\n`);
    }
    await ensureOrigin(gone, join(world.root, 'gone', '.git'));
    const listed = await clean(world, '--yes');
    expect(listed.items).toMatchObject([{ kind: 'repository', path: gone, state: 'on-request' }]);
    const { items } = await clean(world, '--all', '--yes');
    expect(items).toMatchObject([{ kind: 'repository', state: 'removed' }]);
    expect(
      readdirSync(gone).filter((name) => ['workspaces', 'runs', 'trash'].includes(name)),
    ).toEqual([]);
    const clone = ['-C', join(gone, 'clone.git')];
    const ref = execFileSync(
      'git',
      [...clone, 'for-each-ref', '--format=%(refname)', 'refs/flotilla/salvage'],
      { encoding: 'utf8' },
    );
    expect(
      execFileSync('git', [...clone, 'show', `${ref.trim()}:notes/idea.txt`], { encoding: 'utf8' }),
    ).toBe('An idea\n');
    expect((await clean(world, '--all')).items).toEqual([]);
    rmSync(gone, { recursive: true });
  });
});

describe('what git ignores', () => {
  const ignoring = {
    files: { '.gitignore': 'data/\n.env\nnode_modules/\n__pycache__/\nrun.sh\nout-*\n' },
  };
  const makes = [
    'write data/result.csv "Hours of work"; write \'data/a "b".txt\' quoted; ln -s /etc/passwd data/link',
    'write run.sh "exit 0"; chmod +x run.sh; write node_modules/x/index.js; write src/__pycache__/x.pyc',
    'cp "$rig/env" .env; commit a.txt; exit 1',
  ].join('\n');

  async function makeIgnored(script: string): Promise<World> {
    const world = await makeWorld(ignoring);
    world.write('.env', 'SECRET=1\n');
    writeFileSync(join(world.root, 'rig/env'), 'SECRET=1\n');
    world.script({ default: script });
    expect((await world.orchestrate()).code).toBe(2);
    return world;
  }

  test('is named before, and kept in a salvage ref; caches and copies of the user’s are not', async () => {
    await using world = await makeIgnored(makes);
    const shown = workspaceIn(await clean(world, '--all'));
    expect(shown.why).toContain('what git ignores (data/, run.sh: 4 files,');
    expect(shown.why).toContain('goes to a salvage ref, too');
    const { why } = workspaceIn(await clean(world, '--all', '--yes'));
    const [ref = ''] = /refs\/flotilla\/salvage\/\S+\/ignored\/\S+/u.exec(why) ?? [];
    expect(inClone(world, 'ls-tree', '-r', '--name-only', '-z', ref).split('\0')).toEqual([
      ...['data/a "b".txt', 'data/link', 'data/result.csv', 'run.sh', ''],
    ]);
    expect(inClone(world, 'show', `${ref}:data/result.csv`)).toBe('Hours of work');
    expect(inClone(world, 'show', `${ref}:data/link`)).toBe('/etc/passwd');
    expect(inClone(world, 'ls-tree', ref, 'run.sh')).toMatch(/^100755/u);
  });

  test('of more than 50 MB keeps the workspace, until the user says that it may go', async () => {
    await using world = await makeIgnored('head -c 53000000 /dev/zero >out-1; exit 1');
    const kept = await world.flotilla('clean', '--all', '--yes');
    expect(kept.code).toBe(9);
    expect(kept.stdout).toMatch(/what git ignores \(out-1: 1 file, 50\.5 MB\) would be lost/u);
    expect(workspacesOf(world)).toHaveLength(1);
    const report = await clean(world, '--all', '--yes', '--discard-ignored');
    expect(workspaceIn(report)).toMatchObject({
      state: 'removed',
      why: expect.stringContaining('(out-1: 1 file, 50.5 MB) was deleted with it'),
    });
  });
});
