import { expect, test } from 'vitest';
import { agentNames, findAgent } from './find-agent.ts';

test.each(agentNames)('finds %s by its name', (name) => {
  const agent = findAgent(name);
  expect(agent.ok && agent.value.name).toBe(name);
});

test.each([
  ['command:./my-agent --fast', 'command:./my-agent --fast'],
  ['acp:my-agent acp', 'acp:my-agent acp'],
])('finds %s', (name, found) => {
  const agent = findAgent(name);
  expect(agent.ok && agent.value.name).toBe(found);
});

test.each(['', 'Claude', 'command', 'command:', 'command:  ', 'codexx', 'acp:', 'constructor'])(
  'knows no %j',
  (name) => {
    expect(findAgent(name)).toEqual({
      ok: false,
      error: {
        code: 'agent-unknown',
        agent: name,
        known: [...agentNames, 'acp:<command>', 'command:<command>'],
      },
    });
  },
);
