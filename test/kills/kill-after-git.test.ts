import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { endState, expectFilesTrue, orchestrate, threeTasks } from '../rig/three-tasks.ts';
import type { World } from '../rig/world.ts';

/**
 * A directory for the front of PATH whose `git` ends the orchestrator with SIGKILL right after the first call of the
 * given command: the effect is there, and nothing of it is in the journal yet. The agents' own git is left alone.
 */
function gitThatKills(world: World, command: string): { path: string; killed: string } {
  const folder = join(world.root, 'git-that-kills');
  const killed = join(folder, 'killed');
  const realGit = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  mkdirSync(folder);
  const script = `#!/bin/sh
'${realGit}' "$@"
code=$?
if [ -z "\${AGENT_ID-}" ] && [ $code -eq 0 ]; then
  case " $* " in
    *" ${command} "*) mkdir '${killed}' 2>/dev/null && kill -9 $PPID ;;
  esac
fi
exit $code
`;
  writeFileSync(join(folder, 'git'), script);
  chmodSync(join(folder, 'git'), 0o755);
  return { path: `${folder}:${world.env['PATH'] ?? ''}`, killed };
}

const reference = await (async () => {
  await using world = await threeTasks();
  const { code, stdout, stderr } = await orchestrate(world);
  expect(code, `${stdout}${stderr}`).toBe(0);
  return await endState(world);
})();

describe.concurrent('an orchestrator that is killed between an effect and its record', () => {
  test.for([
    'clone',
    'worktree add',
    'reset --quiet --hard',
    'update-index',
    'commit',
    'push',
    'fetch',
    'worktree prune',
  ])('after git %s: the next one ends as if nothing had happened', async (command, context) => {
    await using world = await threeTasks(context.onTestFinished);
    const { path, killed } = gitThatKills(world, command);
    const first = await orchestrate(world, { PATH: path });
    expect(existsSync(killed), `git ${command} was never called`).toBe(true);
    expect(first.code, first.stdout).toBeNull();
    const again = await orchestrate(world);
    const told = `${first.stdout}\n--- again\n${again.stdout}${again.stderr}`;
    expect(again.code, told).toBe(0);
    expect(await endState(world), told).toEqual(reference);
    await expectFilesTrue(world);
  });
});
