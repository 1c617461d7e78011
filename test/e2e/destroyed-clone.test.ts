import { expect, test } from 'vitest';
import { fingerprint } from '../rig/fingerprint.ts';
import { failuresOf, readStatus, taskOf } from '../rig/status.ts';
import { makeWorld } from '../rig/world.ts';

test('an agent that deletes the whole clone fails its task; the user’s repository is whole, and a retry works', async () => {
  await using world = await makeWorld({ issue: ['Destroy', 'Work'] });
  const before = fingerprint(world.repository, isOurs);
  world.script({
    'agent-1.1': 'rm -rf "$(sed s,/objects,, .git/objects/info/alternates)"',
    // What it had committed is still there when it is asked again.
    default: 'commit "$AGENT_ID.txt" || true',
  });
  const ended = await world.orchestrate('--max-workers', '1');
  expect(ended.code, ended.stdout).toBe(2);
  const run = await readStatus(world);
  expect(failuresOf(run)).toEqual({ 1: 'invalid', 2: 'invalid' });
  expect(taskOf(run, 2).failure?.message).toContain('clone is created again');
  expect(ended.stdout).not.toContain('unexpected');
  expect(fingerprint(world.repository, isOurs)).toEqual(before);
  const again = await world.orchestrate('--retry');
  expect(again.code, again.stdout).toBe(0);
  expect(fingerprint(world.repository, isOurs)).toEqual(before);
  expect(world.git('fsck', '--strict', '--no-dangling')).toBe('');
});

function isOurs(path: string): boolean {
  return /^(?:\.git\/objects\/|\.git\/(?:logs\/)?refs\/remotes(?:\/|$)|\.claude\/runtime\/)/u.test(
    path,
  );
}
