import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findSandbox } from '../../src/workspace/sandbox/find-sandbox.ts';
import {
  agentProfiles,
  claudeProfile,
  copilotProfile,
  geminiProfile,
  opencodeProfile,
} from '../rig/agent-profiles.ts';
import type { AgentProfile } from '../rig/agent-trials.ts';
import type { Ended } from '../rig/flotilla.ts';
import { startModelServer, type ModelRequest, type ModelTurn } from '../rig/model-server.ts';
import { findRealAgent, realAgentTitle } from '../rig/test-agents.ts';
import { startArgs, worldOf } from '../rig/agent-world.ts';
import { readStatus, refOf, taskOf } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

const sandbox = await findSandbox(process.env);
// Claude Code keeps limits of its own: its own tests look at those, in the sandbox and out of it.
const profiles = Object.values(agentProfiles).filter((profile) => profile !== claudeProfile);

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

describe.each(profiles)('$name with a limit', (profile) => {
  const isMissing = findRealAgent(profile.name) === null;

  test.skipIf(isMissing)(
    'is ended when it takes more turns than it may, and nothing of it is left',
    { timeout: 120_000 },
    async () => {
      let uses = 0;
      const world = await worldOf(profile, 'off', () => {
        uses += 1;
        return profile.bash(`./make.sh ${uses}`);
      });
      const ended = await orchestrateWith(world, profile, '--max-turns', '2');
      expect(ended.code, ended.stdout).toBe(2);
      expect(taskOf(await readStatus(world), 1).failure).toMatchObject({
        reason: 'over-budget',
        message: expect.stringContaining('its limit is 2 turns'),
      });
    },
  );
});

test.skipIf(findRealAgent('opencode') === null)(
  'opencode is ended when it has cost more than it may',
  { timeout: 120_000 },
  async () => {
    let uses = 0;
    // A dollar for a million tokens in, ten for a million out.
    const usage = { inputTokens: 100_000, outputTokens: 10_000 };
    const world = await worldOf(opencodeProfile, 'off', () => {
      uses += 1;
      return { ...opencodeProfile.bash(`./make.sh ${uses}`), usage };
    });
    const ended = await orchestrateWith(world, opencodeProfile, '--max-cost', '0.5');
    expect(ended.code, ended.stdout).toBe(2);
    const { failure, costUsd } = taskOf(await readStatus(world), 1);
    expect(failure).toMatchObject({ reason: 'over-budget' });
    expect(failure?.message).toMatch(/spent \$\d\.\d\d of the \$0\.50/u);
    expect(costUsd).toBeGreaterThan(0.5);
  },
);

test.skipIf(findRealAgent('gemini') === null)(
  'an agent by ACP is ended when it takes more turns than it may',
  { timeout: 120_000 },
  async () => {
    let uses = 0;
    const world = await worldOf(geminiProfile, 'off', () => {
      uses += 1;
      return geminiProfile.bash(`./make.sh ${uses}`);
    });
    const program = `${findRealAgent('gemini')} --acp --skip-trust -m gemini-2.5-pro`;
    const ended = await world.flotilla(
      ...['orchestrate', '../issue.md', '--agent', `acp:${program}`, '--plain'],
      ...['--env', 'GEMINI_API_KEY', '--env', 'GOOGLE_GEMINI_BASE_URL', '--max-turns', '2'],
    );
    expect(ended.code, ended.stdout).toBe(2);
    const { failure } = taskOf(await readStatus(world), 1);
    expect(failure, ended.stdout).toMatchObject({ reason: 'over-budget' });
  },
);

describe.each([claudeProfile, ...profiles])('$name that nobody signed in to', (profile) => {
  test.skipIf(findRealAgent(profile.name) === null)(
    'ends the run with exit code 8, and leaves the user’s repository as it was',
    { timeout: 120_000 },
    async () => {
      const world = await worldOf(profile, 'off', () => ({ status: 401, message: 'invalid key' }));
      const before = [world.git('for-each-ref', 'refs/heads'), world.git('status', '--porcelain')];
      const ended = await orchestrateWith(world, profile);
      expect(ended.code, ended.stdout).toBe(8);
      expect(taskOf(await readStatus(world), 1).failure).toMatchObject({
        reason: 'unauthenticated',
        type: 'API_ERROR',
      });
      expect([world.git('for-each-ref', 'refs/heads'), world.git('status', '--porcelain')]).toEqual(
        before,
      );
    },
  );
});

const pair = [geminiProfile, copilotProfile] as const;
const isPairHere = pair.every(({ name }) => findRealAgent(name) !== null);

test.skipIf(!isPairHere)('five tasks, by two agents', { timeout: 120_000 }, async () => {
  const [gemini, copilot] = pair;
  // Each speaks to the one server in its own provider's words.
  await using server = await startModelServer(({ tools, toolResults, prompt }) => {
    const { bash } = tools.includes('run_shell_command') ? gemini : copilot;
    const task = /# Task: Make (\w+)/u.exec(prompt)?.[1] ?? 'none';
    if (toolResults.length === 0) return bash(`./make.sh ${task}`);
    if (toolResults.length === 1) return bash(`git add . && git commit -m "Add ${task}"`);
    return { say: 'Made it.' };
  });
  const programs = pair.map(({ name }) => dirname(findRealAgent(name) ?? ''));
  await using world = await makeWorld({
    issue: ['one', 'two `agent:copilot`', 'three', 'four `agent:copilot`', 'five'].map(
      (name) => `Make ${name}`,
    ),
    env: {
      ...gemini.env(server.url),
      ...copilot.env(server.url),
      PATH: [...programs, process.env['PATH']].join(delimiter),
    },
    files: { 'make.sh': '#!/bin/sh\nif [ $# -gt 0 ]; then echo made >"$1.txt"; fi\n' },
  });
  world.git('update-index', '--chmod=+x', 'make.sh');
  world.git('commit', '--quiet', '--message', 'It is a program');
  for (const [path, text] of Object.entries(gemini.home?.(server.url) ?? {})) {
    mkdirSync(dirname(join(world.home, path)), { recursive: true });
    writeFileSync(join(world.home, path), text);
  }
  const ended = await world.flotilla(
    ...[
      'orchestrate',
      '../issue.md',
      '--force',
      '--agent',
      'gemini',
      '--json',
      '--check',
      './make.sh',
    ],
    ...['--model', gemini.model ?? '', '--max-workers', '3', '--yes'],
  );
  expect(ended.code, ended.stderr).toBe(0);
  const agents = ended
    .events()
    .flatMap((event) => (event.type === 'attempt-intended' ? [[event.task, event.agent]] : []));
  expect(Object.fromEntries(agents)).toEqual({
    1: 'gemini',
    2: 'copilot',
    3: 'gemini',
    4: 'copilot',
    5: 'gemini',
  });
});

async function completeTask(profile: AgentProfile, mode: 'on' | 'off'): Promise<void> {
  const work = ({ toolResults }: ModelRequest): ModelTurn => {
    if (toolResults.length === 0) return profile.bash('./make.sh');
    if (toolResults.length === 1)
      return profile.bash('git add made.txt && git commit -m "Add what was made"');
    return { say: 'Made it.' };
  };
  const world = await worldOf(profile, mode, work);
  const ended = await orchestrateWith(world, profile);
  expect(ended.code, `${ended.stdout}\n${ended.stderr}`).toBe(0);
  const run = await readStatus(world);
  expect(taskOf(run, 1).pullRequest).not.toBeNull();
  expect(world.git('log', '-1', '--format=%s', refOf(run, 1))).toBe('Add what was made\n');
}

function orchestrateWith(
  world: World,
  profile: AgentProfile,
  ...more: readonly string[]
): Promise<Ended> {
  return world.flotilla(...startArgs(profile), '--plain', ...more);
}
