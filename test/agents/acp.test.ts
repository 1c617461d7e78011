import { acpAgent } from '../../src/agents/acp/acp.ts';
import { geminiProfile } from '../rig/agent-profiles.ts';
import { tryAgent, type AgentProfile } from '../rig/agent-trials.ts';

/** Gemini CLI by the Agent Client Protocol. */
const gemini: AgentProfile = {
  ...geminiProfile,
  asksByProgram: false,
  agent: (program) => ({
    ...acpAgent(`${program} --acp --skip-trust -m gemini-2.5-pro`),
    // What the user names with `--env`.
    variables: ['GEMINI_*', 'GOOGLE_*'],
  }),
  env: (url) => ({ ...geminiProfile.env(url), GEMINI_CLI_NO_RELAUNCH: 'true' }),
};

tryAgent(gemini);
