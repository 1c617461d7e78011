import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { readStatus } from '../rig/status.ts';
import { makeWorld } from '../rig/world.ts';

const isRoot = process.getuid?.() === 0;

// As in a container in which a directory of the machine is mounted. Only root can give files away.
test.skipIf(!isRoot)(
  'a repository of another user is named as that, and worked on once git trusts it',
  async () => {
    await using world = await makeWorld();
    execFileSync('chown', ['-R', '4321:4321', world.repository]);
    const refused = await world.orchestrate();
    expect(refused.stderr).toBe(
      `${world.repository} belongs to another user, so git does not open it.\n` +
        `If you trust it: git config --global --add safe.directory ${world.repository}\n`,
    );
    world.git('config', '--global', '--add', 'safe.directory', world.repository);
    const ended = await world.orchestrate('--merge', 'verified', '--yes');
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    expect((await readStatus(world)).tasks[0]?.state).toBe('merged');
  },
);
