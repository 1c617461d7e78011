import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtempDisposable, open, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { identify } from './identity.ts';
import { endMarked, treeMembers } from './process-tree.ts';
import { runCommand, type CommandOptions, type CommandResult } from './run-command.ts';

function run(script: string, more: Partial<CommandOptions> = {}): Promise<CommandResult> {
  return runCommand({
    argv: ['/bin/sh', '-c', script],
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'] },
    ...more,
  });
}

test('both outputs and the exit code are given', async () => {
  const result = await run('cat; echo wrong >&2; exit 4', { input: 'words' });
  expect(result).toMatchObject({
    end: { kind: 'exited', code: 4 },
    stdout: 'words',
    stderr: 'wrong\n',
  });
});

test('a program that is not there, or whose directory is not, was not started', async () => {
  const missing = await runCommand({ argv: ['/nonexistent/x'], cwd: '/', env: {} });
  expect(missing.end).toMatchObject({
    kind: 'not-started',
    message: expect.stringContaining('ENOENT'),
  });
  expect((await run('true', { cwd: '/nonexistent' })).end.kind).toBe('not-started');
});

test('death by a signal is no exit code', async () => {
  expect((await run('kill -SEGV $$')).end).toEqual({ kind: 'signalled', signal: 'SIGSEGV' });
});

test('a program that reads no input is no error', async () => {
  expect((await run('exec 0<&-; exit 0', { input: 'x'.repeat(1_000_000) })).end).toEqual({
    kind: 'exited',
    code: 0,
  });
});

test.each([
  ['its time is over', { timeLimitMs: 200 }, 'timed-out'],
  ['it is aborted', { signal: AbortSignal.timeout(200) }, 'aborted'],
  ['it was aborted before', { signal: AbortSignal.abort() }, 'aborted'],
] as const)('a tree that ignores TERM is ended when %s', async (_when, how, why) => {
  const treeMarker = `run-command-test-${why}-${process.pid}`;
  const deaf = `trap '' TERM; sleep 1000; sleep 1000`;
  const result = await run(`(${deaf}) & setsid sh -c "${deaf}" & ${deaf}`, { ...how, treeMarker });
  expect(result.end).toEqual({ kind: 'stopped', why });
  expect(await treeMembers({ leader: null, marker: treeMarker })).toEqual([]);
});

test('a server that a command leaves behind does not hold it up, and is ended', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'run-command-'));
  await using output = await open(join(folder.path, 'output'), 'w+');
  const treeMarker = `run-command-test-server-${process.pid}`;
  const result = await run('sleep 1000 & echo started', { output, treeMarker });
  expect(result.end).toEqual({ kind: 'exited', code: 0 });
  expect(await treeMembers({ leader: null, marker: treeMarker })).toEqual([]);
  expect(readFileSync(join(folder.path, 'output'), 'utf8')).toBe('started\n');
});

// As a git that is stuck in a helper which waits for a network: the helper holds the pipes.
test.each([
  ['its time is over', { timeLimitMs: 200 }],
  ['it is aborted', { signal: AbortSignal.timeout(200) }],
] as const)('what a plain command started ends with it when %s', async (_when, how) => {
  const result = await run('sleep 1000; true', how);
  expect(result.end.kind).toBe('stopped');
});

test.each([
  ['exits', {}, { kind: 'exited', code: 3 }],
  ['is stopped', { timeLimitMs: 500 }, { kind: 'stopped', why: 'timed-out' }],
] as const)(
  'what a tree left in a session of its own, without its marker, ends when it %s',
  async (how, limits, end) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'run-command-'));
    const treeMarker = `run-command-test-lost-${how}-${process.pid}`;
    const daemon = `echo $$ >'${folder.path}/pid'; while :; do sleep 1; done`;
    await writeFile(
      join(folder.path, 'daemon'),
      `export PATH='${process.env['PATH']}'\n${daemon}\n`,
    );
    const start = '(setsid env -i /bin/sh daemon &) </dev/null >/dev/null 2>&1';
    const last = how === 'exits' ? 'exit 3' : 'sleep 1000';
    const script = `${start}\nwhile [ ! -s pid ]; do sleep 0.02; done\n${last}`;
    const result = await run(script, { ...limits, cwd: folder.path, treeMarker });
    expect(result.end).toEqual(end);
    expect(await identify(Number(readFileSync(join(folder.path, 'pid'), 'utf8')))).toBeNull();
  },
);

test('of a tree, too, input, outputs and death by a signal are reported', async () => {
  const script = 'cat; echo wrong >&2; kill -SEGV $$';
  const treeMarker = `run-command-test-told-${process.pid}`;
  expect(await run(script, { treeMarker, input: 'words' })).toMatchObject({
    end: { kind: 'signalled', signal: 'SIGSEGV' },
    stdout: 'words',
    stderr: 'wrong\n',
  });
});

test('when the orchestrator is killed, what its command has lost is still found by the marker', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'run-command-'));
  const place = (name: string): string => join(folder.path, name);
  const treeMarker = `run-command-test-killed-${process.pid}`;
  const path = `export PATH='${process.env['PATH']}'`;
  await writeFile(place('daemon'), `${path}\necho $$ >'${place('pid')}'\nexec sleep 1000\n`);
  const script = `(setsid env -i /bin/sh daemon &) </dev/null >/dev/null 2>&1
while [ ! -s pid ]; do sleep 0.02; done
while [ ! -e go ]; do sleep 0.02; done
touch done`;
  const options = { argv: ['/bin/sh', '-c', script], cwd: folder.path, treeMarker };
  await writeFile(
    place('orchestrator.ts'),
    `import { runCommand } from ${JSON.stringify(join(import.meta.dirname, 'run-command.ts'))};
await runCommand({ ...${JSON.stringify(options)}, env: { PATH: process.env.PATH } });`,
  );
  const orchestrator = spawn(process.execPath, [place('orchestrator.ts')], { stdio: 'ignore' });
  const ended = once(orchestrator, 'exit');
  await expect.poll(() => existsSync(place('pid')), { timeout: 20_000 }).toBe(true);
  orchestrator.kill('SIGKILL');
  await ended;
  await writeFile(place('go'), '');
  await expect.poll(() => existsSync(place('done')), { timeout: 20_000 }).toBe(true);
  const daemon = Number(readFileSync(place('pid'), 'utf8'));
  expect(await identify(daemon)).not.toBeNull();
  await endMarked((marker) => marker === treeMarker, 1_000);
  expect(await identify(daemon)).toBeNull();
});

test('of endless messages, the newest are kept', async () => {
  const script = 'head -c 6000000 /dev/zero | tr "\\0" x >&2; echo the end >&2; echo out';
  const { stdout, stderr } = await runCommand({
    ...{ argv: ['/bin/sh', '-c', script], cwd: '/', env: process.env },
  });
  expect(stdout).toBe('out\n');
  expect(stderr).toHaveLength(1024 * 1024);
  expect(stderr.endsWith('xthe end\n')).toBe(true);
});
