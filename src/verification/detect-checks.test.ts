import { describe, expect, test } from 'vitest';
import { checkOnBranch, type Check } from './check.ts';
import { detectChecks } from './detect-checks.ts';
import { detectSetup } from './detect-setup.ts';
import { givenChecks } from './given-checks.ts';

/** What is detected in a base with these files. */
async function commandsOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  return (await detect(files)).map(({ command }) => command);
}

function detect(files: Readonly<Record<string, string>>): Promise<Check[]> {
  return detectChecks(async (path) => files[path] ?? null, new Set(Object.keys(files)));
}

const manifest = (script: unknown): string => JSON.stringify({ scripts: { test: script } });

describe('the checks of a project', () => {
  test.each([
    ['npm', { 'package.json': manifest('vitest run') }, ['npm test']],
    ['pnpm', { 'package.json': manifest('x'), 'pnpm-lock.yaml': '' }, ['pnpm test']],
    ['yarn', { 'package.json': manifest('x'), 'yarn.lock': '' }, ['yarn test']],
    ['bun', { 'package.json': manifest('x'), 'bun.lock': '' }, ['bun run test']],
    [
      'npm’s placeholder',
      { 'package.json': manifest('echo "Error: no test specified" && exit 1') },
      [],
    ],
    ['a manifest without a test script', { 'package.json': '{}' }, []],
    ['a manifest that is broken', { 'package.json': '{"scripts":' }, []],
    ['a test script that is no text', { 'package.json': manifest(42) }, []],
    [
      'pytest',
      { 'pyproject.toml': '[tool.pytest.ini_options]', 'test_x.py': '' },
      ['python3 -m pytest -q'],
    ],
    [
      'unittest with uv',
      { 'pyproject.toml': '', 'tests/x_test.py': 'import unittest\n', 'uv.lock': '' },
      ['uv run python -m unittest discover'],
    ],
    ['Python without tests', { 'pyproject.toml': '' }, []],
    [
      'pytest that only the requirements name',
      { 'requirements-test.txt': 'pytest==9\n', 'tests/test_x.py': 'import unittest\n' },
      ['python3 -m pytest -q'],
    ],
    [
      'pytest without any manifest',
      { 'tests/test_x.py': 'def test_x(): pass\n' },
      ['python3 -m pytest -q'],
    ],
    [
      'unittest without any manifest',
      { 'test_x.py': 'from unittest import TestCase\n' },
      ['python3 -m unittest discover'],
    ],
    [
      'a JavaScript project with a Python script that has a test',
      { 'package.json': manifest('x'), 'tools/test_release.py': '' },
      ['npm test'],
    ],
    ['Maven with its wrapper', { 'pom.xml': '', mvnw: '' }, ['./mvnw -q test']],
    ['Gradle with its wrapper', { 'build.gradle.kts': '', gradlew: '' }, ['./gradlew test']],
    ['.NET', { 'Shop.sln': '', 'src/Shop.csproj': '' }, ['dotnet test']],
    ['Elixir', { 'mix.exs': '' }, ['mix test']],
    ['RSpec', { Gemfile: '', 'spec/cart_spec.rb': '' }, ['bundle exec rspec']],
    ['Ruby without specs', { Gemfile: '' }, []],
    [
      'Go and Rust together',
      { 'go.mod': '', 'Cargo.toml': '' },
      ['go test ./...', 'cargo test --quiet'],
    ],
    ['a Makefile', { Makefile: 'CHECK := 1\nbuild:\n\tcc\ncheck: build\n\t./x\n' }, ['make check']],
    ['a Makefile beside a manifest', { Makefile: 'test:\n', 'go.mod': '' }, ['go test ./...']],
    ['a Makefile that only sets a variable', { Makefile: 'test := 1\n' }, []],
    ['nothing', {}, []],
  ])('of %s', async (_what, files, commands) => {
    expect(await commandsOf(files as Record<string, string>)).toEqual(commands);
  });
});

test('no two checks of a project have the same name', async () => {
  const files = { 'package.json': manifest('x'), 'pyproject.toml': '', 'test_x.py': '' };
  const names = (await detect({ ...files, 'go.mod': '' })).map(({ name }) => name);
  expect(names).toEqual(['test', 'go test', 'pytest']);
});

describe('a check on a branch', () => {
  const base = { 'package.json': manifest("node --test 'a b'") };

  test('that changed nothing of it is run as it is', async () => {
    const [check] = await detect(base);
    const moved = JSON.stringify({
      version: '2',
      scripts: { test: "node --test 'a b'", lint: 'x' },
    });
    expect(await checkOnBranch(check!, async () => moved)).toEqual({
      command: 'npm test',
      note: null,
    });
  });

  test.each([
    ['changed', manifest('true')],
    ['removed', '{}'],
    ['broke', '{'],
    ['deleted the file of', null],
  ])('that %s it is run as the base says, and told to the reviewer', async (_how, text) => {
    const [check] = await detect(base);
    const { command, note } = await checkOnBranch(check!, async () => text);
    expect(command).toContain('npm exec');
    expect(command).toContain(`'node --test '\\''a b'\\'''`);
    expect(note).toContain('package.json');
  });

  test.each([
    ['a hook of the script', { test: 'node a', pretest: 'sed -i s/x/y/ a' }, 'pretest'],
    ['a script that it does not call', { test: 'node a', unit: 'true' }, null],
  ])('that changed only %s', async (_what, scripts, named) => {
    const [check] = await detect({ 'package.json': manifest('node a') });
    const { command, note } = await checkOnBranch(check!, async () => JSON.stringify({ scripts }));
    // What the base's script does not call, it does not depend on.
    if (named === null) expect(note).toBeNull();
    else expect(note).toContain(`\`${named}\``);
    expect(command.includes('npm exec')).toBe(named !== null);
  });

  test('whose script calls others is not said to be verified as the base has them', async () => {
    const scripts = {
      test: 'npm run unit && run-s "check:*"',
      unit: 'node u',
      'check:a': 'node c',
    };
    const [check] = await detect({ 'package.json': JSON.stringify({ scripts }) });
    const on = (changes: Readonly<Record<string, string>>) =>
      checkOnBranch(check!, async () => JSON.stringify({ scripts: { ...scripts, ...changes } }));
    expect(await on({ lint: 'x' })).toEqual({ command: 'npm test', note: null });
    for (const name of ['unit', 'check:a', 'preunit']) {
      const { command, note } = await on({ [name]: 'true' });
      expect(command).toBe('npm test');
      expect(note).toContain(`\`${name}\``);
      expect(note).toContain("branch's own version was run");
    }
    const both = await on({ test: 'true', unit: 'true' });
    expect(both.command).toContain('npm exec');
    expect(both.note).toContain("but with the branch's own `unit`");
  });

  test.each([
    ['npm test', "npm exec --yes=false --call 'node t'"],
    ['npm run test -- --bail', "npm exec --yes=false --call 'node t --bail'"],
    ['pnpm test', "npm exec --yes=false --call 'node t'"],
    ['yarn unit', "npm exec --yes=false --call 'x' && npm exec --yes=false --call 'node u'"],
    ['bun run test', "npm exec --yes=false --call 'node t'"],
    ['npm run lint && npm test', null],
    ['CI=1 npm test', null],
    ['make all', null],
  ])('that was given as %s is one of the base’s definition too', async (given, expected) => {
    const scripts = { test: 'node t', unit: 'node u', preunit: 'x' };
    const files: Record<string, string> = {
      'package.json': JSON.stringify({ scripts }),
      Makefile: 'all:\n\t./x\n',
    };
    const [check] = await givenChecks([given], async (path) => files[path] ?? null);
    expect(await checkOnBranch(check!, async (path) => files[path] ?? null)).toEqual({
      command: given,
      note: null,
    });
    const weak = JSON.stringify({ scripts: { test: 'true', unit: 'true' } });
    const { command, note } = await checkOnBranch(check!, async () => weak);
    expect(command).toBe(expected ?? given);
    expect(note).toContain(expected === null ? 'own version' : "base's version");
  });

  test.each(['./check.sh', 'bun test', 'npm ci', 'cmake --build .'])(
    'that was given as %s is defined by no script',
    async (given) => {
      const [check] = await givenChecks([given], async () => '{"scripts":{"test":"x"}}');
      expect(check?.definition).toBeNull();
    },
  );

  test('whose Makefile changed is run as the branch has it, and told', async () => {
    const [check] = await detect({ Makefile: 'test:\n\t./x\n' });
    const { command, note } = await checkOnBranch(check!, async () => 'test:\n\ttrue\n');
    expect(command).toBe('make test');
    expect(note).toContain('own version');
  });
});

describe('a setup', () => {
  const setupOf = async (files: Record<string, string>) => {
    const names = new Set(Object.keys(files));
    return detectSetup(async (path) => files[path] ?? null, names);
  };
  const dependent = JSON.stringify({ dependencies: { x: '1' } });

  test.each([
    ['npm', { 'package.json': dependent, 'package-lock.json': '' }, 'npm ci --no-audit --no-fund'],
    ['uv', { 'uv.lock': '', 'pyproject.toml': '[project]' }, 'uv sync --frozen'],
  ])('of a lock file of %s is certain', async (_what, files, command) => {
    expect(await setupOf(files as Record<string, string>)).toEqual({ command, guessedFrom: null });
  });

  test.each([
    ['npm', { 'package.json': dependent }, /^npm install /u],
    [
      'the package manager that the manifest names',
      { 'package.json': JSON.stringify({ devDependencies: { x: '1' }, packageManager: 'pnpm@9' }) },
      /^pnpm install /u,
    ],
    [
      'a Python package with what its tests need',
      {
        'pyproject.toml': '[project]\n[project.optional-dependencies]\ndocs = []\ntest = ["x"]\n',
        'requirements-dev.txt': '',
        'tests/test_x.py': 'def test_x(): pass\n',
      },
      /-m venv .* -e '\.\[test\]' -r requirements-dev\.txt pytest$/u,
    ],
    [
      'requirements alone',
      { 'requirements.txt': '', 'test_x.py': 'import unittest\n' },
      /pip install .* -r requirements\.txt$/u,
    ],
  ])('without a lock file is a guess: %s', async (_what, files, command) => {
    const setup = await setupOf(files);
    expect(setup?.command).toMatch(command);
    expect(Object.keys(files)).toContain(setup?.guessedFrom);
  });

  test.each([
    ['a manifest without dependencies', { 'package.json': '{"scripts":{"test":"x"}}' }],
    ['a Python script beside its test', { 'test_x.py': '' }],
    ['a pyproject.toml that only has settings', { 'pyproject.toml': '[tool.ruff]\n' }],
  ])('is none for %s', async (_what, files) => {
    expect(await setupOf(files as Record<string, string>)).toBeNull();
  });

  test('that brings a Python of its own is what the checks run with', async () => {
    const files = { 'requirements.txt': '', 'test_x.py': 'import unittest\n' };
    const read = async (path: string) => (files as Record<string, string>)[path] ?? null;
    const names = new Set(Object.keys(files));
    const checks = await detectChecks(read, names, await detectSetup(read, names));
    expect(checks.map(({ command }) => command)).toEqual(['.venv/bin/python -m unittest discover']);
  });
});
