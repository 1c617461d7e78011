import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { identify } from '../../src/process/identity.ts';
import { makeWorld, type World } from '../rig/world.ts';

/** Shell that starts something with a session of its own, no environment and no parent, and waits until it runs. */
function leave(world: World, name: string): string {
  const daemon = join(world.root, 'rig', `${name}.daemon`);
  const pid = join(world.root, 'rig', `${name}.pid`);
  writeFileSync(
    daemon,
    `export PATH='${process.env['PATH']}'\necho $$ >'${pid}'\nexec sleep 1000\n`,
  );
  return [
    // It runs on the base, too, before it runs in a workspace.
    `rm -f '${pid}'`,
    `(setsid env -i /bin/sh '${daemon}' </dev/null >/dev/null 2>&1 &)`,
    `while [ ! -s '${pid}' ]; do sleep 0.02; done`,
  ].join('\n');
}

const pidOf = (world: World, name: string): number => Number(world.noted(`${name}.pid`));

/** Puts a perl and a python that cannot do anything before the real ones. */
function withoutHolding(world: World): void {
  const programs = join(world.root, 'rig', 'programs');
  mkdirSync(programs);
  for (const name of ['perl', 'python3']) {
    writeFileSync(join(programs, name), '#!/bin/sh\nexit 1\n');
    chmodSync(join(programs, name), 0o755);
  }
  world.env['PATH'] = `${programs}:${process.env['PATH']}`;
}

test('without a sandbox, what agent, setup and check leave without a parent or a marker ends with them', async () => {
  await using world = await makeWorld();
  world.script({ default: `${leave(world, 'agent')}\ncommit done.txt` });
  const ended = await world.orchestrate(
    ...['--setup', leave(world, 'setup'), '--check', leave(world, 'check')],
  );
  expect(ended.code, ended.stdout).toBe(0);
  for (const name of ['agent', 'setup', 'check']) {
    expect(pidOf(world, name)).toBeGreaterThan(0);
    expect(await identify(pidOf(world, name)), name).toBeNull();
  }
  expect(ended.stdout).not.toContain('still running');
});

describe('what cannot be held is named, and left alone', () => {
  test.each([
    ['the machine has nothing to hold it with', withoutHolding, ''],
    ['the agent kills its own keeper', () => undefined, 'kill -9 $(ps -o ppid= -p $PPID)'],
  ])('%s', async (_why, prepare, last) => {
    await using world = await makeWorld();
    prepare(world);
    world.script({ 'agent-1.1': `commit done.txt\n${leave(world, 'agent')}\n${last}` });
    const ended = await world.orchestrate('--check', 'true');
    const pid = pidOf(world, 'agent');
    try {
      expect(await identify(pid)).not.toBeNull();
      expect(ended.stdout).toContain(
        `still running after its agent ended, and left alone: ${pid} `,
      );
      expect(ended.stdout).toContain(`kill ${pid}`);
    } finally {
      process.kill(pid, 'SIGKILL');
      await expect.poll(() => identify(pid)).toBeNull();
    }
  });
});
