import { expect, test } from 'vitest';
import { agentWords } from './agent-words.ts';

test.for([
  ['claude', 'claude'],
  ['command:/opt/agents/fix.sh', 'fix.sh'],
  ['command:/usr/bin/node /opt/flotilla/rehearsal-agent.js', 'rehearsal-agent.js'],
  ["command:'/usr/bin/node' '/opt/flotilla/rehearsal-agent.js'", 'rehearsal-agent.js'],
  ['command:python3 -m my_agent --fast', 'python3 -m my_agent --fast'],
  ['command:bash', 'bash'],
  ['acp:/opt/bin/gemini --acp', 'gemini --acp'],
] as const)('%s is called %s', ([agent, words]) => {
  expect(agentWords(agent)).toBe(words);
});

test('a long command is cut', () => {
  expect(agentWords(`command:agent ${'x'.repeat(100)}`)).toHaveLength(40);
});
