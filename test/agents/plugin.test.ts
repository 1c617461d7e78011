import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { startModelServer, type ModelScript, type ModelServer } from '../rig/model-server.ts';
import { readStatus } from '../rig/status.ts';
import { findRealAgent, realAgentTitle } from '../rig/test-agents.ts';
import { makeWorld, type World } from '../rig/world.ts';

const claude = findRealAgent('claude');
const root = join(import.meta.dirname, '..', '..');
const marketplace = join(root, 'plugin');
const plugin = join(marketplace, 'amplihack');

/** The user's environment with `flotilla` on the path, as `npm link` puts it there. */
function linkedEnvironment(world: World, server: ModelServer): NodeJS.ProcessEnv {
  const folder = join(world.root, 'bin');
  mkdirSync(folder, { recursive: true });
  const main = join(root, 'src', 'cli', 'main.ts');
  const line = `exec '${process.execPath}' '${main}' "$@"`;
  writeFileSync(join(folder, 'flotilla'), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  return {
    ...world.env,
    PATH: `${folder}${delimiter}${process.env['PATH']}`,
    ANTHROPIC_API_KEY: 'not-a-key',
    ANTHROPIC_BASE_URL: server.url,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
  };
}

/** Runs a slash command as `claude -p` does, and gives its events. */
async function runCommand(
  world: World,
  server: ModelServer,
  prompt: string,
  options: readonly string[] = ['--plugin-dir', plugin],
): Promise<readonly Record<string, unknown>[]> {
  const child = spawn(
    claude ?? '',
    ['-p', prompt, ...options, '--output-format', 'stream-json', '--verbose'],
    {
      cwd: world.repository,
      env: linkedEnvironment(world, server),
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return output
    .trim()
    .split('\n')
    .map((event) => JSON.parse(event) as Record<string, unknown>);
}

/** A model that runs one command of the shell, and then says what it printed. */
function runsOnce(command: string): ModelScript {
  return ({ toolResults }) => {
    const [result] = toolResults;
    return result === undefined
      ? { tools: [{ name: 'Bash', input: { command, description: 'Runs it' } }] }
      : { say: result.text };
  };
}

describe.skipIf(claude === null)(`the plugin in ${realAgentTitle('claude')}`, () => {
  test.each([marketplace, plugin])('is valid in the strictest sense: %s', (path) => {
    const output = execFileSync(claude ?? '', ['plugin', 'validate', '--strict', path], {
      encoding: 'utf8',
      env: { ...process.env, DISABLE_AUTOUPDATER: '1' },
    });
    expect(output).toContain('Validation passed');
  });

  test('brings both commands, and a dry run that needs no leave', async () => {
    const dryRun = 'amplihack-flotilla orchestrate ../issue.md --dry-run --plain';
    await using server = await startModelServer(runsOnce(dryRun));
    await using world = await makeWorld({ issue: ['Add one', 'Add two'] });
    const prompt = '/amplihack:parallel-orchestrate ../issue.md --dry-run';
    const events = await runCommand(world, server, prompt);
    const init = events.find(({ subtype }) => subtype === 'init');
    expect(init?.['slash_commands']).toEqual(
      expect.arrayContaining(['amplihack:parallel-orchestrate', 'amplihack:analyze']),
    );
    expect(server.requests[0]?.prompt).toContain('`../issue.md --dry-run`');
    const result = events.findLast(({ type }) => type === 'result');
    expect(result).toMatchObject({ is_error: false, permission_denials: [] });
    expect(result?.['result']).toContain('Add two');
  });

  test('is installed as the README says, and then works in every session', async () => {
    const dryRun = 'amplihack-flotilla orchestrate ../issue.md --dry-run --plain';
    await using server = await startModelServer(runsOnce(dryRun));
    await using world = await makeWorld({ issue: ['Add one', 'Add two'] });
    const run = async (...args: readonly string[]): Promise<string> => {
      const env = linkedEnvironment(world, server);
      const place = { cwd: world.repository, env };
      return (await promisify(execFile)(claude ?? '', ['plugin', ...args], place)).stdout;
    };
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain('install amplihack@flotilla');
    await run('marketplace', 'add', marketplace);
    await run('install', 'amplihack@flotilla');
    expect(await run('list')).toContain('amplihack@flotilla');
    const prompt = '/amplihack:parallel-orchestrate ../issue.md --dry-run';
    const events = await runCommand(world, server, prompt, []);
    const init = events.find(({ subtype }) => subtype === 'init');
    expect(init?.['slash_commands']).toEqual(
      expect.arrayContaining(['amplihack:parallel-orchestrate', 'amplihack:analyze']),
    );
    const result = events.findLast(({ type }) => type === 'result');
    expect(result).toMatchObject({ is_error: false, permission_denials: [] });
    expect(result?.['result']).toContain('Add two');
  });

  test('runs a whole issue', async () => {
    await using world = await makeWorld({ issue: ['Add one'] });
    world.script({ default: 'commit one.txt' });
    const run = `amplihack-flotilla orchestrate ../issue.md --plain --agent '${world.agent}'`;
    await using server = await startModelServer(runsOnce(run));
    await runCommand(world, server, '/amplihack:parallel-orchestrate ../issue.md');
    expect((await readStatus(world)).state).toBe('succeeded');
  });
});
