import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { AgentProfile } from './agent-trials.ts';
import { startModelServer, type ModelScript } from './model-server.ts';
import { findRealAgent, testAgent } from './test-agents.ts';
import { makeWorld, type World } from './world.ts';

/** A world with one task, in which the profile's agent reaches a model that answers so. Both go with the test. */
export async function worldOf(
  profile: AgentProfile,
  mode: 'on' | 'off',
  work: ModelScript,
): Promise<World> {
  const server = await startModelServer(work);
  onTestFinished(() => server[Symbol.asyncDispose]());
  const program = findRealAgent(profile.name) ?? '';
  // Its sandbox does not work with a home in a temporary directory.
  const place = await mkdtempDisposable(join(dirname(testAgent(profile.name).directory), 'place-'));
  onTestFinished(() => place.remove());
  const codex = join(place.path, '.codex');
  const world = await makeWorld({
    issue: ['Make it'],
    env: {
      ...profile.env(server.url),
      ...(profile.name === 'codex' ? { CODEX_HOME: codex } : {}),
      FLOTILLA_SANDBOX: mode,
      PATH: `${dirname(program)}${delimiter}${process.env['PATH']}`,
    },
    files: { 'make.sh': '#!/bin/sh\ntest -e made.txt || echo made >made.txt\n' },
  });
  world.git('update-index', '--chmod=+x', 'make.sh');
  world.git('commit', '--quiet', '--message', 'It is a program');
  for (const [path, text] of Object.entries(profile.home?.(server.url) ?? {})) {
    const home = path.startsWith('.codex/') ? place.path : world.home;
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  }
  onTestFinished(() => world[Symbol.asyncDispose]());
  return world;
}

/** How a user starts the run of such a world, up to how it is shown. */
export function startArgs({ name, model }: AgentProfile): readonly string[] {
  return [
    ...['orchestrate', '../issue.md', '--force', '--agent', name, '--check', './make.sh'],
    ...(model === undefined ? [] : ['--model', model]),
  ];
}
