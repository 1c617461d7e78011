import type { Check, CheckDefinition, ReadBase } from './check.ts';
import { isPythonProject, pythonTests } from './detect-python.ts';
import { guessedPython, type Setup } from './detect-setup.ts';
import { readScripts, scriptCommand } from './manifest-scripts.ts';

type Detector = (readBase: ReadBase, files: ReadonlySet<string>) => Promise<Check | null>;

/**
 * The checks that a project has at its base: the tests of each ecosystem it has a manifest of, or the Makefile's when it
 * has none.
 */
export async function detectChecks(
  readBase: ReadBase,
  files: ReadonlySet<string>,
  setup: Setup | null = null,
): Promise<Check[]> {
  const node = await nodeCheck(readBase, files);
  const tools = toolCommands(files).map(([name, command]) => plain(name, command));
  const others = [...(node === null ? [] : [node]), ...tools];
  // A script with a test in a project of another kind does not make it a Python project.
  const isPython = others.length === 0 || isPythonProject(files);
  const guessed = setup?.command.includes(guessedPython) ? guessedPython : null;
  const python = isPython ? await pythonTests(readBase, files, guessed) : null;
  const checks = python === null ? others : [...others, plain(python.name, python.command)];
  if (checks.length > 0) return checks;
  const make = await makeCheck(readBase, files);
  return make === null ? [] : [make];
}

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

const makeCheck: Detector = async (readBase) => {
  const makefile = await readBase('Makefile');
  const target = /^(test|check)[ \t]*:(?!=)/mu.exec(makefile ?? '')?.[1];
  if (makefile === null || target === undefined) return null;
  const definition: CheckDefinition = { kind: 'file', file: 'Makefile', text: makefile };
  return { name: target, command: `make ${target}`, definition };
};

/** A check whose definition lies in no file that a branch could weaken. */
function plain(name: string, command: string): Check {
  return { name, command, definition: null };
}

type Tool = {
  readonly name: string;
  /** A repository with such a file at its root has the tool. */
  readonly marker: RegExp;
  readonly command: (files: ReadonlySet<string>) => string | null;
};

/** Build tools that have one command for all tests, whatever the project is. */
const tools: readonly Tool[] = [
  { name: 'go test', marker: /^go\.mod$/u, command: () => 'go test ./...' },
  { name: 'cargo test', marker: /^Cargo\.toml$/u, command: () => 'cargo test --quiet' },
  {
    name: 'maven test',
    marker: /^pom\.xml$/u,
    command: (files) => `${files.has('mvnw') ? './mvnw' : 'mvn'} -q test`,
  },
  {
    name: 'gradle test',
    marker: /^(?:build|settings)\.gradle(?:\.kts)?$/u,
    command: (files) => `${files.has('gradlew') ? './gradlew' : 'gradle'} test`,
  },
  {
    name: 'dotnet test',
    marker: /^[^/]+\.(?:sln|slnx|csproj|fsproj)$/u,
    command: () => 'dotnet test',
  },
  { name: 'mix test', marker: /^mix\.exs$/u, command: () => 'mix test' },
  {
    name: 'rspec',
    marker: /^Gemfile$/u,
    command: (files) =>
      [...files].some((path) => /^spec\/.*_spec\.rb$/u.test(path)) ? 'bundle exec rspec' : null,
  },
];

/** What runs the tests of the tools that a repository has: names and commands. */
function toolCommands(files: ReadonlySet<string>): (readonly [string, string])[] {
  return tools.flatMap(({ name, marker, command }) => {
    const isThere = [...files].some((path) => marker.test(path));
    const line = isThere ? command(files) : null;
    return line === null ? [] : [[name, line] as const];
  });
}
