import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { agentNames } from '../../src/agents/find-agent.ts';
import { fingerprint } from '../rig/fingerprint.ts';
import { failuresOf, readStatus, taskOf } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

/** A world in which an agent's name belongs to this script. */
async function worldWith(name: string, script: string): Promise<World> {
  const world = await makeWorld({ issue: ['Add one', 'Add two'] });
  const bin = join(world.root, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
  world.env['PATH'] = `${bin}${delimiter}${process.env['PATH']}`;
  return world;
}

const refusals = {
  claude: "error: unknown option '--include-partial-messages'",
  codex: "error: unexpected argument '--json' found",
  gemini: 'Unknown arguments: policy, allowed-mcp-server-names',
  opencode: 'Unknown argument: format',
  copilot: "error: unknown option '--output-format'",
} as const;

test('every agent with a name of its own is tried here', () => {
  expect(Object.keys(refusals)).toEqual(agentNames);
});

describe.each(Object.entries(refusals))('%s of another version', (name, words) => {
  test('is a named failure, exit 8, and the user’s repository is whole', async () => {
    await using world = await worldWith(name, `cat >/dev/null; echo "${words}" >&2; exit 1`);
    const before = fingerprint(world.repository, isOurs);
    const ended = await world.flotilla('orchestrate', '../issue.md', '--agent', name, '--plain');
    expect(ended.code, ended.stdout).toBe(8);
    const run = await readStatus(world);
    expect(failuresOf(run)).toEqual({ 1: 'not-started', 2: 'not-started' });
    expect(taskOf(run, 1).failure).toMatchObject({
      type: 'RESOURCE_ERROR',
      message: expect.stringMatching(/does not know an option .*flotilla doctor/u),
    });
    expect(fingerprint(world.repository, isOurs)).toEqual(before);
  }, 60_000);

  test('is reported by doctor, with the fix, and so is one that nobody signed in to', async () => {
    await using world = await worldWith(name, 'echo 0.0.1');
    const { stdout } = await world.flotilla('doctor');
    expect(stdout).toMatch(new RegExp(String.raw`! ${name} 0\.0\.1 at .*: older than \d`, 'u'));
    expect(stdout).toContain('npm install -g');
    expect(stdout).toContain(`! ${name} does not look signed in`);
  });
});

test('doctor reports an agent that does not start, or reports no version', async () => {
  await using broken = await worldWith('codex', 'exit 1');
  expect((await broken.flotilla('doctor')).stdout).toMatch(
    /! codex at .* does not start\n.*npm install -g @openai\/codex/u,
  );
  await using silent = await worldWith('codex', 'echo hello');
  expect((await silent.flotilla('doctor')).stdout).toMatch(/! codex at .* reports no version/u);
});

test('a limit that cannot be enforced on an agent is reported at the start', async () => {
  await using world = await makeWorld();
  const ended = await world.orchestrate('--max-turns', '3', '--max-cost', '1');
  expect(ended.code).toBe(0);
  const said = ended.stdout + ended.stderr;
  expect(said).toContain('so --max-turns has no effect on it');
  expect(said).toContain('so --max-cost has no effect on it');
});

function isOurs(path: string): boolean {
  return path.startsWith('.claude/runtime/') || path.includes('refs/remotes');
}
