import type { ReadBase } from './check.ts';

const testFile = /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/u;
const manifests = ['pyproject.toml', 'setup.cfg', 'tox.ini', 'requirements-dev.txt'] as const;
const pytestFiles = /(?:^|\/)(?:pytest\.ini|conftest\.py)$/u;

const projectFile =
  /^(?:pyproject\.toml|setup\.(?:py|cfg)|tox\.ini|Pipfile|requirements[^/]*\.txt)$/u;

/** Whether the root of a repository says that it is a Python project. */
export function isPythonProject(files: ReadonlySet<string>): boolean {
  return [...files].some((path) => projectFile.test(path));
}

/** How the tests of a Python project are run; null where it has none. Many have no manifest that says so. */
export async function pythonTests(
  readBase: ReadBase,
  files: ReadonlySet<string>,
  /** The Python that a guessed setup brings; null: the system's, or that of the lock file's tool. */
  guessed: string | null = null,
): Promise<{ readonly name: string; readonly command: string } | null> {
  if (!hasTests(files)) return null;
  const name = (await usesPytestHere(readBase, files)) ? 'pytest' : 'unittest';
  const module = name === 'pytest' ? 'pytest -q' : 'unittest discover';
  return { name, command: `${guessed ?? pythonOf(files)} -m ${module}` };
}

function hasTests(files: ReadonlySet<string>): boolean {
  return [...files].some((path) => testFile.test(path));
}

/** Whether a project has tests that pytest runs. */
export async function usesPytestHere(
  readBase: ReadBase,
  files: ReadonlySet<string>,
): Promise<boolean> {
  const tests = [...files].filter((path) => testFile.test(path));
  return tests.length > 0 && usesPytest(readBase, files, tests);
}

function pythonOf(files: ReadonlySet<string>): string {
  if (files.has('uv.lock')) return 'uv run python';
  return files.has('poetry.lock') ? 'poetry run python' : 'python3';
}

/** By its files, by what it depends on, and else by whether its tests are written for something else. */
async function usesPytest(
  readBase: ReadBase,
  files: ReadonlySet<string>,
  tests: readonly string[],
): Promise<boolean> {
  if ([...files].some((path) => pytestFiles.test(path))) return true;
  const requirements = [...files].filter((path) => /(?:^|\/)requirements[^/]*\.txt$/u.test(path));
  const said = await Promise.all([...manifests, ...requirements].map(readBase));
  if (said.some((text) => /pytest/u.test(text ?? ''))) return true;
  const written = await Promise.all(tests.slice(0, mostRead).map(readBase));
  return !written.some((text) => /^\s*(?:import|from)\s+(?:unittest|django)\b/mu.test(text ?? ''));
}

/** This many tests are read to see what they are written for. */
const mostRead = 5;
