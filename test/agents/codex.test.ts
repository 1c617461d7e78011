import { tryAgent, type AgentProfile } from '../rig/agent-trials.ts';

const profile: AgentProfile = {
  name: 'codex',
  env: () => ({ OPENAI_API_KEY: 'not-a-key', CODEX_THREAD_ID: 'of another session' }),
  // A few retries are its default; one is enough to see.
  home: (url) => ({
    '.codex/config.toml': `model_provider = "scripted"
[model_providers.scripted]
name = "scripted"
base_url = "${url}/v1"
env_key = "OPENAI_API_KEY"
wire_api = "responses"
request_max_retries = 1
stream_max_retries = 1
`,
  }),
  model: 'gpt-5.5',
  write: (path, content) => {
    const input = `*** Begin Patch\n*** Add File: ${path}\n${content.trimEnd().replaceAll(/^/gmu, '+')}\n*** End Patch\n`;
    return { tools: [{ name: 'apply_patch', input: { input } }] };
  },
  bash: (cmd) => ({ tools: [{ name: 'exec_command', input: { cmd } }] }),
  failures: {
    '401': 'unauthenticated',
    '429': 'provider-limited',
    '500': 'provider-limited',
    cut: 'agent-failed',
  },
  tellsSessionAtOnce: true,
  tellsRefusals: false,
};

tryAgent(profile);
