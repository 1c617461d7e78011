import { randomUUID } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { startFlotilla, type Ended, type Running } from '../rig/flotilla.ts';
import { processesOf } from '../rig/nothing-left.ts';
import { makeGitHubWorld, masterBody, type GitHubWorld } from './github-world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 90_000 });

type Machine = { readonly start: (...args: readonly string[]) => Running };

/** Another clone of the repository, with a state folder of its own. */
function anotherMachine({ world, shop }: GitHubWorld): Machine {
  const clone = join(world.root, 'another-clone');
  const env = { ...world.env, XDG_STATE_HOME: join(world.root, 'another-state') };
  execFileSync('git', ['clone', '--quiet', world.repository, clone], { env });
  execFileSync('git', ['remote', 'set-url', 'origin', shop.gitUrl], { cwd: clone, env });
  return { start: (...args) => startFlotilla({ args, cwd: clone, env }) };
}

function orchestrate(machine: Machine, { world }: GitHubWorld, number: number, ...more: string[]) {
  const flags = ['--agent', world.agent, '--plain', '--check', 'true', '--max-workers', '3'];
  return machine.start('orchestrate', String(number), ...flags, ...more);
}

function refusedBy(ended: Ended, number: number): void {
  expect(ended.code, ended.stdout + ended.stderr).toBe(4);
  expect(ended.stderr).toContain(`una/shop#${number} is being worked on by another machine, `);
  expect(ended.stderr).toContain('--take-over');
}

test('of two machines that start together one works, and the other says who does', async () => {
  await using site = await makeGitHubWorld();
  const { shop, world } = site;
  const other = anotherMachine(site);
  for (const round of [1, 2, 3]) {
    const gate = world.gate(`round-${round}`);
    world.script({ default: `hold round-${round}\ncommit "$AGENT_ID-${randomUUID()}.txt"` });
    const body = masterBody(['Do one', 'Do two', 'Do three'].map((text) => `${text} ${round}`));
    const { number } = shop.issue({ title: `Round ${round}`, body });
    const runs = [orchestrate(site, site, number), orchestrate(other, site, number)];
    const first = await Promise.race(runs.map(({ ended }) => ended));
    refusedBy(first, number);
    gate.open();
    const codes = (await Promise.all(runs.map(({ ended }) => ended))).map(({ code }) => code);
    expect(new Set(codes)).toEqual(new Set([0, 4]));
    for (const agent of ['agent-1', 'agent-2', 'agent-3']) expect(world.starts(agent)).toBe(round);
    expect(shop.pulls()).toHaveLength(3 * round);
  }
  // Nothing of a claim is left.
  expect(world.git('ls-remote', shop.directory)).not.toContain('claims');
});

describe('a machine that holds an issue', () => {
  // Longer than a start takes on a busy machine.
  const lease = { FLOTILLA_CLAIM_SECONDS: '15' };

  test('and is killed has it until its lease is over; then another goes on', async () => {
    await using site = await makeGitHubWorld({ env: lease });
    const { shop, world } = site;
    const other = anotherMachine(site);
    const { number } = shop.issue({ title: 'Build it', body: masterBody(['Do one']) });
    const gate = world.gate('killed');
    world.script({ 'agent-1.1': 'hold killed', default: 'commit one.txt' });
    const first = orchestrate(site, site, number);
    await first.until(gate.arrived());
    first.signal('SIGKILL');
    await first.ended;
    refusedBy(await orchestrate(other, site, number).ended, number);
    let later = await orchestrate(other, site, number).ended;
    while (later.code === 4) later = await orchestrate(other, site, number).ended;
    expect(later.code, later.stdout + later.stderr).toBe(0);
    expect(shop.pulls()).toHaveLength(1);
    await removeTraces(world);
  });

  test('and works on keeps it beyond its lease', async () => {
    await using site = await makeGitHubWorld({ env: { FLOTILLA_CLAIM_SECONDS: '1' } });
    const { shop, world, hub } = site;
    const other = anotherMachine(site);
    const { number } = shop.issue({ title: 'Build it', body: masterBody(['Do one']) });
    const gate = world.gate('long');
    world.script({ default: 'hold long\ncommit one.txt' });
    const first = orchestrate(site, site, number);
    await first.until(gate.arrived());
    const pushes = (): number =>
      hub.calls.filter(({ operation }) => operation === 'git/receive-pack').length;
    const before = pushes();
    await expect.poll(pushes, { timeout: 20_000 }).toBeGreaterThan(before + 4);
    refusedBy(await orchestrate(other, site, number).ended, number);
    gate.open();
    expect((await first.ended).code).toBe(0);
  });

  test('loses it to one that takes it over, and says so', async () => {
    await using site = await makeGitHubWorld({ env: { FLOTILLA_CLAIM_SECONDS: '3' } });
    const { shop, world } = site;
    const other = anotherMachine(site);
    const { number } = shop.issue({ title: 'Build it', body: masterBody(['Do one']) });
    const gate = world.gate('slow');
    world.script({ 'agent-1.1': 'hold slow', default: 'commit one.txt' });
    const first = orchestrate(site, site, number);
    await first.until(gate.arrived());
    const second = await orchestrate(other, site, number, '--take-over').ended;
    expect(second.code, second.stdout + second.stderr).toBe(0);
    const { code, stderr } = await first.ended;
    expect(code, stderr).toBe(4);
    expect(stderr).toContain('has taken over una/shop#');
    expect(shop.pulls()).toHaveLength(1);
  });
});

/** Ends the agent of an orchestrator that was killed, and removes what its next start would have. */
async function removeTraces({ root, stateHome, env }: GitHubWorld['world']): Promise<void> {
  for (const name of processesOf(root)) process.kill(Number.parseInt(name, 10), 'SIGKILL');
  await expect.poll(() => processesOf(root)).toEqual([]);
  rmSync(join(stateHome, 'flotilla/holds.sqlite'));
  for (const name of readdirSync(env['TMPDIR'] ?? ''))
    if (name.startsWith('flotilla')) rmSync(join(env['TMPDIR'] ?? '', name), { recursive: true });
}
