import { tryAgent, type AgentProfile } from '../rig/agent-trials.ts';

const profile: AgentProfile = {
  name: 'copilot',
  // It blanks out the key wherever it occurs in its output: a short one would tear its JSON.
  env: (url) => ({
    COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
    COPILOT_PROVIDER_TYPE: 'openai',
    COPILOT_PROVIDER_API_KEY: 'not-a-key',
    COPILOT_MODEL: 'gpt-5.1',
    COPILOT_OFFLINE: 'true',
  }),
  write: (path, file_text, directory) => ({
    tools: [{ name: 'create', input: { path: `${directory}/${path}`, file_text } }],
  }),
  bash: (command) => ({ tools: [{ name: 'bash', input: { command, description: 'Runs it' } }] }),
  failures: {
    '401': 'unauthenticated',
    '429': 'provider-limited',
    '500': 'agent-failed',
    cut: 'agent-failed',
  },
  // Asked to end, it tells its result before it goes.
  tellsSessionAtOnce: true,
  tellsRefusals: true,
};

tryAgent(profile);
