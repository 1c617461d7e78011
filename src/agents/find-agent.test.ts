import { expect, test } from 'vitest';
import { findAgent } from './find-agent.ts';

test.each([
  ['claude', 'claude'],
  ['command:./my-agent --fast', 'command:./my-agent --fast'],
])('finds %s', (name, found) => {
  const agent = findAgent(name);
  expect(agent.ok && agent.value.name).toBe(found);
});

test.each(['', 'Claude', 'command', 'command:', 'command:  ', 'codex'])('knows no %j', (name) => {
  expect(findAgent(name)).toEqual({
    ok: false,
    error: { code: 'agent-unknown', agent: name, known: ['claude', 'command:<command>'] },
  });
});
