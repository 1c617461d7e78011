import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { startFlotilla, type Ended } from '../rig/flotilla.ts';
import { readStatus, refOf } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

const issue = ['One', 'Two', 'Three', 'Four'];

test('the exit code tells by the success threshold how much succeeded', async () => {
  await using world = await makeWorld({ issue });
  world.script({ 'agent-4': 'exit 0' });
  const below = await world.orchestrate();
  expect(below.code).toBe(2);
  const told = await world.orchestrate('--retry', '--success-threshold', '75');
  expect(told.code).toBe(1);
  expect(world.starts('agent-1')).toBe(1);
  world.script({ 'agent-4': 'commit four.txt' });
  const all = await world.orchestrate('--retry');
  expect(all.code).toBe(0);
  expect(all.stdout).toContain('All agents succeeded');
});

describe('with --tasks, the exit code counts the chosen tasks only', () => {
  test('all of them succeeded, and the rest is left out until it is started', async () => {
    await using world = await makeWorld({ issue });
    const chosen = await world.orchestrate('--tasks', '2');
    expect(chosen.code, chosen.stdout).toBe(0);
    expect(chosen.stdout).toContain('All agents succeeded');
    expect(chosen.stdout).toContain('task 1  One: not chosen');
    expect(chosen.stdout).not.toContain('Close master issue');
    const between = await readStatus(world);
    expect(between.state).toBe('succeeded');
    expect(between.tasks.map(({ state }) => state)).toEqual([
      'queued',
      'completed',
      'queued',
      'queued',
    ]);
    const again = await world.orchestrate('--tasks', '2');
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('Nothing left to do');
    const rest = await world.flotilla('resume', '--plain');
    expect(rest.code, rest.stderr).toBe(0);
    expect((await readStatus(world)).tasks.every(({ state }) => state === 'completed')).toBe(true);
    expect(world.starts('agent-2')).toBe(1);
  });

  test('one that failed counts, also when a later start chooses another', async () => {
    await using world = await makeWorld({ issue });
    world.script({ 'agent-4': 'exit 0' });
    expect((await world.orchestrate('--tasks', '1,4')).code).toBe(2);
    const later = await world.orchestrate('--tasks', '2', '--success-threshold', '60');
    expect(later.code, later.stdout).toBe(1);
    expect(later.stdout).toContain('2/3 agents succeeded');
    expect(later.stdout).toContain('--tasks 1,2,4');
  });
});

describe('a run goes on as it was started', () => {
  /** Types a command as it was printed. */
  function paste(world: World, command: string): string {
    const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
    const script = `flotilla() { "$node" "$main" "$@"; }\n${command} --plain`;
    const env = { ...world.env, node: process.execPath, main };
    return execFileSync('sh', ['-c', script], { cwd: world.repository, env, encoding: 'utf8' });
  }

  const flags = ['--check', `test -n "$FLAVOUR" # it's set`, '--env', 'FLAVOUR', '--tasks', '1,2'];

  async function interrupted(): Promise<World> {
    const world = await makeWorld({ issue, env: { FLAVOUR: 'sweet' } });
    world.script({
      default: 'commit "work/$AGENT_ID.txt"',
      'agent-1.1': 'commit one.txt\nhold work',
      'agent-2.1': 'commit two.txt\nhold work',
    });
    const gate = world.gate('work');
    const running = world.begin('--max-workers', '2', ...flags);
    await running.until(gate.arrived(2));
    running.signal('SIGTERM');
    const first = await running.ended;
    expect(first.code, first.stdout).toBe(130);
    return world;
  }

  test('by the command that status prints', async () => {
    await using world = await interrupted();
    const { stdout } = await world.flotilla('status');
    const command = /Continue with: (.*)/u.exec(stdout)?.[1] ?? '';
    expect(command).toContain('--agent ');
    expect(paste(world, command)).toContain('All agents succeeded');
    const run = await readStatus(world);
    expect(run.tasks.map(({ state }) => state)).toEqual([
      'completed',
      'completed',
      'queued',
      'queued',
    ]);
  });

  test.each([
    ['the newest run', []],
    ['the issue that is named', ['../issue.md']],
  ])('by resume of %s', async (_, args) => {
    await using world = await interrupted();
    const ended = await world.flotilla('resume', ...args, '--max-workers', '1', '--json');
    expect(ended.code, ended.stderr).toBe(0);
    const events = ended.events();
    expect(events.find(({ type }) => type === 'run-resumed')).toMatchObject({
      only: [1, 2],
      settings: {
        agent: world.agent,
        maxWorkers: 1,
        given: { checks: [flags[1]], variables: ['FLAVOUR'], maxWorkers: 1 },
      },
    });
    expect([world.starts('agent-3'), world.starts('agent-4')]).toEqual([0, 0]);
  });
});

describe('what the user can fix is reported, with what to do next', () => {
  /** Runs the program elsewhere than in the world's repository. */
  function runIn(world: World, folder: string, ...args: readonly string[]): Promise<Ended> {
    const cwd = join(world.root, folder);
    mkdirSync(cwd, { recursive: true });
    return startFlotilla({ args, cwd, env: world.env }).ended;
  }

  test('a current directory that is gone, as that of a workspace that was cleaned away', async () => {
    await using world = await makeWorld();
    const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
    const script = 'mkdir gone && cd gone && rmdir ../gone && exec "$node" "$main" status';
    const env = { ...world.env, node: process.execPath, main };
    const { status, stderr } = spawnSync('sh', ['-c', script], { cwd: world.root, env });
    expect(status).toBe(9);
    expect(String(stderr)).toBe(
      'The current directory was deleted. Go to your repository, and start again there.\n',
    );
  });

  test('a base in whose place git would put the branches of tasks, and how to go on', async () => {
    await using world = await makeWorld();
    world.git('checkout', '--quiet', '-b', 'feat');
    const { code, stderr } = await world.orchestrate('--base', 'feat');
    expect(code).toBe(4);
    expect(stderr).toContain('git branch feat-base feat, then --base feat-base');
    world.git('branch', 'feat-base', 'feat');
    const ended = await world.orchestrate('--base', 'feat-base');
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  });

  test('an issue without sub-tasks is a parse failure with hints by line', async () => {
    await using world = await makeWorld({
      issue: '# An idea\n\nWe should:\n\n* add a cart\n* add a shop\n',
    });
    const { code, stderr } = await world.orchestrate();
    expect(code).toBe(3);
    expect(stderr).toContain('Parse failed: No sub-tasks found');
    expect(stderr).toMatch(/issue\.md:5: /u);
    expect(stderr).toContain('- [ ] **');
  });

  test('an issue that cannot be read, or is not text, is a parse failure', async () => {
    await using world = await makeWorld();
    const missing = await world.flotilla('orchestrate', 'nowhere.md', '--agent', world.agent);
    expect(missing.code).toBe(3);
    expect(missing.stderr).toContain('nowhere.md');
    world.write('picture.md', '');
    writeFileSync(join(world.repository, 'picture.md'), Buffer.from([0x89, 0xff, 0xfe, 0x00]));
    const binary = await world.flotilla('orchestrate', 'picture.md', '--agent', world.agent);
    expect(binary.code).toBe(3);
    expect(binary.stderr).toContain('not UTF-8');
    const unknown = await world.flotilla('orchestrate', 'local#99', '--agent', world.agent);
    expect(unknown.code).toBe(3);
  });

  test('wrong usage is 64, and starts nothing', async () => {
    await using world = await makeWorld();
    const wrong = [
      ['orchestrate'],
      ['orchestrate', '../issue.md', '--no-such-option'],
      ['orchestrate', '../issue.md', '--max-workers', '0'],
      ['orchestrate', '../issue.md', '--timeout', 'soon'],
      ['orchestrate', '../issue.md', '--run-timeout', '600h'],
      ['orchestrate', '../issue.md', '--tasks', '3-1'],
      ['orchestrate', '../issue.md', '--agent', 'nobody'],
      ['no-such-command'],
    ];
    for (const args of wrong) {
      const { code, stderr } = await world.flotilla(...args);
      expect(code, args.join(' ')).toBe(64);
      expect(stderr.trim().split('\n').length, args.join(' ')).toBeGreaterThan(1);
    }
    const noTask = await world.orchestrate('--tasks', '7');
    expect(noTask.code).toBe(64);
    expect(world.starts('agent-1')).toBe(0);
  });

  test('no agent that could be started is 8', async () => {
    await using world = await makeWorld();
    const missing = await world.flotilla(
      'orchestrate',
      '../issue.md',
      '--agent',
      'command:/nonexistent/x',
    );
    expect(missing.code).toBe(8);
    expect(missing.stderr).toContain('/nonexistent/x was not found');
    const broken = await world.flotilla(
      'orchestrate',
      '../issue.md',
      '--agent',
      'command:exit 127',
      '--plain',
    );
    expect(broken.code).toBe(8);
    expect(await readStatus(world)).toMatchObject({
      tasks: [{ failure: { reason: 'not-started' } }],
    });
  });

  test('a directory without a repository, a repository without a commit, a bare one', async () => {
    await using world = await makeWorld();
    const args = ['orchestrate', join(world.root, 'issue.md'), '--agent', world.agent];
    const none = await runIn(world, 'nothing', ...args);
    expect(none.code).toBe(9);
    expect(none.stderr).toMatch(/Not a git repository: .*nothing\n.*git init/u);
    execFileSync('git', ['init', '--quiet', join(world.root, 'empty')]);
    const empty = await runIn(world, 'empty', ...args);
    expect(empty.code).toBe(9);
    expect(empty.stderr).toContain('has no commit yet');
    execFileSync(
      'git',
      ['clone', '--quiet', '--bare', world.repository, join(world.root, 'bare.git')],
      { stdio: 'ignore' },
    );
    const bare = await runIn(world, 'bare.git', ...args);
    expect(bare.code).toBe(9);
    expect(bare.stderr).toContain('bare repository');
  });

  test('a base branch that is not there', async () => {
    await using world = await makeWorld();
    const { code, stderr } = await world.orchestrate('--base', 'release');
    expect(code).toBe(4);
    expect(stderr).toContain('There is no branch release');
    expect(stderr).toContain('--base');
  });

  test('times that no timer can keep', async () => {
    const file = '.claude/config/parallel-orchestration.json';
    const files = { [file]: '{"monitoring":{"stale_threshold":2147484}}' };
    await using world = await makeWorld({ files });
    const option = await world.orchestrate('--run-timeout', '600h');
    expect(option.code).toBe(64);
    expect(option.stderr).toContain('2147483 seconds (596h) at most');
    const configured = await world.orchestrate();
    expect(configured.code).toBe(4);
    expect(configured.stderr).toContain('monitoring.stale_threshold');
    world.write(file, '{}');
    const env = { ...world.env, AMPLIHACK_AGENT_TIMEOUT: '2147484' };
    const args = ['orchestrate', '../issue.md', '--agent', world.agent];
    const variable = await startFlotilla({ args, cwd: world.repository, env }).ended;
    expect(variable.code).toBe(64);
    expect(variable.stderr).toContain('AMPLIHACK_AGENT_TIMEOUT');
    expect(world.starts('agent-1')).toBe(0);
  });

  test('a configuration with a misspelt name', async () => {
    await using world = await makeWorld({
      files: { '.claude/config/parallel-orchestration.json': '{"defaults":{"max_wokers":3}}' },
    });
    const { code, stderr } = await world.orchestrate();
    expect(code).toBe(4);
    expect(stderr).toContain('max_wokers');
  });
});

test('uncommitted changes are noted, and are in no branch', async () => {
  await using world = await makeWorld();
  world.write('README.md', '# Sample, changed\n');
  const { code, stdout } = await world.orchestrate();
  expect(code).toBe(0);
  expect(stdout).toContain('uncommitted changes');
  expect(world.git('show', `${refOf(await readStatus(world), 1)}:README.md`)).toBe('# Sample\n');
  expect(world.git('status', '--porcelain')).toBe(' M README.md\n');
});

test('work starts from the branch that --base names', async () => {
  await using world = await makeWorld();
  world.git('branch', 'release');
  world.git('commit', '--quiet', '--allow-empty', '--message', 'Later on main');
  const { code } = await world.orchestrate('--base', 'release');
  const run = await readStatus(world);
  expect(code).toBe(0);
  expect(run.base).toEqual({ branch: 'release', sha: world.git('rev-parse', 'release').trim() });
  expect(world.git('merge-base', refOf(run, 1), 'main')).toBe(world.git('rev-parse', 'release'));
});
