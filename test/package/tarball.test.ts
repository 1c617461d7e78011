import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { pathOfUser } from '../rig/old-node.ts';
import { findTestNode, testNodeTitle } from '../rig/test-node.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');

let place: string;
/** The folder of somebody who installed the package. */
let project: string;

beforeAll(async () => {
  // Spaces in a path must not matter anywhere.
  place = await mkdtemp(join(tmpdir(), 'flotilla package '));
  project = join(place, 'my project');
  await mkdir(project);
  await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
  await npm(root, 'pack', '--pack-destination', place);
  const tarball = join(place, `flotilla-${manifest.version}.tgz`);
  await npm(project, 'install', '--no-audit', '--no-fund', '--prefer-offline', tarball);
}, 180_000);
afterAll(() => rm(place, { recursive: true, force: true }));

async function npm(cwd: string, ...args: readonly string[]): Promise<void> {
  await run('npm', args, { cwd, env: { ...process.env, PATH: pathOfUser() } });
}

type Call = { readonly node: string; readonly cwd: string; readonly env?: NodeJS.ProcessEnv };

/** Calls the installed program as its user does, with one Node as theirs. */
async function call({ node, cwd, env = {} }: Call, ...args: readonly string[]) {
  const path = [dirname(node), pathOfUser()].join(delimiter);
  const program = join(project, 'node_modules', '.bin', 'flotilla');
  return run(program, args, {
    cwd,
    env: { ...process.env, PATH: path, CI: 'true', ...env },
  });
}

/** With this Node, in their project. */
async function flotilla(...args: readonly string[]): Promise<string> {
  return (await call({ node: process.execPath, cwd: project }, ...args)).stdout;
}

test('the installed program tells its version', async () => {
  expect(await flotilla('--version')).toBe(`${manifest.version}\n`);
});

test('the installed program runs the demo to five pull requests', async () => {
  const directory = join(place, 'the demo');
  const output = await flotilla('demo', '--plain', '--dir', directory);
  expect(output).toContain('5 of 5 tasks succeeded');
  expect(output.match(/opened pull request #\d+/gu)).toHaveLength(5);
  expect(output.trimEnd().split('\n').at(-1)).toBe(directory);
}, 180_000);

test('without OpenTelemetry, a run whose trace is wanted says what to install, and goes on', async () => {
  const directory = join(place, 'the demo without a trace');
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
  const where = { node: process.execPath, cwd: project, env };
  const { stdout, stderr } = await call(where, 'demo', '--plain', '--dir', directory);
  expect(stdout).toContain('5 of 5 tasks succeeded');
  expect(stdout + stderr).toContain(
    'No trace is sent: OpenTelemetry is not installed. Install it next to Flotilla: npm install @opentelemetry/api @opentelemetry/sdk-trace @opentelemetry/resources @opentelemetry/exporter-trace-otlp-proto',
  );
}, 180_000);

const oldest = findTestNode();

test.skipIf(oldest === null)(
  `${testNodeTitle()} runs the demo and what reads it, without a warning`,
  async () => {
    const node = oldest ?? '';
    const directory = join(place, 'the demo of an older Node');
    const demo = await call({ node, cwd: project }, 'demo', '--plain', '--dir', directory);
    expect(demo.stderr).toBe('');
    expect(demo.stdout).toContain('5 of 5 tasks succeeded');
    const reading: readonly (readonly string[])[] = [
      ...[['status'], ['runs'], ['logs'], ['logs', 'issue.md', '1'], ['diff', 'issue.md', '2']],
      ...[['metrics'], ['clean'], ['analyze'], ['analyze', '--issue', 'issue.md'], ['rebuild']],
    ];
    for (const args of reading) {
      const { stdout, stderr } = await call({ node, cwd: directory }, ...args);
      expect([args, stderr]).toEqual([args, '']);
      expect(stdout).not.toBe('');
    }
  },
  180_000,
);

test('the package holds the program and none of our tests or sources', async () => {
  const home = join(project, 'node_modules', 'flotilla');
  const names = await readdir(home, { recursive: true });
  expect(names).toContain(join('bin', 'package.json'));
  expect(names).toContain(join('dist', 'process', 'keeper.sh'));
  expect(names).toContain(join('dist', 'demo', 'sample', 'gitignore'));
  expect(names).toContain(join('dist', 'web', 'index.html'));
  // The declarations are for programs that use the library; of TypeScript there is nothing else.
  const isSource = (name: string): boolean => name.endsWith('.ts') && !name.endsWith('.d.ts');
  expect(names.filter((name) => isSource(name) || name.endsWith('.test.d.ts'))).toEqual([]);
});

test("the library's example compiles without types of Node, plans with the repository, runs and looks", async () => {
  const shop = await makeShop();
  const page = await readFile(join(root, 'docs', 'library.md'), 'utf8');
  const [, example = ''] = /^```ts\n(.*?)^```$/msu.exec(page) ?? [];
  const file = join(project, 'use.ts');
  await writeFile(file, example);
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const target = [
    '--module',
    'nodenext',
    '--target',
    'es2024',
    '--lib',
    'esnext,dom,dom.asynciterable',
  ];
  const options = ['--strict', '--noEmit', '--types', '', '--skipLibCheck', 'false'];
  await run(process.execPath, [compiler, ...target, ...options, file], { cwd: project });
  const { stdout } = await run(process.execPath, [file], { cwd: shop });
  expect(stdout.trim().split('\n')).toEqual([
    'Add src/cart.js src/cart.js',
    'Add src/cart.js completed',
    'finished true',
  ]);
}, 180_000);

/** A repository of a user's, with an issue of one task and an agent that works it. */
async function makeShop(): Promise<string> {
  const shop = join(place, 'the shop');
  await mkdir(join(shop, 'src'), { recursive: true });
  await writeFile(join(shop, 'src', 'shop.js'), 'export const shop = 1;\n');
  await writeFile(join(shop, 'issue.md'), '# Cart\n\n- [ ] Add `src/cart.js`\n');
  const commit = 'git add --all && git commit --quiet --message "Add the cart"';
  await writeFile(
    join(shop, 'agent.sh'),
    `#!/bin/sh\necho "export const cart = [];" > src/cart.js\n${commit}\n`,
    { mode: 0o755 },
  );
  for (const args of [
    ['init', '--quiet', '--initial-branch', 'main'],
    ['config', 'user.name', 'Una User'],
    ['config', 'user.email', 'una@example.invalid'],
    ['add', '--all'],
    ['commit', '--quiet', '--message', 'Open the shop'],
  ])
    await run('git', args, { cwd: shop });
  return shop;
}
