import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { makeWorld, type World } from '../rig/world.ts';

/** A world in whose repository this path is a link to a folder of the user's, which has one file. */
async function worldWithLink(
  path: string,
  target?: string,
): Promise<World & { readonly mine: string }> {
  const world = await makeWorld();
  const mine = join(world.root, 'mine');
  mkdirSync(mine);
  writeFileSync(join(mine, 'summary.md'), 'mine\n');
  const link = join(world.repository, path);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(target ?? mine, link);
  return { ...world, mine };
}

const written = [
  '.claude',
  '.claude/runtime',
  '.claude/runtime/parallel',
  '.claude/runtime/parallel/local-1',
  '.claude/runtime/logs',
];

test.each(written)('a run does not write through %s', async (path) => {
  await using world = await worldWithLink(path);
  const { mine } = world;
  for (const command of ['orchestrate', 'run'] as const) {
    const { code, stderr } = await world.flotilla(command, '../issue.md', '--agent', world.agent);
    expect(code, stderr).toBe(4);
    expect(stderr).toContain(`${join(world.repository, path)} is a symbolic link`);
  }
  expect(world.starts('agent-1')).toBe(0);
  expect(readdirSync(mine)).toEqual(['summary.md']);
  expect(readFileSync(join(mine, 'summary.md'), 'utf8')).toBe('mine\n');
});

test('a link to nowhere is not filled', async () => {
  await using world = await worldWithLink('.claude/runtime', '../../not-there');
  expect((await world.orchestrate()).code).toBe(4);
  expect(existsSync(join(world.root, 'not-there'))).toBe(false);
});

test('commands that work on a run refuse, too, and readers go on', async () => {
  await using world = await makeWorld();
  const first = await world.orchestrate();
  expect(first.code, first.stderr).toBe(0);
  const runtime = join(world.repository, '.claude', 'runtime');
  const mine = join(world.root, 'mine');
  mkdirSync(mine);
  world.git('clean', '-qfdx', '.claude');
  mkdirSync(dirname(runtime), { recursive: true });
  symlinkSync(mine, runtime);
  for (const command of ['merge', 'address', 'cancel', 'rebuild', 'resume', 'orchestrate'])
    expect(await world.flotilla(command, '../issue.md'), command).toMatchObject({ code: 4 });
  expect((await world.flotilla('status')).code).toBe(0);
  expect(readdirSync(mine)).toEqual([]);
});

test.each(['.claude', '.claude/config'])('no configuration is read through %s', async (path) => {
  await using world = await worldWithLink(path);
  const { mine } = world;
  const text = JSON.stringify({ defaults: { max_workers: 'wrong' } });
  mkdirSync(join(mine, 'config'));
  writeFileSync(join(mine, 'config', 'parallel-orchestration.json'), text);
  writeFileSync(join(mine, 'parallel-orchestration.json'), text);
  for (const args of [['orchestrate', '../issue.md', '--dry-run'], ['trust'], ['init', '--yes']]) {
    const { code, stderr } = await world.flotilla(...args);
    expect(code, stderr).toBe(4);
    expect(stderr).toContain('is a symbolic link');
  }
});

test('a configuration that is itself a link out is not read', async () => {
  await using world = await worldWithLink(
    '.claude/config/parallel-orchestration.json',
    '/dev/zero',
  );
  const { code, stderr } = await world.orchestrate();
  expect(code, stderr).toBe(4);
  expect(stderr).toContain('/dev/zero');
});

test.each(['.github', '.github/ISSUE_TEMPLATE', '.claude/config', '.claude/commands'])(
  'init writes nothing at all when %s leads out',
  async (path) => {
    await using world = await worldWithLink(path);
    const { mine } = world;
    const { code, stderr } = await world.flotilla('init', '--yes', '--claude-code');
    expect(code, stderr).toBe(4);
    expect(readdirSync(mine)).toEqual(['summary.md']);
    expect(world.git('status', '--porcelain').trim().split('\n')).toHaveLength(1);
    expect(existsSync(join(world.repository, '.claude/config/parallel-orchestration.json'))).toBe(
      false,
    );
  },
);

test('a link that stays inside is followed, and one in the place of a file is replaced', async () => {
  await using world = await worldWithLink('.claude/runtime', '../runtime');
  const { mine } = world;
  const parallel = join(world.repository, 'runtime', 'parallel', 'local-1');
  mkdirSync(parallel, { recursive: true });
  symlinkSync(join(mine, 'summary.md'), join(parallel, 'summary.md'));
  const { code, stderr } = await world.orchestrate();
  expect(code, stderr).toBe(0);
  expect(readFileSync(join(mine, 'summary.md'), 'utf8')).toBe('mine\n');
  expect(readFileSync(join(parallel, 'summary.md'), 'utf8')).toContain('#');
});
