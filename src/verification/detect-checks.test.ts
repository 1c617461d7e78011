import { describe, expect, test } from 'vitest';
import { checkOnBranch, type Check } from './check.ts';
import { detectChecks, givenChecks } from './detect-checks.ts';
import { detectSetup } from './detect-setup.ts';

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
      { 'pyproject.toml': '', 'tests/x_test.py': '', 'uv.lock': '' },
      ['uv run python -m unittest discover'],
    ],
    ['Python without tests', { 'pyproject.toml': '' }, []],
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

  test('that was given by hand can be changed by no branch', async () => {
    const [check] = givenChecks(['./check.sh']);
    expect(await checkOnBranch(check!, async () => null)).toEqual({
      command: './check.sh',
      note: null,
    });
  });

  test('whose Makefile changed is run as the branch has it, and told', async () => {
    const [check] = await detect({ Makefile: 'test:\n\t./x\n' });
    const { command, note } = await checkOnBranch(check!, async () => 'test:\n\ttrue\n');
    expect(command).toBe('make test');
    expect(note).toContain('own version');
  });
});

test('a setup comes from a lock file alone', () => {
  expect(detectSetup(new Set(['package.json']))).toBeNull();
  expect(detectSetup(new Set(['package.json', 'package-lock.json']))).toBe(
    'npm ci --no-audit --no-fund',
  );
  expect(detectSetup(new Set(['uv.lock', 'pyproject.toml']))).toBe('uv sync --frozen');
});
