import { acpAgent } from '../../src/agents/acp.ts';
import { tryAgent, type AgentProfile } from '../rig/agent-trials.ts';

/** Gemini CLI by the Agent Client Protocol. */
const gemini: AgentProfile = {
  name: 'gemini',
  agent: (program) => ({
    ...acpAgent(`${program} --acp --skip-trust -m gemini-2.5-pro`),
    // What the user names with `--env`.
    variables: ['GEMINI_*', 'GOOGLE_*'],
  }),
  env: (url) => ({
    GEMINI_API_KEY: 'not-a-key',
    GOOGLE_GEMINI_BASE_URL: url,
    GEMINI_CLI_NO_RELAUNCH: 'true',
  }),
  home: () => ({
    '.gemini/settings.json': JSON.stringify({
      security: { auth: { selectedType: 'gemini-api-key' } },
      general: { maxAttempts: 1 },
      privacy: { usageStatisticsEnabled: false },
    }),
  }),
  write: (file_path, content) => ({
    tools: [{ name: 'write_file', input: { file_path, content } }],
  }),
  bash: (command) => ({ tools: [{ name: 'run_shell_command', input: { command } }] }),
  failures: {
    '401': 'unauthenticated',
    '429': 'provider-limited',
    '500': 'agent-failed',
    cut: 'agent-failed',
  },
  tellsSessionAtOnce: true,
  tellsRefusals: true,
};

tryAgent(gemini);
