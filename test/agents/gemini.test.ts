import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { geminiProfile } from '../rig/agent-profiles.ts';
import { attemptOf, makeAgentPlace, tryAgent } from '../rig/agent-trials.ts';
import { startModelServer } from '../rig/model-server.ts';
import { runRealAgent } from '../rig/real-agents.ts';

tryAgent(geminiProfile, () => {
  test('does not start where the repository brings hooks', async () => {
    await using place = await makeAgentPlace();
    await using server = await startModelServer([{ say: 'Done.' }]);
    mkdirSync(join(place.directory, '.gemini'));
    const hooks = [{ hooks: [{ type: 'command', command: 'touch hooked' }] }];
    const settings = JSON.stringify({ hooks: { SessionStart: hooks } });
    writeFileSync(join(place.directory, '.gemini/settings.json'), settings);
    const { conclusion } = await runRealAgent(await attemptOf(geminiProfile, server, place));
    expect(conclusion.failure?.reason).toBe('agent-failed');
    expect(conclusion.failure?.message).toContain('GEMINI_CLI_TRUST_WORKSPACE');
    expect(existsSync(join(place.directory, 'hooked'))).toBe(false);
  });
});
