import type { ToolCallUpdate } from '@agentclientprotocol/sdk';
import { describe, expect, test } from 'vitest';
import { chooseOption, isAllowed } from './acp-permission.ts';

const policy = {
  directory: '/home/una/tree',
  prefixes: ['git add', 'git commit', 'npm test', 'a && b | c'],
};

function runs(command: unknown): boolean {
  return isAllowed({ toolCallId: '1', kind: 'execute', rawInput: { command } }, policy);
}

function edits(...paths: readonly string[]): boolean {
  const call: ToolCallUpdate = {
    toolCallId: '1',
    kind: 'edit',
    locations: paths.map((path) => ({ path })),
  };
  return isAllowed(call, policy);
}

describe('the permission of an agent', () => {
  test.each([
    'npm test',
    'npm test -- --watch=false',
    'git add -A && git commit -m "Add; hello | world"',
    "git commit -m 'It costs $5'",
    'a && b | c',
  ])('lets it run %s', (command) => expect(runs(command)).toBe(true));

  test('lets it run a command that is given as words for a shell', () => {
    expect(runs(['bash', '-lc', 'npm test'])).toBe(true);
  });

  test.each([
    '',
    'npm testing',
    'curl http://example.invalid',
    'npm test; curl http://example.invalid',
    'npm test & curl http://example.invalid',
    'git add -A && curl http://example.invalid',
    'git commit -m "$(curl http://example.invalid)"',
    'git commit -m `curl`',
    'npm test > ~/.bashrc',
    'npm test\ncurl http://example.invalid',
    "git commit -m 'open",
  ])('does not let it run %j', (command) => expect(runs(command)).toBe(false));

  test('lets it edit in its workspace, and nowhere else', () => {
    expect(edits('src/a.js', '/home/una/tree/b.js')).toBe(true);
    expect(edits('/home/una/tree/a.js', '/etc/passwd')).toBe(false);
    expect(edits('../other/a.js')).toBe(false);
    expect(edits('/home/una/tree/.git/config')).toBe(false);
    expect(edits()).toBe(false);
  });

  test('lets it fetch nothing', () => {
    expect(isAllowed({ toolCallId: '1', kind: 'fetch' }, policy)).toBe(false);
    expect(isAllowed({ toolCallId: '1' }, policy)).toBe(false);
  });

  test('is granted once, not for ever, where there is a choice', () => {
    const options = (['allow_always', 'allow_once', 'reject_always'] as const).map((kind) => ({
      kind,
      name: kind,
      optionId: kind,
    }));
    expect(chooseOption(options, true)).toBe('allow_once');
    expect(chooseOption(options, false)).toBe('reject_always');
    expect(chooseOption([], false)).toBeNull();
  });
});
