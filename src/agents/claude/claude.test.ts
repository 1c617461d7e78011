import { describe, expect, test } from 'vitest';
import type { AttemptResult } from '../../model/event/attempt-event.ts';
import type { AgentActivity, AgentConclusion, AgentRequest } from '../agent.ts';
import { pickVariables } from '../program/pick-variables.ts';
import { claudeAgent } from './claude.ts';

// As Claude Code 2.1.330 writes them, without the fields that nobody reads.
const init = {
  type: 'system',
  subtype: 'init',
  cwd: '/home/una/tree',
  session_id: 's-1',
  model: 'claude-opus-5-5',
};
const succeeded = {
  type: 'result',
  subtype: 'success',
  is_error: false,
  api_error_status: null,
  result: 'Done.',
  total_cost_usd: 0.024,
  usage: { input_tokens: 1000, output_tokens: 100 },
  modelUsage: {
    'claude-opus-5-5': {
      inputTokens: 4000,
      outputTokens: 400,
      cacheReadInputTokens: 50,
      cacheCreationInputTokens: 5,
    },
  },
  permission_denials: [],
};
const exited0: AttemptResult = { kind: 'exited', code: 0 };
const exited1: AttemptResult = { kind: 'exited', code: 1 };

function tool(name: string, input: Record<string, unknown>): object {
  return { type: 'assistant', message: { content: [{ type: 'tool_use', name, input }] } };
}

function says(text: string, more: object = {}): object {
  return { type: 'assistant', message: { content: [{ type: 'text', text }] }, ...more };
}

function lines(...events: readonly object[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

function read(...events: readonly object[]): readonly AgentActivity[] {
  return claudeAgent()
    .reader()
    .read(lines(...events));
}

function stages(...events: readonly object[]): readonly string[] {
  return read(...events).flatMap((one) => (one.kind === 'stage' ? [one.stage] : []));
}

function conclude(
  events: readonly object[],
  result: AttemptResult = exited1,
  errors = '',
): AgentConclusion {
  const reader = claudeAgent().reader();
  reader.read(lines(...events));
  return reader.conclude(result, errors);
}

describe('reading what Claude does', () => {
  test('tells the session once, then words, tools and usage', () => {
    const activities = read(
      init,
      init,
      says('I look\nfirst.'),
      tool('Read', { file_path: '/home/una/tree/src/a.js' }),
      succeeded,
    );
    expect(activities).toEqual([
      { kind: 'session', session: 's-1', model: 'claude-opus-5-5' },
      { kind: 'said', summary: 'I look first.', text: 'I look\nfirst.' },
      { kind: 'said', summary: 'Read src/a.js', text: 'Read src/a.js' },
      { kind: 'stage', stage: 'analyzing', evidence: 'Read src/a.js' },
      { kind: 'usage', sessionCostUsd: 0.024, inputTokens: 4055, outputTokens: 400 },
    ]);
  });

  test('reads output that is cut anywhere, also inside a character', () => {
    const source = lines(init, says('Schön 🚢 gemacht'));
    const whole = claudeAgent().reader().read(source);
    const reader = claudeAgent().reader();
    const pieces = Array.from({ length: source.length }, (_, at) => source.charAt(at));
    expect(pieces.flatMap((piece) => reader.read(piece))).toEqual(whole);
  });

  test('passes over torn lines, other text and what it does not know', () => {
    const reader = claudeAgent().reader();
    const odd = [
      '{"type":"assistant","message":{"con',
      'Warning: something',
      '[]',
      'null',
      '{"type":"novelty","message":5}',
      '{"type":"assistant","message":{"content":"words"}}',
      '{"type":"result"',
    ];
    expect(reader.read(`${odd.join('\n')}\n${lines(says('Still here.'))}`)).toHaveLength(1);
  });

  test('reads a line of many megabytes that comes in small pieces', () => {
    const reader = claudeAgent().reader();
    const source = lines(says('x'.repeat(8_000_000)));
    const activities: AgentActivity[] = [];
    for (let at = 0; at < source.length; at += 65_536) {
      activities.push(...reader.read(source.slice(at, at + 65_536)));
    }
    expect(activities).toHaveLength(1);
    expect(activities[0]).toMatchObject({ summary: `${'x'.repeat(199)}…` });
  });

  test('tells retries and refusals', () => {
    const activities = read(
      { type: 'system', subtype: 'api_retry', attempt: 1, error_status: 529 },
      { type: 'system', subtype: 'api_retry', attempt: 2, error_status: null },
      { type: 'system', subtype: 'permission_denied', tool_name: 'Bash', message: 'not allowed' },
    );
    expect(activities.map((one) => (one.kind === 'said' ? one.summary : one.kind))).toEqual([
      'the provider answered 529, retrying',
      'the provider could not be reached, retrying',
      'Refused: Bash (not allowed)',
    ]);
  });

  test('takes files for documents by their place in the repository', () => {
    const opened = { ...init, cwd: '/home/docs/shop' };
    const edit = (path: string): object => tool('Write', { file_path: `/home/docs/shop/${path}` });
    expect(stages(opened, edit('src/cart.js'), edit('README.md'), edit('docs/cart.txt'))).toEqual([
      'implementation',
      'documenting',
    ]);
  });

  test('follows a task from reading to fixing', () => {
    expect(
      stages(
        tool('Grep', { pattern: 'cart' }),
        tool('TodoWrite', { todos: [] }),
        tool('Read', { file_path: 'src/cart.js' }),
        tool('Edit', { file_path: 'src/cart.js' }),
        tool('Read', { file_path: 'src/other.js' }),
        tool('Bash', { command: 'git add test/cart.js' }),
        tool('Bash', { command: 'cd app && npm test' }),
        tool('Edit', { file_path: 'src/cart.js' }),
        tool('Bash', { command: 'npm test 2>&1 | tail -5' }),
        tool('Edit', { file_path: 'docs/cart.txt' }),
      ),
    ).toEqual([
      'analyzing',
      'planning',
      'implementation',
      'testing',
      'fixing',
      'testing',
      'documenting',
    ]);
  });
});

describe('judging how Claude ended', () => {
  const failed = (more: object): object => ({ ...succeeded, is_error: true, ...more });

  test('finds nothing wrong with a result of success and exit code 0', () => {
    expect(conclude([succeeded], exited0)).toEqual({ claim: 'Done.', failure: null });
  });

  test.each([
    ['unauthenticated', failed({ api_error_status: 401, result: 'Invalid API key' })],
    ['unauthenticated', failed({ api_error_status: 403, result: 'Forbidden' })],
    ['unauthenticated', failed({ result: 'Not logged in · Please run /login' })],
    ['provider-limited', failed({ api_error_status: 429, result: 'Rejected' })],
    ['provider-limited', failed({ api_error_status: 529, result: 'Overloaded' })],
    ['provider-limited', failed({ api_error: 'usage_limit_reached', result: 'You hit it' })],
    ['agent-failed', failed({ api_error_status: 500, result: 'API Error: 500' })],
    ['over-budget', failed({ subtype: 'error_max_budget_usd', errors: ['$0.01'] })],
    ['over-budget', failed({ subtype: 'error_max_turns', errors: ['2 turns'] })],
  ])('calls it %s: %j', (reason, event) => {
    expect(conclude([event]).failure?.reason).toBe(reason);
  });

  test('takes an error for one even with exit code 0 and the subtype success', () => {
    const { failure } = conclude([failed({ api_error_status: 500, result: 'Broken' })], exited0);
    expect(failure).toEqual({ reason: 'agent-failed', message: 'Claude gave up: Broken' });
  });

  test('uses the code of the last failed request where the result has none', () => {
    const failedRequest = says('Credit balance is too low', { error: 'billing_error' });
    const { failure } = conclude([
      failedRequest,
      failed({ api_error_status: 400, result: 'Credit balance is too low' }),
    ]);
    expect(failure?.reason).toBe('provider-limited');
  });

  test('tells when a limit ends, but no time that is none', () => {
    const limit = (resetsAt: unknown): object => ({
      type: 'rate_limit_event',
      rate_limit_info: { status: 'rejected', resetsAt },
    });
    const end = failed({ api_error_status: 429, result: 'Limit' });
    expect(conclude([limit(1_795_359_443), end]).failure).toMatchObject({
      resetsAt: '2026-11-22T14:57:23.000Z',
    });
    expect(conclude([limit(1e300), end]).failure).not.toHaveProperty('resetsAt');
    expect(conclude([limit('soon'), end]).failure).not.toHaveProperty('resetsAt');
  });

  test('fails without a result, whatever the exit code, and quotes the errors', () => {
    expect(conclude([init], exited0).failure?.reason).toBe('agent-failed');
    expect(conclude([], exited1, 'error: out of words\n').failure).toEqual({
      reason: 'agent-failed',
      message: 'Claude exited with code 1: error: out of words',
    });
    expect(conclude([], { kind: 'exited', code: 127 }).failure?.reason).toBe('not-started');
    expect(conclude([], { kind: 'signalled', signal: 9 }).failure?.message).toContain('signal 9');
    expect(conclude([], { kind: 'lost' }).failure?.reason).toBe('agent-failed');
  });

  test('leaves a stop to the code that stopped it, and keeps the last words', () => {
    const stopped: AttemptResult = { kind: 'stopped', why: 'timed-out' };
    expect(conclude([says('Half way.')], stopped)).toEqual({ claim: 'Half way.', failure: null });
  });

  test('mentions refused tools in a claim of at most 2,000 characters', () => {
    const denied = (command: string): object => ({ tool_name: 'Bash', tool_input: { command } });
    const denials = { permission_denials: [denied('curl x'), denied('curl x'), denied('wget y')] };
    const short = conclude([{ ...succeeded, ...denials }], exited0);
    expect(short).toEqual({
      claim: 'Done.\n\nRefused: Bash: curl x; Bash: wget y',
      failure: null,
    });
    const long = conclude([{ ...succeeded, ...denials, result: 'x'.repeat(5000) }], exited0);
    expect(long.claim).toHaveLength(2000);
    expect(long.claim).toMatch(/x…x+\n\nRefused: Bash: curl x/u);
  });

  test('understands a result that no line feed ended', () => {
    const reader = claudeAgent().reader();
    reader.read(JSON.stringify(succeeded));
    expect(reader.conclude(exited0, '')).toEqual({ claim: 'Done.', failure: null });
  });
});

describe('starting Claude', () => {
  const request: AgentRequest = {
    isSandboxed: false,
    gitDirectories: [],
    filesDirectory: '/nowhere',
    model: 'opus',
    maxTurns: 40,
    maxCostUsd: 2.5,
    session: 's-1',
    allowedCommands: ['npm run build && npm test -- --a,b', "sh -c 'a && b'"],
  };
  const { argv } = claudeAgent().command({ path: '/opt/claude' }, request);

  test('passes limits, model and session on', () => {
    expect(argv[0]).toBe('/opt/claude');
    expect(argv.join(' ')).toContain(
      '--model opus --max-turns 40 --max-budget-usd 2.5 --resume s-1',
    );
    expect(argv[argv.indexOf('--setting-sources') + 1]).toBe('');
  });

  test('allows the commands of the project, each rule an argument of its own', () => {
    const rules = argv.filter((argument) => /^Bash\((?!git )/u.test(argument));
    expect(rules).toEqual([
      'Bash(npm run build && npm test -- --a,b)',
      'Bash(npm run build && npm test -- --a,b:*)',
      'Bash(npm run build)',
      'Bash(npm test -- --a,b)',
      "Bash(sh -c 'a && b')",
      "Bash(sh -c 'a && b':*)",
    ]);
    expect(argv).toContain('Bash(git commit:*)');
    expect(argv).not.toContain('Bash(git push:*)');
  });

  test('takes keys and switches along, but no outer session and no unused cloud', () => {
    const env = {
      ANTHROPIC_API_KEY: 'key',
      CLAUDE_CONFIG_DIR: '/c',
      CLAUDE_CODE_OAUTH_TOKEN: 'token',
      CLAUDECODE: '1',
      CLAUDE_CODE_ENTRYPOINT: 'cli',
      CLAUDE_CODE_SSE_PORT: '1',
      CLAUDE_CODE_MESSAGING_TOKEN: 'm',
      AI_AGENT: 'x',
      AWS_SECRET_ACCESS_KEY: 'secret',
      GITHUB_TOKEN: 'secret',
    };
    const picked = pickVariables(claudeAgent().variables, env);
    expect(Object.keys(picked)).toEqual([
      'ANTHROPIC_API_KEY',
      'CLAUDE_CONFIG_DIR',
      'CLAUDE_CODE_OAUTH_TOKEN',
    ]);
    const bedrock = { ...env, CLAUDE_CODE_USE_BEDROCK: '1' };
    expect(pickVariables(claudeAgent().variables, bedrock)).toHaveProperty('AWS_SECRET_ACCESS_KEY');
  });
});
