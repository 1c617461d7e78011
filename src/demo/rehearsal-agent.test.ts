import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { writeSampleRepository } from './sample-repository.ts';

const agent = fileURLToPath(new URL('./rehearsal-agent.ts', import.meta.url));
const api = 'Add the cart API endpoints';
const docs = 'Document the cart';
const titles = [
  'Add the cart data model',
  api,
  'Add the cart UI',
  'Add the cart persistence layer',
  docs,
];
const failedCheck = '\n# The check failed\n\nnpm test\n\n1 !== 2\n';

type Ended = { readonly code: number | null; readonly output: string };

let repository: string;

async function run(command: readonly [string, ...string[]], input = ''): Promise<Ended> {
  const [program, ...args] = command;
  const env = {
    ...process.env,
    REHEARSAL_PACE: '0',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Rehearsal',
    GIT_AUTHOR_EMAIL: 'rehearsal@example.invalid',
    GIT_COMMITTER_NAME: 'Rehearsal',
    GIT_COMMITTER_EMAIL: 'rehearsal@example.invalid',
  };
  const child = spawn(program, args, { cwd: repository, env });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  // A program that reads no input may have ended before it gets any.
  child.stdin.on('error', () => {}).end(input);
  const [code, out, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, output: out + errors };
}

async function git(...args: string[]): Promise<string> {
  const { code, output } = await run(['git', ...args]);
  expect(code, output).toBe(0);
  return output.trim();
}

function runAgent(title: string, more = ''): Promise<Ended> {
  const prompt = `You work on one task.\n\n# Task: ${title}\n\n<issue-text>…</issue-text>\n${more}`;
  return run([process.execPath, agent], prompt);
}

function runTests(): Promise<Ended> {
  return run([process.execPath, '--test']);
}

/** Leaves the finished work on a branch that is named after the task. */
async function finish(title: string): Promise<string> {
  const branch = title.toLowerCase().replaceAll(' ', '-');
  await git('switch', '--quiet', '--create', branch, 'main');
  expect((await runAgent(title)).code).toBe(0);
  if (title === api) expect((await runAgent(title, failedCheck)).code).toBe(0);
  if (title === docs) {
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'Leftovers');
  }
  return branch;
}

beforeEach(async () => {
  repository = await mkdtemp(join(tmpdir(), 'flotilla-rehearsal-'));
  await writeSampleRepository(repository);
  await git('init', '--quiet', '--initial-branch', 'main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'The shop');
});
afterEach(() => rm(repository, { recursive: true }));

describe('the rehearsal agent', { timeout: 120_000 }, () => {
  test.each(titles.filter((title) => title !== api && title !== docs))(
    'commits work that passes for "%s"',
    async (title) => {
      const { code, output } = await runAgent(title);
      expect(code, output).toBe(0);
      expect(output).toMatch(/^Writing src\//mu);
      expect(await git('status', '--porcelain')).toBe('');
      expect(await git('rev-list', '--count', 'HEAD')).toBe('2');
      expect(await runTests()).toMatchObject({ code: 0 });
    },
  );

  test('commits endpoints that fail their own test, and fixes them when asked', async () => {
    expect(await runAgent(api)).toMatchObject({ code: 0 });
    expect(await git('status', '--porcelain')).toBe('');
    const red = await runTests();
    expect(red.code).toBe(1);
    expect(red.output).toContain('a product that is added twice has one line');

    const { code, output } = await runAgent(api, failedCheck);
    expect(code, output).toBe(0);
    expect(output).toContain('Reading what the check said');
    expect(await git('diff', '--name-only', 'HEAD~')).toBe('src/api/cart.js');
    expect(await runTests()).toMatchObject({ code: 0 });
  });

  test('fixes the endpoints also when only the tree shows a first attempt', async () => {
    await runAgent(api);
    await runAgent(api);
    expect(await runTests()).toMatchObject({ code: 0 });
  });

  test('writes sound endpoints when a check failed and the tree is fresh', async () => {
    await runAgent(api, failedCheck);
    expect(await git('status', '--porcelain')).toBe('');
    expect(await runTests()).toMatchObject({ code: 0 });
  });

  test('leaves the documents uncommitted', async () => {
    expect(await runAgent(docs)).toMatchObject({ code: 0 });
    expect(await git('status', '--porcelain')).toBe('?? docs/\n?? examples/\n?? test/examples/');
    expect(await runTests()).toMatchObject({ code: 0 });
  });

  test('writes branches that merge in any order into one that passes', async () => {
    const branches: string[] = [];
    for (const title of titles) branches.push(await finish(title));
    for (const order of [branches, branches.toReversed()]) {
      await git('switch', '--quiet', '--detach', 'main');
      for (const branch of order) await git('merge', '--quiet', '--no-edit', '--no-ff', branch);
      const { code, output } = await runTests();
      expect(code, output).toBe(0);
    }
    const changed = await git('diff', '--name-status', 'main', 'HEAD');
    expect(changed.split('\n').every((line) => line.startsWith('A\t'))).toBe(true);
  });

  test('says so and writes nothing when the task is another one', async () => {
    const { code, output } = await runAgent('Add a wish list');
    expect(code).toBe(1);
    expect(output).toContain('knows no others');
    expect(await git('status', '--porcelain')).toBe('');
  });

  test('leaves a finished task as it is when it is started again', async () => {
    await runAgent('Add the cart UI');
    const head = await git('rev-parse', 'HEAD');
    expect(await runAgent('Add the cart UI')).toMatchObject({ code: 0 });
    expect(await git('rev-parse', 'HEAD')).toBe(head);
  });
});
