import { tryAgent, type AgentProfile } from '../rig/agent-trials.ts';

const profile: AgentProfile = {
  name: 'opencode',
  env: () => ({ OPENCODE_DISABLE_MODELS_FETCH: '1' }),
  home: (url) => ({
    '.config/opencode/opencode.json': JSON.stringify({
      model: 'scripted/one',
      provider: {
        scripted: {
          npm: '@ai-sdk/openai-compatible',
          options: { baseURL: `${url}/v1`, apiKey: 'not-a-key' },
          models: {
            one: {
              name: 'One',
              cost: { input: 1, output: 10 },
              limit: { context: 100_000, output: 10_000 },
            },
          },
        },
      },
    }),
  }),
  write: (path, content, directory) => ({
    tools: [{ name: 'write', input: { filePath: `${directory}/${path}`, content } }],
  }),
  bash: (command) => ({ tools: [{ name: 'bash', input: { command, description: 'Runs it' } }] }),
  failures: { '401': 'unauthenticated', '429': 'retries', '500': 'retries', cut: 'retries' },
  tellsSessionAtOnce: false,
  tellsRefusals: true,
};

tryAgent(profile);
