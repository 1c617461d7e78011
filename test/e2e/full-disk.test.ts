import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readStatus, refOf } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

/** Only root mounts, and not in every container. */
function canMount(): boolean {
  const script = 'mount -t tmpfs tmpfs /mnt';
  return spawnSync('unshare', ['--mount', 'sh', '-c', script], { stdio: 'ignore' }).status === 0;
}

const title = canMount() ? 'a disk' : 'a disk (skipped: this user may not mount one of his own)';

/** A disk with the file that takes its room. */
type SmallDisk = Disposable & { readonly fill: string };

/** Puts a world's state on a small disk of its own, with enough room for one agent to start. */
function onSmallDisk(world: World, megabytes = 400): SmallDisk {
  mkdirSync(world.stateHome);
  const size = `size=${megabytes}m`;
  execFileSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', world.stateHome]);
  const unmount = (): void => {
    spawnSync('umount', ['--lazy', world.stateHome], { stdio: 'ignore' });
  };
  onTestFinished(unmount);
  return { fill: join(world.stateHome, 'fill'), [Symbol.dispose]: unmount };
}

/** Shell that fills the disk around a workspace except for this many KB. */
function fillBut(world: World, leftKb: number): string {
  return `free=$(df --output=avail -k . | tail -n 1)
fallocate -l "$((free - ${leftKb}))K" '${join(world.stateHome, 'fill')}'`;
}

describe.skipIf(!canMount())(title, () => {
  test.each([0, 40, 100, 400])(
    'that fills up to the last %i KB under a run ends it with a clear word; with room again, it goes on',
    async (leftKb) => {
      await using world = await makeWorld({ issue: ['One', 'Two'] });
      using disk = onSmallDisk(world);
      // Whichever agent starts first: while another's workspace goes, the disk gets room again.
      world.script({
        default: `if mkdir "$rig/filled" 2>/dev/null; then write "work/$AGENT_ID.txt"; ${fillBut(world, leftKb)}
else commit "work/$AGENT_ID.txt"; fi`,
      });
      const ended = await world.orchestrate('--max-workers', '1');
      const told = ended.stdout + ended.stderr;
      expect(ended.code, told).not.toBe(0);
      expect(told).toMatch(/No space left on device|ENOSPC|disk .* is full|Disk: \d+ MB is free/u);
      expect(told).not.toContain('This is a bug');
      const between = await readStatus(world);

      rmSync(disk.fill);
      const again = await world.orchestrate('--max-workers', '1', '--retry');
      expect(again.code, `${told}\n--- again\n${again.stdout}${again.stderr}`).toBe(0);
      const status = await readStatus(world);
      expect(status.run).toBe(between.run);
      for (const task of [1, 2])
        expect(world.git('show', `${refOf(status, task)}:work/agent-${task}.txt`)).toBe(
          `The work of agent-${task}\n`,
        );
    },
  );

  test('that fills up ends the run, but not the agents that are at work: the next start takes them over', async () => {
    await using world = await makeWorld({
      issue: ['One', 'Two'],
      env: { AMPLIHACK_STATUS_INTERVAL: '1' },
    });
    using disk = onSmallDisk(world, 600);
    world.script({
      'agent-1.1': `hold fill\n${fillBut(world, 0)}`,
      'agent-2': 'hold gate\ncommit "work/$AGENT_ID.txt"',
    });
    const [fill, gate] = [world.gate('fill'), world.gate('gate')];
    const first = world.orchestrate('--max-workers', '2');
    await Promise.all([fill.arrived(), gate.arrived()]);
    fill.open();
    const ended = await first;
    expect(ended.code, ended.stdout + ended.stderr).toBe(7);
    expect(ended.stderr).toContain('Make room, then start again');
    expect(ended.stderr).not.toContain('    at ');
    rmSync(disk.fill);
    const again = world.start(
      ...['orchestrate', '../issue.md', '--agent', world.agent, '--json', '--max-workers', '2'],
    );
    await again.printed('"type":"attempt-adopted","task":2,"attempt":1,"found":"alive"');
    gate.open();
    const { code, stdout } = await again.ended;
    expect(code, stdout).toBe(0);
    expect(world.starts('agent-2')).toBe(1);
  });

  test('that is full from the start is reported before anything begins', async () => {
    await using world = await makeWorld();
    using disk = onSmallDisk(world);
    execFileSync('fallocate', ['-l', '400M', disk.fill]);
    const ended = await world.orchestrate();
    expect(ended.code, ended.stderr).toBe(7);
    expect(ended.stderr).toMatch(/disk/iu);
    expect(ended.stderr).not.toContain('    at ');
    rmSync(disk.fill);
    expect((await world.orchestrate()).code).toBe(0);
  });
});
