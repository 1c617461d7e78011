import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findSandbox } from '../../src/workspace/sandbox/find-sandbox.ts';
import { isWithin } from '../../src/workspace/sandbox/sandbox.ts';
import { readStatus, refOf } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

const sandbox = await findSandbox(process.env);
const title = sandbox.ok ? 'doctor and the sandbox' : `skipped: ${sandbox.error.message}`;

type Diagnosis = {
  readonly state: string;
  readonly what: string;
  readonly list?: readonly string[];
};

async function askDoctor(world: World): Promise<Diagnosis[]> {
  const ended = await world.flotilla('doctor', '--json');
  return JSON.parse(ended.stdout) as Diagnosis[];
}

/** What the user keeps, and what Flotilla keeps of other repositories. */
function plant(world: World): string[] {
  const paths = [
    ...['.ssh/id_ed25519', '.config/gh/hosts.yml', '.netrc', '.aws/credentials', 'notes.txt'].map(
      (path) => join(world.home, path),
    ),
    join(world.root, 'another-repository/secret.txt'),
    join(world.stateHome, 'flotilla/another-12345678/journal.sqlite'),
  ];
  for (const path of paths) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'private\n');
  }
  return paths;
}

/** Regular files at or right below some places. */
function filesAt(places: readonly string[]): string[] {
  return places.flatMap((place) => {
    if (statSync(place).isFile()) return [place];
    const names = readdirSync(place, { withFileTypes: true });
    return names.flatMap((entry) => (entry.isFile() ? [join(place, entry.name)] : [])).slice(0, 5);
  });
}

/** Somebody else's program, with a secret in its environment. */
function startOther(): number {
  const other = spawn('sleep', ['1000'], { env: { ...process.env, OTHER_SECRET: 'private' } });
  onTestFinished(async () => {
    other.kill('SIGKILL');
    await once(other, 'exit');
  });
  return other.pid ?? 0;
}

/** A server whose address is no file. */
async function listenAbstractly(): Promise<string> {
  const name = `flotilla-doctor-${process.pid}`;
  const server = createServer((socket) => socket.end());
  server.listen(`\0${name}`);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return name;
}

describe.skipIf(!sandbox.ok)(title, () => {
  test('an agent reads what doctor says, and nothing else', async () => {
    await using world = await makeWorld({ env: { FLOTILLA_SANDBOX: 'on' } });
    const planted = plant(world);
    const socket = await listenAbstractly();
    const pid = startOther();
    const [, reading, reaching] = (await askDoctor(world)).filter(({ what }) =>
      what.includes('sandbox'),
    );
    const hidden = reading?.list ?? [];
    expect(reading?.what).toContain(
      `everything that your account can read except ${hidden.length} places`,
    );
    expect(reaching?.list).toContain(`@${socket}`);

    const shown = ['/etc/passwd', '/etc/group', '/usr/bin/env', '/proc/version'];
    const paths = [...new Set([...planted, ...filesAt(hidden), ...shown])];
    const connect = `require('node:net').connect('\\0${socket}').on('connect', () => process.exit(0)).on('error', () => process.exit(1))`;
    const script = [
      'cat >/dev/null',
      ...paths.map((path) => `(: <'${path}') 2>/dev/null && echo 'read ${path}' >>seen.txt`),
      `"${process.execPath}" -e "${connect}" && echo abstract >>seen.txt`,
      'cat /proc/[0-9]*/environ 2>/dev/null | grep -aq OTHER_SECRET && echo environment >>seen.txt',
      `[ -e /proc/${pid}/environ ] && grep -q sleep /proc/${pid}/cmdline && echo process >>seen.txt`,
      'git add --all && git commit --quiet --message Seen',
    ];
    world.write('agent.sh', `${script.join('\n')}\n`);
    world.git('add', '--all');
    world.git('commit', '--quiet', '--message', 'Add the agent');
    const args = ['--agent', 'command:sh agent.sh', '--check', 'true', '--json'];
    const ended = await world.flotilla('orchestrate', '../issue.md', ...args);
    expect(ended.code, ended.stderr).toBe(0);
    const seen = world
      .git('show', `${refOf(await readStatus(world), 1)}:seen.txt`)
      .trim()
      .split('\n');
    const open = paths.filter((path) => !hidden.some((place) => isWithin(path, place)));
    // Its harmless part, as doctor says.
    const configuration = `read ${join(world.home, '.gitconfig')}`;
    expect(seen.filter((line) => line !== configuration)).toEqual([
      ...open.map((path) => `read ${path}`),
      'abstract',
    ]);
    expect(reading?.what).toContain("the harmless part of git's configuration");
    expect(open).toEqual(shown);
  });
});

test('without a sandbox, doctor and the first run say what an agent can do; the second does not', async () => {
  await using world = await makeWorld();
  plant(world);
  const [found] = (await askDoctor(world)).filter(({ what }) => what.includes('no sandbox'));
  expect(found?.what).toContain('~/.ssh, ~/.netrc, ~/.config/gh/hosts.yml and ~/.aws/credentials');
  expect(found?.what).toContain('except what they pass to another service');
  const first = await world.orchestrate();
  expect(first.stdout).toContain('run as you: they read and write whatever your account can');
  const second = await world.orchestrate('--retry');
  expect(second.stdout).not.toContain('run as you');
});
