import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readStatus, taskOf } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

function seenBy(world: World, agent: string): Record<string, string> {
  const lines = world
    .seen(agent, 'env')
    .split('\n')
    .filter((line) => line.includes('='));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

const secrets = {
  GH_TOKEN: 'secret',
  GITHUB_TOKEN: 'secret',
  SSH_AUTH_SOCK: '/secret/agent.sock',
  ANTHROPIC_API_KEY: 'secret',
  OPENAI_API_KEY: 'secret',
  AWS_SECRET_ACCESS_KEY: 'secret',
  DATABASE_URL: 'postgres://secret',
  MY_OWN_KEY: 'secret',
  NODE_OPTIONS: '--no-warnings',
};

test('agents, setup and checks get no key but what --env names', async () => {
  await using world = await makeWorld({
    env: { ...secrets, GIVEN_BY_NAME: 'given', HTTPS_PROXY: 'http://proxy:1' },
  });
  const dump = (name: string): string => `env >"${world.root}/rig/${name}"`;
  const ended = await world.orchestrate(
    '--env',
    'GIVEN_BY_NAME',
    '--setup',
    dump('setup'),
    '--check',
    dump('check'),
  );
  expect(ended.code, ended.stdout).toBe(0);
  for (const text of [world.seen('agent-1', 'env'), world.noted('setup'), world.noted('check')]) {
    const names = text.split('\n').map((line) => line.split('=')[0] ?? '');
    expect(names.filter((name) => name in secrets)).toEqual([]);
    expect(text).not.toContain('secret');
    expect(text).toContain('GIVEN_BY_NAME=given');
    expect(text).toContain('HTTPS_PROXY=http://proxy:1');
  }
});

test('each agent gets what the guide promises, and ports and folders of its own', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two', 'Three'] });
  const gate = world.gate('all');
  const listen = `require("node:net").createServer().listen(Number(process.argv[1]), "127.0.0.1", () => process.exit(0))`;
  world.script({
    default: `hold all
      "${process.execPath}" -e '${listen}' "$PORT" && "${process.execPath}" -e '${listen}' "$TEST_DB_PORT" &&
      write "$CACHE_DIR/file" && write "$TEMP_DIR/file" && test "$PWD" = "$WORKING_DIR" &&
      test "$(git branch --show-current)" = "$BRANCH_NAME" && test -f "$STATUS_FILE" && commit "work/$AGENT_ID.txt"`,
  });
  const running = world.begin('--max-workers', '3', '--timeout', '20m');
  await running.until(gate.arrived(3));
  gate.open();
  const ended = await running.ended;
  expect(ended.code, ended.stdout).toBe(0);
  const run = await readStatus(world);
  const environments = [1, 2, 3].map((ordinal) => seenBy(world, `agent-${ordinal}`));
  for (const [index, env] of environments.entries()) {
    const ordinal = index + 1;
    expect(env).toMatchObject({
      AGENT_ID: `agent-${ordinal}`,
      MASTER_ISSUE: 'local-1',
      SUB_ISSUE: String(ordinal + 1),
      TIMEOUT: '1200',
    });
    expect(env['BRANCH_NAME']).toBe(taskOf(run, ordinal).branch);
    expect(env['STATUS_FILE']).toBe(
      join(world.repository, `.claude/runtime/parallel/local-1/agent-${ordinal}.status.json`),
    );
    expect(existsSync(env['TEMP_DIR'] ?? '')).toBe(false);
  }
  for (const names of [['PORT', 'TEST_DB_PORT'], ['CACHE_DIR'], ['TEMP_DIR'], ['WORKING_DIR']]) {
    const values = environments.flatMap((env) => names.map((name) => env[name]));
    expect(new Set(values).size).toBe(3 * names.length);
    expect(values).not.toContain(undefined);
  }
});
