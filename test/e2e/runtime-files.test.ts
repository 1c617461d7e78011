import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fingerprint } from '../rig/fingerprint.ts';
import { readStatus } from '../rig/status.ts';
import { makeWorld } from '../rig/world.ts';

const issue = ['Works', 'Does nothing', 'Fails its check'];
const scripts = {
  'agent-2': 'echo "I have nothing to do"',
  'agent-3': 'echo "trying $attempt"; commit "wrong-$attempt.txt"',
};
const check = 'test ! -f wrong-1.txt || { echo "wrong indeed"; exit 3; }';

test('the journal alone makes every file again, byte for byte', async () => {
  await using world = await makeWorld({ issue });
  world.script(scripts);
  expect((await world.orchestrate('--check', check)).code).toBe(2);
  const runtime = join(world.repository, '.claude', 'runtime');
  const copy = join(world.root, 'copy');
  cpSync(runtime, copy, { recursive: true });
  rmSync(runtime, { recursive: true });
  const rebuilt = await world.flotilla('rebuild');
  expect(rebuilt.code).toBe(0);
  // What agents said is not in the journal.
  const isAgentLog = (path: string): boolean => /agent-\d+\.log$/u.test(path);
  const files = fingerprint(runtime);
  expect(files).toEqual(fingerprint(copy, isAgentLog));
  expect(
    Object.keys(files).map((path) => path.replace(/orch-local-1-\d{8}-\d{4}/u, 'RUN')),
  ).toEqual([
    '.gitignore',
    'logs/RUN/session.log',
    'parallel/local-1/agent-1.status.json',
    'parallel/local-1/agent-2.status.json',
    'parallel/local-1/agent-3.status.json',
    'parallel/local-1/metrics.json',
    'parallel/local-1/review.md',
    'parallel/local-1/summary.md',
  ]);
  expect(rebuilt.stdout.trim().split('\n')).toHaveLength(7);
});

test('a run taken up again goes on with its files, which the journal can make again anyway', async () => {
  await using world = await makeWorld({ issue });
  world.script(scripts);
  await world.orchestrate('--check', check);
  world.script({
    'agent-2': 'commit two.txt',
    'agent-3': 'git rm --quiet wrong-1.txt; git commit --quiet -m Fix',
  });
  expect((await world.orchestrate('--check', check, '--retry')).code).toBe(0);
  const runtime = join(world.repository, '.claude', 'runtime');
  const before = fingerprint(runtime);
  expect((await world.flotilla('rebuild')).code).toBe(0);
  expect(fingerprint(runtime)).toEqual(before);
});

test('a run whose files cannot be written goes on, says so once, and they are made later', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two'] });
  world.write('.claude/runtime', 'a file in the way\n');
  const ended = await world.orchestrate();
  expect(ended.code, ended.stdout).toBe(0);
  expect(ended.stdout.split('The runtime files cannot be written')).toHaveLength(2);
  expect((await readStatus(world)).state).toBe('succeeded');
  rmSync(join(world.repository, '.claude', 'runtime'));
  expect((await world.flotilla('rebuild')).code).toBe(0);
  expect(readdirSync(join(world.repository, '.claude/runtime/parallel/local-1'))).toHaveLength(5);
});

test('an orchestrator that died before it had git ignore its files leaves that to the next; a user decides otherwise', async () => {
  await using world = await makeWorld({ issue });
  world.write('.claude/runtime/.gitignore', '');
  await world.orchestrate();
  expect(world.git('status', '--porcelain')).toBe('');
  world.write('.claude/runtime/.gitignore', '# mine\n');
  await world.orchestrate('--retry');
  expect(world.git('status', '--porcelain')).toBe('?? .claude/\n');
});
