import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listed } from '../../model/text/listed.ts';
import { canHoldLost } from '../../process/can-hold-lost.ts';

/** What agents could read of the user's without a sandbox: looked for, never opened. */
const reachable = [
  '.ssh',
  '.gnupg',
  '.netrc',
  '.git-credentials',
  '.config/gh/hosts.yml',
  '.aws/credentials',
  '.config/gcloud',
  '.kube/config',
  '.docker/config.json',
  '.npmrc',
  '.pypirc',
];

/** What an agent can do on this machine without a sandbox, and what Flotilla cannot prevent. */
export async function describeWithoutSandbox(
  env: NodeJS.ProcessEnv,
  home: string,
): Promise<string> {
  const there = reachable.filter((path) => existsSync(join(home, path)));
  const such = there.length === 0 ? '' : `, such as ${listed(there.map((path) => `~/${path}`))}`;
  const held = (await canHoldLost(env))
    ? 'What they start ends with them, except what they pass to another service (cron, systemd, Docker) or what kills its keeper first: processes that still work in their directories are named, not ended.'
    : 'What they start ends with them only while it keeps its session, its parent or its environment, since neither perl nor python3 works here: processes that still work in their directories are named, not ended.';
  return `agents, the tests that they write and what these start run as you: they read and write whatever your account can${such}, your other runs and repositories included. ${held}`;
}
