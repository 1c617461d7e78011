import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startModelServer } from '../rig/model-server.ts';
import { work } from '../rig/model-work.ts';
import { findRealAgent } from '../rig/test-agents.ts';
import { readStatus, refOf, taskOf } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

const claude = findRealAgent('claude');
const title =
  claude === null
    ? 'the real Claude Code is not here: get it with `npm run test:agents:install`'
    : 'a run with the real Claude Code';

function installClaude(world: World): void {
  const folder = join(world.home, '.local', 'bin');
  mkdirSync(folder, { recursive: true });
  symlinkSync(claude ?? '', join(folder, 'claude'));
}

describe.skipIf(claude === null)(title, () => {
  test('completes two tasks, and tells their sessions and their cost', async () => {
    await using server = await startModelServer(work);
    const env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'dummy', GH_TOKEN: 'secret' };
    await using world = await makeWorld({ issue: ['One', 'Two'], env });
    installClaude(world);
    const ended = await world.flotilla(
      'orchestrate',
      '../issue.md',
      '--force',
      '--agent',
      'claude',
      '--json',
      '--max-workers',
      '2',
    );
    expect(ended.code, ended.stderr).toBe(0);
    const sessions = ended
      .events()
      .flatMap((event) => (event.type === 'session-opened' ? [event.session] : []));
    expect(new Set(sessions).size).toBe(2);
    const run = await readStatus(world);
    for (const [ordinal, name] of [
      [1, 'One'],
      [2, 'Two'],
    ] as const) {
      expect(taskOf(run, ordinal).costUsd).toBeGreaterThan(0);
      expect(world.git('diff', '--name-only', 'main', refOf(run, ordinal))).toBe(
        `work/${name}.txt\n`,
      );
      expect(world.git('log', '-1', '--format=%s', refOf(run, ordinal))).toBe(`Add ${name}\n`);
    }
  });

  test('goes on with its session when the check fails', async () => {
    await using server = await startModelServer((request) => {
      if (!request.prompt.includes('# The check failed')) return work(request);
      const command = 'echo ok > ok.txt && git add ok.txt && git commit -m Fix';
      return request.toolResults.length < 3
        ? { tools: [{ name: 'Bash', input: { command } }] }
        : { say: 'Fixed.' };
    });
    const env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'dummy' };
    await using world = await makeWorld({ issue: ['One'], env });
    installClaude(world);
    const check = 'test ! -d work || test -f ok.txt';
    const ended = await world.flotilla(
      'orchestrate',
      '../issue.md',
      '--force',
      '--agent',
      'claude',
      '--json',
      '--check',
      check,
    );
    const sessions = ended
      .events()
      .flatMap((event) => (event.type === 'session-opened' ? [event.session] : []));
    expect(sessions).toHaveLength(2);
    expect(new Set(sessions).size).toBe(1);
    expect(taskOf(await readStatus(world), 1)).toMatchObject({ attempt: 2 });
  });
});
