import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import type { Overview } from '../../src/dashboard/page-data.ts';
import { hasTerminals, startInTerminal } from '../rig/terminal.ts';
import { makeWorld } from '../rig/world.ts';

/** The runs that a dashboard shows at an address with its key. */
async function runsAt(address: string): Promise<Overview['runs']> {
  const { origin, searchParams } = new URL(address);
  const headers = { Authorization: `Bearer ${searchParams.get('token')}` };
  const answer = await fetch(`${origin}/api/overview`, { headers });
  return ((await answer.json()) as Overview).runs;
}

const isServed = async (address: string): Promise<boolean> => {
  const socket = connect(Number(new URL(address).port), '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

const addressIn = (text: string): string => /^Dashboard: (http\S+)\r?$/mu.exec(text)?.[1] ?? '';

test.each([['--plain'], ['--json']])(
  'a run with --dashboard %s is shown until it ends',
  async (flag) => {
    await using world = await makeWorld({ issue: ['One'] });
    const gate = world.gate('held');
    world.script({ default: 'hold held; commit one.txt' });
    const args = ['orchestrate', '../issue.md', '--agent', world.agent, '--check', 'true', '--yes'];
    const running = world.start(...args, '--dashboard', flag);
    await running.until(gate.arrived());
    const events = flag === '--json' ? running.soFar() : '';
    expect(events).not.toContain('Dashboard');
    gate.open();
    const ended = await running.ended;
    expect(ended.code, ended.stderr).toBe(0);
    const address = addressIn(flag === '--json' ? ended.stderr : ended.stdout);
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=/u);
    expect(await isServed(address)).toBe(false);
  },
);

test('it ends with an orchestrator that is killed, and a run that is refused leaves none behind', async () => {
  await using world = await makeWorld({ issue: ['One'] });
  const gate = world.gate('held');
  world.script({ default: 'hold held; commit one.txt' });
  const running = world.begin('--check', 'true', '--dashboard');
  await running.until(gate.arrived());
  const address = addressIn(running.soFar());
  expect(await runsAt(address)).toMatchObject([{ status: 'running' }]);
  running.signal('SIGKILL');
  await running.ended;
  await expect.poll(() => isServed(address), { timeout: 10_000 }).toBe(false);
  const wrong = await world.flotilla('orchestrate', '../none.md', '--dashboard', '--plain');
  expect(wrong.code).not.toBe(0);
  expect(await isServed(addressIn(wrong.stdout))).toBe(false);
  gate.open();
  expect((await world.orchestrate('--check', 'true')).code).toBe(0);
}, 90_000);

test.skipIf(!hasTerminals)(
  'at a terminal it is opened, and stays until Ctrl-C',
  async () => {
    await using world = await makeWorld({ issue: ['One'] });
    // What opens addresses on this machine, and what it was given.
    const opener = join(world.root, 'bin', 'xdg-open');
    mkdirSync(dirname(opener));
    const notes = `printf '%s\\n' "$@" >"${world.root}/opened"; cat "$1" >"${world.root}/page"`;
    writeFileSync(opener, `#!/bin/sh\n${notes}\n`, { mode: 0o755 });
    world.env['PATH'] = [dirname(opener), world.env['PATH']].join(delimiter);
    const args = ['orchestrate', '../issue.md', '--agent', world.agent, '--check', 'true', '--yes'];
    const terminal = startInTerminal(world, ...args, '--dashboard', '--plain');
    await terminal.shows('stays open until Ctrl-C');
    terminal.type('\u0003');
    const { code, screen } = await terminal.ended;
    expect(code, screen).toBe(0);
    const address = addressIn(screen);
    expect(address).not.toBe('');
    expect(await isServed(address)).toBe(false);
    const opened = readFileSync(join(world.root, 'opened'), 'utf8').trim();
    expect(opened).toMatch(/^\/\S+\.html$/u);
    expect(readFileSync(join(world.root, 'page'), 'utf8')).toContain(address);
    expect(existsSync(opened)).toBe(false);
  },
  60_000,
);
