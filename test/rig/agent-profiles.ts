import type { AgentProfile } from './agent-trials.ts';
import type { TestAgentName } from './test-agents.ts';

/** Claude Code. */
export const claudeProfile: AgentProfile = {
  name: 'claude',
  env: (url) => ({
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'not-a-key',
    // Ten, over minutes, is its default.
    CLAUDE_CODE_MAX_RETRIES: '1',
  }),
  write: (file_path, content, directory) => ({
    tools: [{ name: 'Write', input: { file_path: `${directory}/${file_path}`, content } }],
  }),
  bash: (command) => ({ tools: [{ name: 'Bash', input: { command } }] }),
  failures: {
    '401': 'unauthenticated',
    '429': 'provider-limited',
    '500': 'agent-failed',
    cut: 'agent-failed',
  },
  tellsSessionAtOnce: true,
  tellsRefusals: true,
};

/** Codex, by OpenAI's Responses API. */
export const codexProfile: AgentProfile = {
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
  askTool: 'mcp__flotilla/ask_person',
  failures: {
    '401': 'unauthenticated',
    '429': 'provider-limited',
    '500': 'provider-limited',
    cut: 'agent-failed',
  },
  tellsSessionAtOnce: true,
  tellsRefusals: false,
};

/** Gemini CLI. */
export const geminiProfile: AgentProfile = {
  name: 'gemini',
  asksByProgram: true,
  env: (url) => ({ GEMINI_API_KEY: 'not-a-key', GOOGLE_GEMINI_BASE_URL: url }),
  home: () => ({
    '.gemini/settings.json': JSON.stringify({
      security: { auth: { selectedType: 'gemini-api-key' } },
      // Ten, over minutes, is its default.
      general: { maxAttempts: 1 },
      privacy: { usageStatisticsEnabled: false },
    }),
  }),
  model: 'gemini-2.5-pro',
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

/** OpenCode, by a provider that speaks as OpenAI does. */
export const opencodeProfile: AgentProfile = {
  name: 'opencode',
  env: () => ({ OPENCODE_DISABLE_MODELS_FETCH: '1' }),
  home: (url) => ({
    // It installs a package into every new home, in addition to its work: from here, that fails at once.
    '.npmrc': 'registry=http://127.0.0.1:9/\nfetch-retries=0\n',
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

/** Copilot CLI, with a provider of the user. */
export const copilotProfile: AgentProfile = {
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
  tellsSessionAtOnce: false,
  tellsRefusals: true,
};

/** All of them. */
export const agentProfiles: Readonly<Record<TestAgentName, AgentProfile>> = {
  claude: claudeProfile,
  codex: codexProfile,
  copilot: copilotProfile,
  gemini: geminiProfile,
  opencode: opencodeProfile,
};
