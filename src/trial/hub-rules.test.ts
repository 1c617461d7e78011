import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { makeTrainWorld, type TrainWorld } from '../../test/rig/train-world.ts';
import type { TrainCar } from '../model/merge/train-car.ts';
import { hubAttributes, lockRule } from './hub-rules.ts';

let world: TrainWorld;

afterEach(() => world[Symbol.asyncDispose]());

test('changelogs and files of nothing but re-exports keep the lines of both', async () => {
  world = await makeTrainWorld({
    'CHANGELOG.md': '# Changes\n',
    'docs/changes.rst': 'x\n',
    'src/index.ts': "// All.\nexport * from './a.ts';\nexport { b } from './b.ts';\n",
    'src/real/index.ts': 'export const answer = 42;\n',
    'pkg/__init__.py': 'from .a import one, two\n',
    'with space/index.ts': "export * from './a.ts';\n",
  });
  expect(await hubAttributes(world.clone.git, world.base)).toEqual([
    '/CHANGELOG.md merge=union',
    '/docs/changes.rst merge=union',
    '/pkg/__init__.py merge=union',
    '/src/index.ts merge=union',
  ]);
});

test('two that add to the changelog and to a barrel both merge', async () => {
  world = await makeTrainWorld({
    'CHANGELOG.md': '# Changes\n\n',
    'src/index.js': "export * from './a.js';\n",
  });
  const add = (name: string): Record<string, string> => ({
    'CHANGELOG.md': `# Changes\n\n- ${name}\n`,
    'src/index.js': `export * from './a.js';\nexport * from './${name}.js';\n`,
  });
  world.plan([await world.publish(1, add('one')), await world.publish(2, add('two'))]);
  await world.run();
  expect(world.ends()).toEqual(['1 merged', '2 merged']);
  const show = (path: string): string[] =>
    world.git(world.forge.repository, 'show', `main:${path}`).split('\n').toSorted();
  expect(show('CHANGELOG.md')).toEqual(['', '# Changes', '- one', '- two']);
  expect(show('src/index.js')).toHaveLength(3);
});

/** A manifest in which each kind of dependency stands apart from the other. */
function manifest(more: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  const base = { name: 'sample', version: '1.0.0' };
  const all = {
    ...base,
    dependencies: { middle: 'file:libs/middle', ...more['dependencies'] },
    keywords: ['a', 'b', 'c', 'd'],
    devDependencies: { middle2: 'file:libs/middle2', ...more['devDependencies'] },
  };
  return `${JSON.stringify(all, null, 2)}\n`;
}

function packageNamed(name: string): Record<string, string> {
  return { [`app/libs/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0' }) };
}

test('a lock file that conflicts is made again by its tool', async () => {
  world = await makeTrainWorld({
    ...{ 'app/package.json': manifest({}), ...packageNamed('middle'), ...packageNamed('middle2') },
  });
  const publish = async (task: number, kind: string, name: string): Promise<TrainCar> => {
    const files = { 'app/package.json': manifest({ [kind]: { [name]: `file:libs/${name}` } }) };
    const scratch = await world.workspace(10 + task);
    world.write(scratch, { ...files, ...packageNamed(name) });
    const app = join(scratch, 'app');
    execFileSync('npm', ['install', '--package-lock-only', '--offline'], {
      cwd: app,
      stdio: 'pipe',
    });
    const lock = readFileSync(join(app, 'package-lock.json'), 'utf8');
    return world.publish(task, { ...files, ...packageNamed(name), 'app/package-lock.json': lock });
  };
  const cars = [
    await publish(1, 'dependencies', 'zone'),
    await publish(2, 'devDependencies', 'zwo'),
  ];
  world.plan(cars);
  await world.run();
  expect(world.ends()).toEqual(['1 merged', '2 merged']);
  expect(world.events.filter(({ type }) => type === 'update-done').at(-1)).toMatchObject({
    byRule: ['app/package-lock.json'],
  });
  const told = JSON.parse(
    world.git(world.forge.repository, 'show', 'main:app/package-lock.json'),
  ) as { packages: Record<string, unknown> };
  expect(Object.keys(told.packages)).toEqual(expect.arrayContaining(['libs/zone', 'libs/zwo']));
}, 120_000);

test('only files that a known tool makes are lock files', async () => {
  world = await makeTrainWorld({});
  expect(lockRule('deep/er/Cargo.lock')).toMatchObject({ folder: 'deep/er' });
  expect(lockRule('package.json')).toBeNull();
});
