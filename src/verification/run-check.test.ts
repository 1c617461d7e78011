import { readFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CheckResult } from '../model/failure/failure.ts';
import { treeMembers } from '../process/process-tree.ts';
import { runCheck, type CheckParams } from './run-check.ts';

/** Runs a command as a check; gives its result, its log's text, and what it left running. */
async function check(
  command: string,
  change: Partial<CheckParams> = {},
): Promise<{ result: CheckResult; log: string; left: number[] }> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'check-'));
  const params: CheckParams = {
    name: 'test',
    command,
    argv: ['/bin/sh', '-c', command],
    cwd: folder.path,
    env: { PATH: process.env['PATH'] },
    timeLimitSeconds: 30,
    log: join(folder.path, 'logs', 'check.log'),
    marker: folder.path,
    signal: new AbortController().signal,
  };
  const result = await runCheck({ ...params, ...change });
  const left = await treeMembers({ leader: null, marker: folder.path });
  return { result, log: readFileSync(params.log, 'utf8'), left };
}

test('a check that passes, with both outputs in its log, in the order in which they came', async () => {
  const { result, log } = await check('echo "CI is $CI"; echo wrong >&2; cat; echo end');
  expect(result).toMatchObject({ name: 'test', state: 'passed', exitCode: 0 });
  expect(log).toBe('CI is 1\nwrong\nend\n');
  expect(result.excerpt).toBe('CI is 1\nwrong\nend');
});

test('a check that fails, or that a signal ends, has failed', async () => {
  expect((await check('exit 7')).result).toMatchObject({ state: 'failed', exitCode: 7 });
  expect((await check('kill -9 $$')).result).toMatchObject({ state: 'failed', exitCode: null });
});

test('a check that does not end has timed out, and leaves nothing', async () => {
  const { result, left } = await check(
    'echo begun; (trap "" TERM; sleep 1000; sleep 1000) & sleep 1000',
    { timeLimitSeconds: 0.3 },
  );
  expect(result).toMatchObject({ state: 'timed-out', exitCode: null, excerpt: 'begun' });
  expect(left).toEqual([]);
});

test('a check in a directory that is gone was not started', async () => {
  expect((await check('true', { cwd: '/nonexistent' })).result.state).toBe('not-started');
});

test('an excerpt is the plain end of a long output', async () => {
  const { result, log } = await check('seq 1 100000; printf "\\033[31mred\\033[0m\\n"');
  expect(log.length).toBeGreaterThan(500_000);
  expect(result.excerpt.length).toBeLessThanOrEqual(4_000);
  expect(result.excerpt).toMatch(/\n100000\nred$/u);
});
