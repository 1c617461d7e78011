import { claudeProfile } from '../rig/agent-profiles.ts';
import { tryAgent } from '../rig/agent-trials.ts';

tryAgent(claudeProfile);
