import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readStatus, refOf, taskOf } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

function readSummary(world: World): string {
  return readFileSync(
    join(world.repository, '.claude/runtime/parallel/local-1/summary.md'),
    'utf8',
  );
}

/** A check that fails on work without `ok.txt`, and passes on the base. */
const wantsOk = 'test ! -d work || { echo "there is no ok.txt"; test -f ok.txt; }';

test('a check that goes on failing fails the task after three starts in all, and the summary says why', async () => {
  await using world = await makeWorld({ issue: ['Never fixes it', 'Fixes it the second time'] });
  world.script({
    'agent-1': 'commit "work/try-$attempt.txt"',
    'agent-2': 'commit work/try.txt; [ "$attempt" = 1 ] || commit ok.txt',
  });
  const ended = await world.orchestrate('--check', wantsOk, '--success-threshold', '50');
  const run = await readStatus(world);

  expect(ended.code).toBe(1);
  expect(world.starts('agent-1')).toBe(3);
  expect(taskOf(run, 1)).toMatchObject({ state: 'failed', attempt: 3, pullRequest: null });
  expect(taskOf(run, 1).failure).toMatchObject({ reason: 'check-failed', type: 'TEST_FAILURE' });
  const summary = readSummary(world);
  expect(summary).toContain('Never fixes it');
  expect(summary).toContain(wantsOk);
  expect(summary).toContain('there is no ok.txt');

  expect(world.starts('agent-2')).toBe(2);
  expect(taskOf(run, 2)).toMatchObject({ state: 'completed', attempt: 2, failure: null });
  const prompt = world.seen('agent-2', 'prompt', 2);
  expect(prompt).toContain(wantsOk);
  expect(prompt).toContain('there is no ok.txt');
});

test('an agent that changes nothing more is not started again', async () => {
  await using world = await makeWorld();
  world.script({ 'agent-1': '[ "$attempt" != 1 ] || commit work/try.txt' });
  const ended = await world.orchestrate('--check', wantsOk);
  expect(ended.code).toBe(2);
  expect(world.starts('agent-1')).toBe(2);
  const { failure } = taskOf(await readStatus(world), 1);
  expect(failure?.message).toContain('the agent changed nothing more');
});

test('what setup and checks make is nobody’s work', async () => {
  await using world = await makeWorld({ issue: ['Commits', 'Leaves its work'] });
  world.script({ 'agent-2': 'write left.txt' });
  const setup = 'mkdir deps; echo made >deps/made.txt; echo changed >>README.md';
  const check = 'mkdir -p coverage; date >coverage/report.txt; test -f deps/made.txt';
  const ended = await world.orchestrate('--setup', setup, '--check', check);
  const run = await readStatus(world);

  expect(ended.code, ended.stdout).toBe(0);
  const filesOf = (ordinal: number): string =>
    world.git('diff', '--name-only', 'main', refOf(run, ordinal));
  expect(filesOf(1)).toBe('work/agent-1.txt\n');
  expect(filesOf(2)).toBe('left.txt\n');
});

test('what a check leaves behind between two attempts is nobody’s work', async () => {
  await using world = await makeWorld();
  world.script({ 'agent-1': 'write "left-$attempt.txt"' });
  const check =
    'test ! -f left-1.txt || { mkdir -p report; date >>report/new.txt; test -f left-2.txt; }';
  const ended = await world.orchestrate('--check', check);
  const run = await readStatus(world);
  expect(ended.code, ended.stdout).toBe(0);
  expect(world.git('diff', '--name-only', 'main', refOf(run, 1))).toBe('left-1.txt\nleft-2.txt\n');
});

test('a check that does not end is ended, with whatever it started', async () => {
  await using world = await makeWorld();
  const check = 'test ! -d work || { (trap "" TERM; exec sleep 1000) & sleep 1000; }';
  world.script({ 'agent-1': '[ "$attempt" != 1 ] || commit work/try.txt' });
  // Were it not ended, this would take a quarter of an hour.
  const ended = await world.orchestrate('--check', check, '--check-timeout', '1');
  expect(ended.code).toBe(2);
  const { failure } = taskOf(await readStatus(world), 1);
  expect(failure).toMatchObject({ reason: 'check-failed', type: 'TEST_TIMEOUT' });
  expect(failure?.message).toContain('timed out');
});

test('a check that fails on the base is reported before any agent is blamed', async () => {
  await using world = await makeWorld();
  const ended = await world.orchestrate('--check', 'echo red; exit 5', '--json');
  const finding = ended.events().find((event) => event.type === 'finding-raised');
  expect(finding?.finding).toMatchObject({ kind: 'red-base', severity: 'warning' });
});

test('a branch is checked as the base says, also when it changes what the check does', async () => {
  const manifest = (script: string): string =>
    JSON.stringify({ name: 'sample', version: '1.0.0', scripts: { test: script } });
  await using world = await makeWorld({
    files: { 'package.json': manifest('test ! -f broken.txt') },
  });
  world.script({ 'agent-1': `write broken.txt; printf '%s' '${manifest('true')}' >package.json` });
  const ended = await world.orchestrate();
  expect(ended.code).toBe(2);
  expect(taskOf(await readStatus(world), 1).failure?.reason).toBe('check-failed');
});

test('a setup that fails in its workspace fails the task before any agent was started', async () => {
  await using world = await makeWorld();
  const broken = 'case $PWD in *-base) ;; *) echo the setup is broken; exit 4;; esac';
  const ended = await world.orchestrate('--setup', broken);
  expect(ended.code).toBe(2);
  expect(world.starts('agent-1')).toBe(0);
  const { failure } = taskOf(await readStatus(world), 1);
  expect(failure).toMatchObject({ reason: 'setup-failed', type: 'RESOURCE_ERROR' });
  expect(failure?.message).toContain('the setup is broken');
});

test('ignored files that the configuration names are copied, the lock file’s setup runs, and none of it is committed', async () => {
  const lock = {
    name: 'sample',
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: { '': { name: 'sample', version: '1.0.0' } },
  };
  await using world = await makeWorld({
    files: {
      'package.json': '{"name":"sample","version":"1.0.0"}',
      'package-lock.json': JSON.stringify(lock),
      '.gitignore': '.env*\n',
      '.claude/config/parallel-orchestration.json': JSON.stringify({
        workspace: { copy: ['.env', 'conf/*'] },
      }),
    },
  });
  world.write('.env', 'SECRET=of-the-user\n');
  world.script({ 'agent-1': 'cp .env "$rig/copied"; write left.txt' });
  const ended = await world.orchestrate('--json');
  expect(world.noted('copied')).toBe('SECRET=of-the-user');
  const setup = ended.events().find((event) => event.type === 'setup-ended');
  expect(setup?.result).toMatchObject({ command: 'npm ci --no-audit --no-fund', state: 'passed' });
  const run = await readStatus(world);
  expect(world.git('diff', '--name-only', 'main', refOf(run, 1))).toBe('left.txt\n');
});

/** What the pull request of a one-task run tells its reviewer. */
async function notesOf(world: World, ...args: readonly string[]): Promise<string> {
  const ended = await world.orchestrate('--json', ...args);
  expect(ended.code, ended.stdout).toBe(0);
  const verified = ended.events().find((event) => event.type === 'task-verified');
  return verified?.notes.join('\n') ?? '';
}

test('a branch that weakens a script is verified as the base has it, also by a check given by hand', async () => {
  const manifest = (scripts: Readonly<Record<string, string>>): string =>
    JSON.stringify({ name: 'sample', version: '1.0.0', scripts });
  const files = { 'package.json': manifest({ test: 'npm run unit', unit: 'test ! -f broken' }) };
  const write = (scripts: Readonly<Record<string, string>>): string =>
    `printf '%s' '${manifest(scripts)}' >package.json`;

  await using direct = await makeWorld({ files });
  direct.script({ 'agent-1': write({ test: 'true', unit: 'test ! -f broken' }) });
  const notes = await notesOf(direct, '--check', 'npm test');
  expect(notes).toContain('`npm test`');
  expect(notes).toContain("verified with the base's version.");

  await using called = await makeWorld({ files });
  called.script({ 'agent-1': write({ test: 'npm run unit', unit: 'true' }) });
  expect(await notesOf(called)).toMatch(/`unit` in `package\.json`.*branch's own version was run/u);
});

test('a reviewer sees whatever a branch changes of what the checks depend on', async () => {
  const files = {
    'check.sh': 'exit 0\n',
    'package.json': '{"name":"sample","version":"1.0.0"}',
    'web/package.json': '{"jest":{"bail":true}}',
  };
  await using world = await makeWorld({ files });
  world.script({
    'agent-1': [
      'write src/plain.py; write conftest.py; write pyproject.toml; write .github/workflows/ci.yml',
      'write vitest.config.ts; git mv check.sh unchecked.sh; echo "exit 0 #" >check.sh',
      `printf '{"jest":{}}' >web/package.json; printf '{"name":"sample","version":"2.0.0"}' >package.json`,
    ].join('\n'),
  });
  const notes = await notesOf(world, '--check', 'sh ./check.sh');
  expect(notes).toContain('what the checks run: `check.sh`.');
  for (const path of [
    'conftest.py',
    'pyproject.toml',
    '.github/workflows/ci.yml',
    'vitest.config.ts',
    'web/package.json',
  ])
    expect(notes).toContain(`\`${path}\``);
  expect(notes).not.toContain('plain.py');
  expect(notes).not.toContain('`package.json`');
});

/** As a git that was killed leaves it. */
const leaveLock = ': >"$(git rev-parse --git-path index.lock)"';

test('a lock of a git that was killed neither loses the work nor stands in the way of the next attempt', async () => {
  await using world = await makeWorld();
  world.script({
    'agent-1.1': `write work/try.txt; ${leaveLock}`,
    'agent-1.2': 'commit ok.txt',
  });
  const check = `test ! -d work || test -f ok.txt || { ${leaveLock}; exit 1; }`;
  const ended = await world.orchestrate('--check', check);
  const run = await readStatus(world);
  expect(ended.code, ended.stdout).toBe(0);
  expect(taskOf(run, 1)).toMatchObject({ state: 'completed', attempt: 2 });
  expect(world.git('diff', '--name-only', 'main', refOf(run, 1))).toBe('ok.txt\nwork/try.txt\n');
});
