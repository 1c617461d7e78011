import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configurationPath } from '../../src/app/settings/configuration.ts';
import { startFlotilla, type Ended } from '../rig/flotilla.ts';
import { hasTerminals, startInTerminal } from '../rig/terminal.ts';
import { makeWorld, type World } from '../rig/world.ts';

/** A world whose repository has a configuration that nobody has trusted. */
function worldWith(configuration: object, env: NodeJS.ProcessEnv = {}): Promise<World> {
  return makeWorld({ files: { [configurationPath]: JSON.stringify(configuration) }, env });
}

/** The program as a user calls it who trusts nothing yet. */
function flotilla({ repository: cwd, env }: World, ...args: readonly string[]): Promise<Ended> {
  return startFlotilla({ args, cwd, env, isTrusting: false }).ended;
}

function orchestrate(world: World, ...args: readonly string[]): Promise<Ended> {
  return flotilla(world, 'orchestrate', '../issue.md', '--agent', world.agent, '--plain', ...args);
}

const handingOver = { agent: { environment: ['TRIAL_SECRET'] } };

const refused: readonly (readonly [object, string])[] = [
  [{ workspace: { sandbox: 'off' } }, 'workspace.sandbox: turns the sandbox off'],
  [handingOver, 'agent.environment: hands over TRIAL_SECRET'],
  [{ workspace: { visible: ['.ssh'] } }, 'workspace.visible: opens ~/.ssh to agents'],
  [{ workspace: { setup: 'touch x' } }, 'workspace.setup: runs `touch x`'],
  [{ verification: { checks: ['touch x'] } }, 'verification.checks: runs `touch x`'],
];

test.each(refused)(
  'with nobody to ask, %j is refused, whatever else is agreed to',
  async (value, words) => {
    await using world = await worldWith(value, { FLOTILLA_SANDBOX: '', TRIAL_SECRET: 'x' });
    const { code, stderr } = await orchestrate(world, '--yes', '--force');
    expect(code, stderr).toBe(4);
    expect(stderr).toContain(words);
    expect(stderr).toContain('flotilla trust');
    expect(stderr).toContain('--trust');
    expect(world.starts('agent-1')).toBe(0);
  },
);

test('a command in the configuration does not run as the agent, and an option goes before it', async () => {
  await using world = await worldWith({ agent: { name: 'command:touch ../../../../ran' } });
  const { code, stderr } = await flotilla(world, 'orchestrate', '../issue.md', '--plain', '--yes');
  expect(code, stderr).toBe(4);
  expect(stderr).toContain('agent.name: runs `touch ../../../../ran` as the agent');
  const given = await orchestrate(world);
  expect(given.code, given.stderr).toBe(0);
});

test('limits and the like need no trust', async () => {
  await using world = await worldWith({ defaults: { max_workers: 1 }, base: 'main' });
  const { code, stderr } = await orchestrate(world);
  expect(code, stderr).toBe(0);
});

test('what is trusted once is obeyed until the file asks for anything else, or it is revoked', async () => {
  await using world = await worldWith(handingOver, { TRIAL_SECRET: 'handed-over' });
  const trusted = await flotilla(world, 'trust');
  expect(trusted).toMatchObject({ code: 0, stderr: '' });
  expect(trusted.stdout).toContain('agent.environment: hands over TRIAL_SECRET');
  const first = await orchestrate(world);
  expect(first.code, first.stderr).toBe(0);
  expect(world.seen('agent-1', 'env')).toContain('TRIAL_SECRET=handed-over');

  const runs = async (configuration: object): Promise<number | null> => {
    world.write(configurationPath, JSON.stringify(configuration));
    return (await orchestrate(world)).code;
  };
  expect(await runs({ ...handingOver, base: 'main' })).toBe(0);
  expect(await runs({ agent: { environment: ['TRIAL_SECRET', 'HOME'] } })).toBe(4);
  expect(await runs(handingOver)).toBe(0);
  expect((await flotilla(world, 'trust', '--revoke')).code).toBe(0);
  expect(await runs(handingOver)).toBe(4);
});

test('trust is of one repository, and lies outside it', async () => {
  await using world = await worldWith(handingOver);
  await flotilla(world, 'trust');
  expect(world.git('status', '--porcelain', '--ignored')).toBe('');
  const [record = ''] = readdirSync(join(world.stateHome, 'flotilla', 'trust'));
  const text = readFileSync(join(world.stateHome, 'flotilla', 'trust', record), 'utf8');
  expect(text).toContain(world.repository);
  const clone = join(world.root, 'clone');
  world.git('clone', '--quiet', '.', clone);
  const { code } = await orchestrate({ ...world, repository: clone });
  expect(code).toBe(4);
  rmSync(clone, { recursive: true });
});

test('--trust is for one command', async () => {
  await using world = await worldWith(handingOver, { TRIAL_SECRET: 'x' });
  const trusting = await orchestrate(world, '--trust');
  expect(trusting.code, trusting.stderr).toBe(0);
  expect((await flotilla(world, 'merge', '../issue.md', '--yes')).code).toBe(4);
  expect((await flotilla(world, 'address', '../issue.md')).code).toBe(4);
  expect((await flotilla(world, 'resume')).code).toBe(4);
  const merged = await flotilla(world, 'merge', '../issue.md', '--yes', '--trust');
  expect(merged.code, merged.stderr).toBe(0);
});

test('commands that only look ask for nothing, and leave out what nobody trusts', async () => {
  const checks = { verification: { checks: ['their-own-check'] }, workspace: { sandbox: 'off' } };
  await using world = await worldWith(checks, { FLOTILLA_SANDBOX: '' });
  const dryRun = await orchestrate(world, '--dry-run');
  expect(dryRun.code, dryRun.stderr).toBe(0);
  expect(dryRun.stderr).toContain('verification.checks: runs `their-own-check` as checks');
  expect(dryRun.stdout).not.toContain('their-own-check');
  const doctor = await flotilla(world, 'doctor');
  expect(doctor.stdout).toContain('workspace.sandbox: turns the sandbox off');
  expect(doctor.stdout).not.toContain('the configuration turns it off');
  for (const command of ['status', 'runs', 'init'])
    expect((await flotilla(world, command)).code, command).not.toBe(4);
  await flotilla(world, 'trust');
  expect((await orchestrate(world, '--dry-run')).stdout).toContain('their-own-check');
});

test('what init found and wrote is trusted, and what was there is not', async () => {
  const manifest = JSON.stringify({ scripts: { test: 'true' } });
  await using fresh = await makeWorld({ files: { 'package.json': manifest } });
  const written = await flotilla(fresh, 'init', '--yes');
  expect(written.code, written.stderr).toBe(0);
  const run = await orchestrate(fresh);
  expect(run.code, run.stderr).toBe(0);

  await using other = await worldWith(handingOver);
  await flotilla(other, 'init', '--yes');
  expect((await orchestrate(other)).code).toBe(4);
});

test.runIf(hasTerminals)('in a terminal, yes is remembered and anything else is no', async () => {
  await using world = await worldWith(handingOver, { TRIAL_SECRET: 'x' });
  const args = ['orchestrate', '../issue.md', '--agent', world.agent];
  for (const [keys, starts] of [
    ['\r', 0],
    ['\u0004', 0],
    ['y\r', 1],
  ] as const) {
    const terminal = startInTerminal(world, ...args);
    await terminal.shows('hands over TRIAL_SECRET');
    await terminal.shows('[y/N] ');
    terminal.type(keys);
    const { code, screen } = await terminal.ended;
    expect(code, screen).toBe(starts === 0 ? 4 : 0);
    expect(world.starts('agent-1')).toBe(starts);
  }
  expect((await orchestrate(world)).code).toBe(0);
});
