import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi, type TestContext } from 'vitest';
import { endState, expectFilesTrue, orchestrate, threeTasks } from '../rig/three-tasks.ts';
import type { World } from '../rig/world.ts';

type KillingGit = {
  readonly path: string;
  /** Is there once the orchestrator was ended. */
  readonly killed: string;
};

/**
 * A directory for the front of PATH whose `git` ends the orchestrator with SIGKILL at the first call of the given
 * command. After it: the effect is there, and nothing of it is in the journal yet. Before it: git goes on by itself, and
 * reads nothing on its standard input. The agents' own git is left alone.
 */
function gitThatKills(world: World, command: string, when: 'before' | 'after'): KillingGit {
  const folder = join(world.root, 'git-that-kills');
  const killed = join(folder, 'killed');
  const realGit = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  mkdirSync(folder);
  const kill = `
if [ -z "\${AGENT_ID-}" ] && [ $code -eq 0 ]; then
  case " $* " in
    *" ${command} "*) mkdir '${killed}' 2>/dev/null && kill -9 $PPID ${when === 'before' ? '&& exec </dev/null' : ''} ;;
  esac
fi`;
  const script = `#!/bin/sh
code=0${when === 'before' ? kill : ''}
'${realGit}' "$@"
code=$?${when === 'after' ? kill : ''}
exit $code
`;
  writeFileSync(join(folder, 'git'), script);
  chmodSync(join(folder, 'git'), 0o755);
  return { path: `${folder}:${world.env['PATH'] ?? ''}`, killed };
}

// Ten whole runs side by side, on machines that have other things to do.
vi.setConfig({ testTimeout: 240_000 });

const reference = await (async () => {
  await using world = await threeTasks();
  const { code, stdout, stderr } = await orchestrate(world);
  expect(code, `${stdout}${stderr}`).toBe(0);
  return await endState(world);
})();

const effects = [
  ...['clone', 'reset --quiet --hard', 'status', 'update-index', 'commit', 'unpack-objects'],
  ...['update-ref', 'push', 'fetch'],
];

describe.concurrent('an orchestrator that is killed between an effect and its record', () => {
  test.for(effects)(
    'after git %s: the next one ends as if nothing had happened',
    (command, context) => endsAsUndisturbed(context, command, 'after'),
  );
  test.for(['update-index', 'commit'])(
    'while git %s waits for its input: the next one ends as if nothing had happened',
    (command, context) => endsAsUndisturbed(context, command, 'before'),
  );
});

async function endsAsUndisturbed(
  { onTestFinished }: TestContext,
  command: string,
  when: 'before' | 'after',
): Promise<void> {
  await using world = await threeTasks(onTestFinished);
  const { path, killed } = gitThatKills(world, command, when);
  const first = await orchestrate(world, { PATH: path });
  expect(existsSync(killed), `git ${command} was never called`).toBe(true);
  expect(first.code, first.stdout).toBeNull();
  const again = await orchestrate(world);
  const told = `${first.stdout}\n--- again\n${again.stdout}${again.stderr}`;
  expect(again.code, told).toBe(0);
  expect(await endState(world), told).toEqual(reference);
  await expectFilesTrue(world);
}
