import { expect, test } from 'vitest';
import { scratchRepository } from '../../test/rig/scratch-repository.ts';
import { findChangedGround, readerOf, type ChangedGround } from './check-ground.ts';
import { detectChecks } from './detect-checks.ts';
import { givenChecks } from './given-checks.ts';
import { putBackChecks } from './put-back.ts';

type Files = Readonly<Record<string, string | null>>;

const manifest = (parts: object): string => JSON.stringify({ name: 'x', ...parts });

const begun = {
  'package.json': manifest({ scripts: { test: 'npm run unit && sh ci/check.sh', unit: 'vitest' } }),
  'ci/check.sh': '. "$(dirname "$0")/lib.sh"\n',
  'ci/lib.sh': 'true\n',
  'src/a.js': 'a\n',
  'test/a.test.js': "test('one', one);\ntest('two', two);\n",
  'vitest.config.ts': 'export default {};\n',
  'pyproject.toml': '[project]\ndependencies = []\n\n[tool.pytest.ini_options]\naddopts = ""\n',
  Makefile: 'all:\n\ttrue\n',
};

/** What is found of a change to the files above, and the files of a commit with the old checks put back. */
async function groundOf(
  change: Files,
  given: readonly string[] | null = null,
): Promise<{ ground: ChangedGround | null; files: Record<string, string | null> }> {
  await using repository = await scratchRepository();
  const { git } = repository;
  const first = await repository.commit('Begin', begun);
  const now = await repository.commit('Change', change);
  const read = readerOf(git, first);
  const checks =
    given === null
      ? await detectChecks(read, new Set(Object.keys(begun)))
      : await givenChecks(given, read);
  const ground = await findChangedGround({ git, checks, first, now });
  if (ground === null) return { ground, files: {} };
  const identity = { name: 'Una', email: 'una@example.invalid' };
  const commit = await putBackChecks({ git, identity, commit: now, first, ground });
  const paths = [...new Set([...Object.keys(begun), ...Object.keys(change)])];
  const texts = paths.map(async (path) => [path, await readerOf(git, commit)(path)] as const);
  return { ground, files: Object.fromEntries(await Promise.all(texts)) };
}

const none: ChangedGround = { restored: [], removed: [], manifests: [] };

test.each<[string, Files]>([
  ['work', { 'src/a.js': 'b\n', 'src/b.js': 'b\n', 'docs/check.md': 'x\n' }],
  ['a test that is new', { 'test/b.test.js': "test('three', three);\n" }],
  [
    'a test that has more',
    { 'test/a.test.js': `${begun['test/a.test.js']}test('three', three);\n` },
  ],
  [
    'a test that expects something else',
    { 'test/a.test.js': "test('one', 1);\ntest('two', 2);\n" },
  ],
  [
    'a dependency and a script that no check runs',
    {
      'package.json': manifest({
        scripts: { ...JSON.parse(begun['package.json']).scripts, dev: 'vite' },
        dependencies: { left: '1.0.0' },
      }),
      'pyproject.toml': begun['pyproject.toml'].replace('[]', '["left"]'),
    },
  ],
  ['a file that only other checks read', { Makefile: 'all:\n\tfalse\n' }],
])('%s is nothing that changes the checks', async (_what, change) => {
  expect((await groundOf(change)).ground).toBeNull();
});

test.each<[string, Files, Partial<ChangedGround>]>([
  [
    'a script that the check calls',
    { 'package.json': begun['package.json'].replace('vitest', 'true') },
    { manifests: ['package.json'] },
  ],
  [
    'a script before the check',
    {
      'package.json': manifest({
        scripts: { ...JSON.parse(begun['package.json']).scripts, pretest: 'rm -rf test' },
      }),
    },
    { manifests: ['package.json'] },
  ],
  [
    "a runner's settings in a manifest of a part",
    { 'web/package.json': '{"jest":{"testMatch":[]}}' },
    { manifests: ['web/package.json'] },
  ],
  ['a file that a script starts', { 'ci/check.sh': 'true\n' }, { restored: ['ci/check.sh'] }],
  ['a file that this one reads', { 'ci/lib.sh': 'exit 0\n' }, { restored: ['ci/lib.sh'] }],
  ["a runner's settings", { 'vitest.config.ts': null }, { restored: ['vitest.config.ts'] }],
  [
    'new settings, with the tests that came with them',
    { '.mocharc.json': '{}', 'test/b.test.js': "test('b', b);\n" },
    { removed: ['.mocharc.json', 'test/b.test.js'] },
  ],
  [
    'the part of a file that is about tests',
    { 'pyproject.toml': begun['pyproject.toml'].replace('""', '"--ignore=test"') },
    { restored: ['pyproject.toml'] },
  ],
  ['a test that is gone', { 'test/a.test.js': null }, { restored: ['test/a.test.js'] }],
  [
    'a test that is skipped',
    { 'test/a.test.js': begun['test/a.test.js'].replace("test('two'", "test.skip('two'") },
    { restored: ['test/a.test.js'] },
  ],
  [
    'a test that is no test any more',
    { 'test/a.test.js': null, 'test/a.js': begun['test/a.test.js'] },
    { restored: ['test/a.test.js'] },
  ],
])('%s is found, and put back', async (_what, change, wanted) => {
  const { ground, files } = await groundOf(change);
  expect(ground).toEqual({ ...none, ...wanted });
  for (const path of wanted.restored ?? []) expect(files[path]).toBe(Object(begun)[path]);
  for (const path of wanted.removed ?? []) expect(files[path]).toBeNull();
});

test('a manifest keeps what later work needs of it', async () => {
  const scripts = { test: 'true', posttest: 'true', dev: 'vite' };
  const change = manifest({ scripts, dependencies: { left: '1.0.0' }, jest: { bail: true } });
  const { files } = await groundOf({ 'package.json': change, 'src/a.js': 'b\n' });
  const { scripts: old } = JSON.parse(begun['package.json']);
  expect(JSON.parse(files['package.json'] ?? '')).toEqual({
    ...{ name: 'x', dependencies: { left: '1.0.0' } },
    scripts: { ...old, dev: 'vite' },
  });
  expect(files['src/a.js']).toBe('b\n');
});

test('checks that were given by hand stand on the files that they name', async () => {
  const given = ['make all', 'sh ./ci/check.sh && node --check src/a.js'];
  const change = { Makefile: 'all:\n', 'ci/check.sh': 'true\n', 'src/a.js': 'b\n' };
  const { ground } = await groundOf(change, given);
  expect(ground).toEqual({ ...none, restored: ['Makefile', 'ci/check.sh'] });
});
