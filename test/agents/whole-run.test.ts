import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findSandbox } from '../../src/workspace/find-sandbox.ts';
import {
  codexProfile,
  copilotProfile,
  geminiProfile,
  opencodeProfile,
} from '../rig/agent-profiles.ts';
import type { AgentProfile } from '../rig/agent-trials.ts';
import { startModelServer, type ModelRequest, type ModelTurn } from '../rig/model-server.ts';
import { findRealAgent, realAgentTitle, testAgent } from '../rig/test-agents.ts';
import { readStatus, refOf, taskOf } from '../rig/status.ts';
import { makeWorld } from '../rig/world.ts';

const sandbox = await findSandbox(process.env);
const profiles = [codexProfile, geminiProfile, opencodeProfile, copilotProfile];

describe.each(profiles)('$name in a run', (profile) => {
  const title = realAgentTitle(profile.name);
  const isMissing = findRealAgent(profile.name) === null;

  test.skipIf(isMissing)(`completes a task without a sandbox: ${title}`, { timeout: 120_000 }, () =>
    completeTask(profile, 'off'),
  );

  test.skipIf(isMissing || !sandbox.ok)(
    `completes a task in a sandbox${sandbox.ok ? '' : ` (skipped: ${sandbox.error.message})`}`,
    { timeout: 120_000 },
    () => completeTask(profile, 'on'),
  );
});

async function completeTask(profile: AgentProfile, mode: 'on' | 'off'): Promise<void> {
  const work = ({ toolResults }: ModelRequest): ModelTurn => {
    if (toolResults.length === 0) return profile.bash('./make.sh');
    if (toolResults.length === 1)
      return profile.bash('git add made.txt && git commit -m "Add what was made"');
    return { say: 'Made it.' };
  };
  await using server = await startModelServer(work);
  const program = findRealAgent(profile.name) ?? '';
  // Its sandbox does not work with a home in a temporary directory.
  const place = await mkdtempDisposable(join(dirname(testAgent(profile.name).directory), 'place-'));
  onTestFinished(() => place.remove());
  const codex = join(place.path, '.codex');
  await using world = await makeWorld({
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
  const ended = await world.flotilla(
    ...['orchestrate', '../issue.md', '--agent', profile.name, '--plain', '--check', './make.sh'],
    ...(profile.model === undefined ? [] : ['--model', profile.model]),
  );
  const results = JSON.stringify(server.requests.at(-1)?.toolResults ?? null);
  expect(ended.code, `${ended.stdout}\n${ended.stderr}\n${results}`).toBe(0);
  const run = await readStatus(world);
  expect(taskOf(run, 1).pullRequest).not.toBeNull();
  expect(world.git('log', '-1', '--format=%s', refOf(run, 1))).toBe('Add what was made\n');
}
