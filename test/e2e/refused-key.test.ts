import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listenOnLoopback } from '../rig/listen-on-loopback.ts';
import { makeWorld, type World } from '../rig/world.ts';

/** A program of Claude Code's name that notes when it is started. */
function installNoted(world: World): void {
  const folder = join(world.home, '.local', 'bin');
  mkdirSync(folder, { recursive: true });
  const script = `#!/bin/sh\necho started >>${join(world.root, 'rig', 'claude.starts')}\nexit 1\n`;
  writeFileSync(join(folder, 'claude'), script);
  chmodSync(join(folder, 'claude'), 0o755);
}

const run = ['orchestrate', '../issue.md', '--agent', 'claude', '--plain', '--force'];

test('a key that the provider refuses starts no agent, and is named with the way out', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${String(request.headers['x-api-key'])}`);
    response.writeHead(401).end('{}');
  });
  await using provider = await listenOnLoopback(server);
  const env = { ANTHROPIC_BASE_URL: provider.url, ANTHROPIC_API_KEY: 'of-last-year' };
  await using world = await makeWorld({ issue: ['One', 'Two', 'Three'], env });
  installNoted(world);
  const { code, stdout, stderr } = await world.flotilla(...run);
  expect(code).toBe(8);
  expect(stderr).toMatch(
    /^claude cannot work, so no agent was started: 127\.0\.0\.1:\d+ refuses the key in ANTHROPIC_API_KEY/u,
  );
  expect(stderr).toContain('/login');
  expect(stdout + stderr).not.toContain('of-last-year');
  expect(asked).toEqual(['GET /v1/models?limit=1 of-last-year']);
  expect(world.noted('claude.starts')).toBe('');
});

test('a stored sign-in that has run out for good starts no agent', async () => {
  await using world = await makeWorld({ issue: ['One'] });
  installNoted(world);
  mkdirSync(join(world.home, '.claude'));
  const claudeAiOauth = { accessToken: 'x', expiresAt: Date.parse('2026-01-01'), refreshToken: '' };
  writeFileSync(
    join(world.home, '.claude', '.credentials.json'),
    JSON.stringify({ claudeAiOauth }),
  );
  const { code, stderr } = await world.flotilla(...run);
  expect(code).toBe(8);
  expect(stderr).toContain('ended at 2026-01-01T00:00:00.000Z');
  expect(world.noted('claude.starts')).toBe('');
});

test('a provider that cannot be asked keeps nobody from starting', async () => {
  const server = createServer((_request, response) => void response.writeHead(500).end());
  await using provider = await listenOnLoopback(server);
  const env = { ANTHROPIC_BASE_URL: provider.url, ANTHROPIC_API_KEY: 'dummy' };
  await using world = await makeWorld({ issue: ['One'], env });
  installNoted(world);
  await world.flotilla(...run);
  expect(world.noted('claude.starts')).toContain('started');
});
