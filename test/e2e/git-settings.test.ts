import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readStatus } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 300_000 });

/** Settings that people have for good reasons, and that are about what they do by hand. */
const strict = `
[safe]
	bareRepository = explicit
[clone]
	defaultRemoteName = upstream
	rejectShallow = true
[push]
	gpgSign = true
	recurseSubmodules = on-demand
[submodule]
	recurse = true
[receive]
	denyNonFastForwards = true
	denyDeletes = true
[commit]
	gpgSign = true
[merge]
	verifySignatures = true
	ff = only
[log]
	showSignature = true
`;

/** Hooks for all repositories of a user; each writes down that it ran, and refuses. */
function refuseByHooks(world: World, names: readonly string[]): void {
  const hooks = join(world.home, 'hooks');
  mkdirSync(hooks);
  for (const name of names)
    writeFileSync(join(hooks, name), `#!/bin/sh\necho ${name} >>${world.root}/hooked\nexit 1\n`, {
      mode: 0o755,
    });
  appendFileSync(join(world.home, '.gitconfig'), `[core]\n\thooksPath = ${hooks}\n`);
}

test('a run and its merging heed none of the settings that a user has for their own git', async () => {
  await using world = await makeWorld({ issue: ['Goes first', 'Goes second'] });
  appendFileSync(join(world.home, '.gitconfig'), strict);
  refuseByHooks(world, ['pre-push', 'pre-receive', 'update', 'post-receive', 'post-checkout']);
  world.script({ 'agent-2.1': 'exit 1' });
  const first = await world.orchestrate('--check', 'test -f README.md');
  expect(first.stdout).toContain('✓ completed');
  const ended = await world.orchestrate('--retry', '--fresh', '--merge', 'verified', '--yes');

  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  const { tasks } = await readStatus(world);
  expect(tasks.map(({ state }) => state)).toEqual(['merged', 'merged']);
  expect(world.noted('../hooked')).toBe('');
});

test('what an agent left with other line ends than the user wants is committed anyway', async () => {
  await using world = await makeWorld({ files: { '.gitattributes': '* text=auto\n' } });
  appendFileSync(join(world.home, '.gitconfig'), '[core]\n\tautocrlf = true\n\tsafecrlf = true\n');
  world.script({ default: 'printf "left\\n" >left.txt' });
  const ended = await world.orchestrate();
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  expect(world.git('show', 'flotilla/feat/issue-2-do-something:left.txt')).toBe('left\n');
});
