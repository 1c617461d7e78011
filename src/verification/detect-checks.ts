import type { Check, CheckDefinition, ReadBase } from './check.ts';
import { readScripts, scriptCommand } from './manifest-scripts.ts';

/**
 * The checks that a project has at its base: the tests of each ecosystem it has a manifest of, or the Makefile's when it
 * has none.
 */
export async function detectChecks(
  readBase: ReadBase,
  files: ReadonlySet<string>,
): Promise<Check[]> {
  const detectors = [nodeCheck, pythonCheck, goCheck, rustCheck];
  const found = await Promise.all(detectors.map((detect) => detect(readBase, files)));
  const checks = found.filter((check) => check !== null);
  if (checks.length > 0) return checks;
  const make = await makeCheck(readBase, files);
  return make === null ? [] : [make];
}

type Detector = (readBase: ReadBase, files: ReadonlySet<string>) => Promise<Check | null>;

const nodeCheck: Detector = async (readBase, files) => {
  const scripts = readScripts(await readBase('package.json'));
  const script = scripts.get('test');
  // The latter is what `npm init` writes.
  if (script === undefined || script.includes('no test specified')) return null;
  const definition: CheckDefinition = {
    kind: 'scripts',
    file: 'package.json',
    scripts,
    roots: ['test'],
    baseCommand: scriptCommand(scripts, 'test'),
  };
  return { name: 'test', command: `${nodeRunner(files)} test`, definition };
};

function nodeRunner(files: ReadonlySet<string>): string {
  if (files.has('pnpm-lock.yaml')) return 'pnpm';
  if (files.has('yarn.lock')) return 'yarn';
  if (files.has('bun.lock') || files.has('bun.lockb')) return 'bun run';
  return 'npm';
}

const pythonCheck: Detector = async (readBase, files) => {
  const manifest = await readBase('pyproject.toml');
  const hasTests = [...files].some((path) => /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/u.test(path));
  if (manifest === null || !hasTests) return null;
  const usesPytest =
    /pytest/u.test(manifest) || files.has('pytest.ini') || files.has('conftest.py');
  const module = usesPytest ? 'pytest -q' : 'unittest discover';
  if (files.has('uv.lock')) return plain('test', `uv run python -m ${module}`);
  if (files.has('poetry.lock')) return plain('test', `poetry run python -m ${module}`);
  return plain('test', `python3 -m ${module}`);
};

const goCheck: Detector = async (_readBase, files) =>
  files.has('go.mod') ? plain('go test', 'go test ./...') : null;

const rustCheck: Detector = async (_readBase, files) =>
  files.has('Cargo.toml') ? plain('cargo test', 'cargo test --quiet') : null;

const makeCheck: Detector = async (readBase) => {
  const makefile = await readBase('Makefile');
  const target = /^(test|check)[ \t]*:(?!=)/mu.exec(makefile ?? '')?.[1];
  if (makefile === null || target === undefined) return null;
  const definition: CheckDefinition = { kind: 'file', file: 'Makefile', text: makefile };
  return { name: target, command: `make ${target}`, definition };
};

function plain(name: string, command: string): Check {
  return { name, command, definition: null };
}
