import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findOldNode } from '../rig/old-node.ts';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'flotilla.js');
const oldNode = findOldNode();
const title =
  oldNode === null
    ? 'an older Node says which one is needed (skipped: there is no older Node on PATH)'
    : 'an older Node says which one is needed';

let place: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'flotilla launcher '));
  // Not built, and nothing brought: what somebody has who installed the package.
  await cp(dirname(launcher), join(place, 'bin'), { recursive: true });
});
afterAll(() => rm(place, { recursive: true, force: true }));

test.skipIf(oldNode === null)(title, () => {
  const installed = join(place, 'bin', 'flotilla.js');
  const { status, stdout, stderr } = spawnSync(oldNode ?? '', [installed, '--version'], {
    encoding: 'utf8',
  });
  expect({ status, stdout }).toEqual({ status: 9, stdout: '' });
  expect(stderr).toMatch(/^Flotilla needs Node 22\.13 or newer; this is v\d+/u);
  expect(stderr).toMatch(/ npm install --prefix "[^"]+" node-\w+-\w+@24\n +export PATH=/u);
});

test.skipIf(oldNode === null)(
  `in a checkout, ${title.replace('says which one is needed', 'starts the program on the Node that npm brought')}`,
  async () => {
    // A checkout of which only that Node is there; its program tells what reached it.
    const checkout = join(place, 'checkout');
    await cp(dirname(launcher), join(checkout, 'bin'), { recursive: true });
    await mkdir(join(checkout, 'node_modules', '.bin'), { recursive: true });
    await symlink(process.execPath, join(checkout, 'node_modules', '.bin', 'node'));
    await mkdir(join(checkout, 'dist', 'cli'), { recursive: true });
    await writeFile(
      join(checkout, 'dist', 'cli', 'main.js'),
      `process.on('SIGINT', () => process.exit(130));
console.log(process.version, ...process.argv.slice(2));
if (process.argv[2] === 'die') process.kill(process.pid, 'SIGKILL');
if (process.argv[2] === 'wait') setInterval(() => undefined, 1_000);
else process.exitCode = 4;
`,
    );
    const start = (...args: readonly string[]) => {
      const child = spawn(oldNode ?? '', [join(checkout, 'bin', 'flotilla.js'), ...args]);
      return { child, ended: once(child, 'close') };
    };
    const plain = start('status', 'two words');
    const printed = await text(plain.child.stdout);
    expect([printed, ...(await plain.ended)]).toEqual([
      `${process.version} status two words\n`,
      4,
      null,
    ]);
    expect(await start('die').ended).toEqual([null, 'SIGKILL']);
    const waiting = start('wait');
    await once(waiting.child.stdout, 'data');
    waiting.child.kill('SIGINT');
    expect(await waiting.ended).toEqual([130, null]);
  },
);

test('the launcher is written in syntax that any Node can read', () => {
  execFileSync(process.execPath, ['--check', launcher]);
  const code = readFileSync(launcher, 'utf8')
    .replaceAll(/\/\/.*$/gmu, '')
    .replaceAll(/'[^'\n]*'/gu, "''");
  expect(code).not.toMatch(
    /=>|`|\?\.|\?\?|\.\.\.|\b(?:const|let|class|async|await|import|export)\b/u,
  );
});
