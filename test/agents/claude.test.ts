import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { claudeAgent } from '../../src/agents/claude/claude.ts';
import {
  startModelServer,
  type ModelScript,
  type ModelServer,
  type ModelTurn,
} from '../rig/model-server.ts';
import { runRealAgent, type RealAttempt } from '../rig/real-agents.ts';
import { findRealAgent } from '../rig/test-agents.ts';

const claude = findRealAgent('claude');
const title =
  claude === null
    ? 'the real Claude Code is not here: get it with `npm run test:agents:install`'
    : 'the real Claude Code';

type Place = AsyncDisposable & { readonly directory: string; readonly home: string };

/** A repository with one commit, and a home that nobody else uses. */
async function makePlace(): Promise<Place> {
  const root = await mkdtempDisposable(join(tmpdir(), 'flotilla-claude-'));
  const directory = join(root.path, 'repository');
  const home = join(root.path, 'home');
  mkdirSync(home);
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', directory]);
  writeFileSync(join(directory, 'check.sh'), 'echo checked "$@"\n', { mode: 0o755 });
  git(directory, 'add', '--all');
  git(directory, 'commit', '--quiet', '--message', 'Begin');
  return { directory, home, [Symbol.asyncDispose]: () => root.remove() };
}

function git(directory: string, ...args: readonly string[]): string {
  const who = ['-c', 'user.name=Tester', '-c', 'user.email=tester@example.invalid'];
  return execFileSync('git', ['-C', directory, ...who, ...args], { encoding: 'utf8' });
}

function attemptAt(server: ModelServer, place: Place, prompt = 'Do the task.'): RealAttempt {
  return {
    agent: claudeAgent(),
    program: claude ?? '',
    prompt,
    directory: place.directory,
    home: place.home,
    env: {
      ANTHROPIC_BASE_URL: server.url,
      ANTHROPIC_API_KEY: 'not-a-key',
      CLAUDE_CODE_MAX_RETRIES: '1',
      // The markers of a session round this one, which must not get through.
      CLAUDECODE: '1',
      CLAUDE_CODE_ENTRYPOINT: 'cli',
    },
  };
}

function bash(command: string): ModelTurn {
  return { tools: [{ name: 'Bash', input: { command } }] };
}

function write(path: string, content: string): ModelTurn {
  return { tools: [{ name: 'Write', input: { file_path: path, content } }] };
}

/** One attempt in a place of its own. */
async function runOnce(
  script: ModelScript,
  change: Partial<RealAttempt> = {},
): Promise<Awaited<ReturnType<typeof runRealAgent>>> {
  await using server = await startModelServer(script);
  await using place = await makePlace();
  const attempt = attemptAt(server, place);
  return await runRealAgent({ ...attempt, ...change, env: { ...attempt.env, ...change.env } });
}

describe.skipIf(claude === null)(title, { timeout: 60_000 }, () => {
  test('edits, commits, and tells its session, its cost and its stages', async () => {
    await using server = await startModelServer([
      { say: 'I will add it.', ...write('src/hello.js', 'export const hello = 1;\n') },
      bash('git add src/hello.js && git commit -m "Add hello"'),
      { say: 'Added src/hello.js.' },
    ]);
    await using place = await makePlace();
    const { conclusion, session, costUsd, activities } = await runRealAgent(
      attemptAt(server, place),
    );

    expect(conclusion).toEqual({ claim: 'Added src/hello.js.', failure: null });
    expect(session).toMatch(/^[\da-f-]{36}$/u);
    expect(costUsd).toBeGreaterThan(0);
    expect(git(place.directory, 'log', '--format=%s')).toBe('Add hello\nBegin\n');
    expect(activities).toContainEqual({
      kind: 'stage',
      stage: 'implementation',
      evidence: 'Write src/hello.js',
    });
    expect(server.requests[0]?.prompt).toContain('Do the task.');
  });

  test('is not signed in when its key is refused', async () => {
    const { conclusion, result } = await runOnce([{ status: 401, message: 'invalid x-api-key' }]);
    expect(result).toEqual({ kind: 'exited', code: 1 });
    expect(conclusion.failure?.reason).toBe('unauthenticated');
  });

  test('is not signed in without any key', async () => {
    const { conclusion } = await runOnce([{ say: 'Hello.' }], { env: { ANTHROPIC_API_KEY: '' } });
    expect(conclusion.failure?.reason).toBe('unauthenticated');
  });

  test('is limited when the provider answers 429, and says that it tried again', async () => {
    const { conclusion, activities } = await runOnce([{ status: 429, message: 'Slow down' }]);
    expect(conclusion.failure?.reason).toBe('provider-limited');
    expect(conclusion.failure?.message).toContain('429');
    const words = 'the provider answered 429, retrying';
    expect(activities).toContainEqual({ kind: 'said', summary: words, text: words });
  });

  test('tells when the limit of an account ends', async () => {
    const resetsAt = '2040-01-01T12:00:00.000Z';
    const headers = {
      'x-should-retry': 'false',
      'anthropic-ratelimit-unified-status': 'rejected',
      'anthropic-ratelimit-unified-representative-claim': 'five_hour',
      'anthropic-ratelimit-unified-reset': String(Date.parse(resetsAt) / 1000),
    };
    const env = { ANTHROPIC_API_KEY: '', CLAUDE_CODE_OAUTH_TOKEN: 'not-a-token' };
    const { conclusion } = await runOnce([{ status: 429, headers }], { env });
    expect(conclusion.failure).toMatchObject({ reason: 'provider-limited', resetsAt });
  });

  test('fails when the stream of an answer is cut', async () => {
    const { conclusion } = await runOnce([{ cutAfter: 'I was about to' }]);
    expect(conclusion.failure).toMatchObject({ reason: 'agent-failed' });
    expect(conclusion.failure?.message).toContain('Connection');
  });

  test('goes on with a session, whose cost is cumulative', async () => {
    await using server = await startModelServer([{ say: 'First.' }, { say: 'Second.' }]);
    await using place = await makePlace();
    const first = await runRealAgent(attemptAt(server, place));
    const second = await runRealAgent({
      ...attemptAt(server, place, 'The checks failed.'),
      request: { session: first.session },
    });
    expect(second.conclusion).toEqual({ claim: 'Second.', failure: null });
    expect(second.session).toBe(first.session);
    expect(second.costUsd).toBeCloseTo(2 * (first.costUsd ?? 0));
    expect(server.requests[1]?.prompt).toMatch(/Do the task\.[^]*The checks failed\./u);
  });

  test('is stopped while the model thinks, and goes on later', async () => {
    const stop = new AbortController();
    const script: ModelScript = ({ prompt }) => {
      if (prompt.includes('Go on.')) return { say: 'Here I am again.' };
      stop.abort();
      return new Promise(() => {});
    };
    await using server = await startModelServer(script);
    await using place = await makePlace();
    const stopped = await runRealAgent({ ...attemptAt(server, place), stop: stop.signal });
    expect(stopped.conclusion.failure).toBeNull();
    expect(stopped.session).not.toBeNull();

    const next = { ...attemptAt(server, place, 'Go on.'), request: { session: stopped.session } };
    const { conclusion } = await runRealAgent(next);
    expect(conclusion).toEqual({ claim: 'Here I am again.', failure: null });
  });

  test('fails when the session to go on with is not there', async () => {
    const session = '11111111-1111-4111-8111-111111111111';
    const { conclusion } = await runOnce([{ say: 'Hello.' }], { request: { session } });
    expect(conclusion.failure).toMatchObject({ reason: 'agent-failed' });
    expect(conclusion.failure?.message).toContain('No conversation found');
  });

  test('may not use what nobody allowed, and says so in its claim', async () => {
    const outcome = await runOnce([bash('curl http://127.0.0.1:9/'), { say: 'I could not.' }]);
    expect(outcome.conclusion).toEqual({
      claim: 'I could not.\n\nRefused: Bash: curl http://127.0.0.1:9/',
      failure: null,
    });
  });

  test('may run the commands of the project, whole, longer, or one by one', async () => {
    await using server = await startModelServer([
      bash('./check.sh one, two && ./check.sh three'),
      bash('./check.sh three'),
      bash('./check.sh --only "a, b" with more'),
      { say: 'Done.' },
    ]);
    await using place = await makePlace();
    const allowedCommands = ['./check.sh one, two && ./check.sh three', './check.sh --only "a, b"'];
    const attempt = attemptAt(server, place);
    const { conclusion } = await runRealAgent({ ...attempt, request: { allowedCommands } });
    expect(conclusion).toEqual({ claim: 'Done.', failure: null });
    expect(server.requests.at(-1)?.toolResults).toEqual([
      { isError: false, text: 'checked one, two\nchecked three' },
      { isError: false, text: 'checked three' },
      { isError: false, text: 'checked --only a, b with more' },
    ]);
  });

  test('runs no hooks and no servers that the repository brings', async () => {
    await using server = await startModelServer([{ say: 'Done.' }]);
    await using place = await makePlace();
    const hooks = [{ hooks: [{ type: 'command', command: 'touch hooked' }] }];
    const settings = { enableAllProjectMcpServers: true, hooks: { SessionStart: hooks } };
    const servers = { mcpServers: { evil: { command: 'sh', args: ['-c', 'touch served; cat'] } } };
    mkdirSync(join(place.directory, '.claude'));
    writeFileSync(join(place.directory, '.claude/settings.json'), JSON.stringify(settings));
    writeFileSync(join(place.directory, '.mcp.json'), JSON.stringify(servers));
    const { conclusion } = await runRealAgent(attemptAt(server, place));
    expect(conclusion.failure).toBeNull();
    expect(readdirSync(place.directory).toSorted()).toEqual([
      '.claude',
      '.git',
      '.mcp.json',
      'check.sh',
    ]);
  });

  test('makes no worktree of its own, where nobody would see its work', async () => {
    await using server = await startModelServer([
      { tools: [{ name: 'EnterWorktree', input: { name: 'mine' } }] },
      { say: 'I stay.' },
    ]);
    await using place = await makePlace();
    const { conclusion } = await runRealAgent(attemptAt(server, place));
    expect(conclusion.claim).toContain('I stay.');
    expect(server.requests[0]?.tools).not.toContain('EnterWorktree');
    expect(git(place.directory, 'worktree', 'list').trim().split('\n')).toHaveLength(1);
  });

  test('keeps to its limits of turns and of cost', async () => {
    const script: ModelScript = () => ({
      ...bash('git status'),
      usage: { inputTokens: 100_000, outputTokens: 1000 },
    });
    const turns = await runOnce(script, { request: { maxTurns: 2 } });
    expect(turns.conclusion.failure).toMatchObject({ reason: 'over-budget' });
    expect(turns.conclusion.failure?.message).toContain('limit of turns');
    const cost = await runOnce(script, { request: { maxCostUsd: 0.01 } });
    expect(cost.conclusion.failure?.reason).toBe('over-budget');
  });

  test('works side by side with others against one model', async () => {
    const script: ModelScript = ({ prompt, toolResults }) => {
      const task = /Task (\d)/u.exec(prompt)?.[1] ?? 'none';
      return toolResults.length === 0 ? write(`${task}.txt`, task) : { say: `Wrote ${task}.` };
    };
    await using server = await startModelServer(script);
    const runs = ['1', '2', '3'].map(async (task) => {
      await using place = await makePlace();
      const outcome = await runRealAgent(attemptAt(server, place, `Task ${task}`));
      return { claim: outcome.conclusion.claim, files: readdirSync(place.directory) };
    });
    const outcomes = await Promise.all(runs);
    expect(outcomes.map(({ claim }) => claim)).toEqual(['Wrote 1.', 'Wrote 2.', 'Wrote 3.']);
    expect(outcomes[1]?.files).toContain('2.txt');
  });
});
