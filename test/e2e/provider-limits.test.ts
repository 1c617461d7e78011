import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JournalEvent } from '../../src/model/event/event.ts';
import { startModelServer, type ModelRequest, type ModelTurn } from '../rig/model-server.ts';
import { work } from '../rig/model-work.ts';
import { findRealAgent } from '../rig/test-agents.ts';
import { readStatus } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

const claude = findRealAgent('claude');
const title =
  claude === null
    ? 'the real Claude Code is not here: get it with `npm run test:agents:install`'
    : 'a fleet of the real Claude Code';

const five = ['One', 'Two', 'Three', 'Four', 'Five'];
const fleet = ['orchestrate', '../issue.md', '--force', '--agent', 'claude', '--max-workers'];

/** An account whose limit was reached, and comes free a few seconds after the first who asks. */
function limitedAccount(seconds: number): {
  readonly answer: (request: ModelRequest) => ModelTurn;
  readonly resetsAt: () => string;
} {
  let resetsAt = 0;
  return {
    resetsAt: () => new Date(resetsAt).toISOString(),
    answer: (request) => {
      // The header counts whole seconds.
      if (resetsAt === 0) resetsAt = Math.ceil(Date.now() / 1_000 + seconds) * 1_000;
      if (Date.now() >= resetsAt) return work(request);
      return {
        status: 429,
        headers: {
          'x-should-retry': 'false',
          'anthropic-ratelimit-unified-status': 'rejected',
          'anthropic-ratelimit-unified-representative-claim': 'five_hour',
          'anthropic-ratelimit-unified-reset': String(resetsAt / 1_000),
        },
      };
    },
  };
}

function installClaude(world: World): void {
  const folder = join(world.home, '.local', 'bin');
  mkdirSync(folder, { recursive: true });
  symlinkSync(claude ?? '', join(folder, 'claude'));
}

function ofType<Type extends JournalEvent['type']>(
  events: readonly JournalEvent[],
  type: Type,
): Extract<JournalEvent, { type: Type }>[] {
  return events.filter((event) => event.type === type) as Extract<JournalEvent, { type: Type }>[];
}

describe.skipIf(claude === null)(title, () => {
  test('that meets the limit of its account pauses once, as a whole, and goes on by itself when it may', async () => {
    const account = limitedAccount(7);
    await using server = await startModelServer(account.answer);
    const env = { ANTHROPIC_BASE_URL: server.url, CLAUDE_CODE_OAUTH_TOKEN: 'not-a-token' };
    await using world = await makeWorld({ issue: five, env });
    installClaude(world);
    const run = world.start(...fleet, '5', '--json');
    await run.printed('"type":"run-paused"');
    expect((await readStatus(world)).state).toBe('paused');
    const ended = await run.ended;
    expect(ended.code, ended.stdout).toBe(0);

    const events = ended.events();
    expect(ofType(events, 'run-paused')).toMatchObject([
      { reason: 'provider-limited', until: account.resetsAt() },
    ]);
    expect(ofType(events, 'run-continued')).toHaveLength(1);
    expect(ofType(events, 'task-failed')).toEqual([]);
    const pausedAt = events.findIndex(({ type }) => type === 'run-paused');
    const continuedAt = events.findIndex(({ type }) => type === 'run-continued');
    expect(ofType(events.slice(pausedAt, continuedAt), 'attempt-started')).toEqual([]);
    const { state, tasks } = await readStatus(world);
    expect(state).toBe('succeeded');
    // Nobody was started over and over against the limit.
    expect(Math.max(...tasks.map(({ attempt }) => attempt))).toBe(2);
    const sessions = ofType(events, 'session-opened');
    for (const { ordinal } of tasks)
      expect(
        new Set(sessions.flatMap(({ task, session }) => (task === ordinal ? [session] : []))).size,
      ).toBe(1);
  });

  test('that is refused side by side, with no word when to come again, waits as long as one that is refused once', async () => {
    const refused = new Set<string>();
    await using server = await startModelServer((request) => {
      const task = /# Task: (\w+)/u.exec(request.prompt)?.[1] ?? 'none';
      if (refused.has(task)) return work(request);
      refused.add(task);
      return { status: 429, headers: { 'x-should-retry': 'false' } };
    });
    const env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'dummy' };
    await using world = await makeWorld({ issue: five, env });
    installClaude(world);
    world.write(
      '.claude/config/parallel-orchestration.json',
      JSON.stringify({ agent: { limit_pause: 1 } }),
    );
    const ended = await world.flotilla(...fleet, '5', '--json');
    expect(ended.code, ended.stdout).toBe(0);
    const events = ended.events();
    const lastRefusal = ofType(events, 'attempt-ended').findLast(
      ({ failure }) => failure?.reason === 'provider-limited',
    );
    const continued = ofType(events, 'run-continued').at(-1);
    const waitedMs = Date.parse(continued?.at ?? '') - Date.parse(lastRefusal?.at ?? '');
    expect(waitedMs).toBeLessThan(4_000);
  });

  test('whose credentials are refused stops once, starts nothing new, and says what to do', async () => {
    await using server = await startModelServer([{ status: 401, message: 'invalid x-api-key' }]);
    const env = {
      ANTHROPIC_BASE_URL: server.url,
      ANTHROPIC_API_KEY: 'dummy',
      CLAUDE_CODE_MAX_RETRIES: '1',
    };
    await using world = await makeWorld({ issue: [...five, 'Six', 'Seven'], env });
    installClaude(world);
    const ended = await world.flotilla(...fleet, '5', '--json');
    expect(ended.code, ended.stdout).toBe(8);
    const events = ended.events();
    expect(ofType(events, 'run-paused')).toMatchObject([{ reason: 'unauthenticated' }]);
    const started = ofType(events, 'attempt-started').map(({ task }) => task);
    expect(started.length).toBeLessThanOrEqual(5);
    const { tasks } = await readStatus(world);
    expect(tasks.slice(5).map(({ state }) => state)).toEqual(['queued', 'queued']);
    const again = await world.flotilla(...fleet, '5', '--plain', '--tasks', '6');
    expect(again.code).toBe(8);
    expect(again.stdout).toContain('→ Sign the agent in, or set its key, then retry');
  });

  test('starts no further task once it has spent what it may', async () => {
    await using server = await startModelServer(work);
    const env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'dummy' };
    await using world = await makeWorld({ issue: ['One', 'Two', 'Three', 'Four'], env });
    installClaude(world);
    await world.flotilla(...fleet, '1', '--tasks', '1', '--json');
    const cost = (await readStatus(world)).tasks[0]?.costUsd ?? 0;
    expect(cost).toBeGreaterThan(0);
    const ended = await world.flotilla(...fleet, '1', '--max-cost', String(cost * 1.5), '--json');
    const events = ended.events();
    // Which of them it is depends on whose workspace was ready first.
    expect(ofType(events, 'attempt-started')).toHaveLength(1);
    expect(ofType(events, 'run-paused')).toMatchObject([{ reason: 'budget' }]);
    const { tasks } = await readStatus(world);
    expect(tasks.map(({ state }) => state).toSorted()).toEqual([
      ...['completed', 'completed', 'failed', 'queued'],
    ]);
    expect(tasks.find(({ state }) => state === 'failed')?.failure?.reason).toBe('over-budget');
    const more = await world.flotilla(
      ...fleet,
      '1',
      '--max-cost',
      String(cost * 100),
      '--retry',
      '--plain',
    );
    expect(more.code, more.stdout).toBe(0);
  });
});
