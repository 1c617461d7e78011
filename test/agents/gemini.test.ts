import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { attemptOf, makeAgentPlace, tryAgent, type AgentProfile } from '../rig/agent-trials.ts';
import { startModelServer } from '../rig/model-server.ts';
import { runRealAgent } from '../rig/real-agents.ts';

const profile: AgentProfile = {
  name: 'gemini',
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

tryAgent(profile, () => {
  test('does not start where the repository brings hooks', async () => {
    await using place = await makeAgentPlace();
    await using server = await startModelServer([{ say: 'Done.' }]);
    mkdirSync(join(place.directory, '.gemini'));
    const hooks = [{ hooks: [{ type: 'command', command: 'touch hooked' }] }];
    const settings = JSON.stringify({ hooks: { SessionStart: hooks } });
    writeFileSync(join(place.directory, '.gemini/settings.json'), settings);
    const { conclusion } = await runRealAgent(await attemptOf(profile, server, place));
    expect(conclusion.failure?.reason).toBe('agent-failed');
    expect(conclusion.failure?.message).toContain('GEMINI_CLI_TRUST_WORKSPACE');
    expect(existsSync(join(place.directory, 'hooked'))).toBe(false);
  });
});
