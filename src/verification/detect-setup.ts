import type { ReadBase } from './check.ts';
import { isPythonProject, usesPytestHere } from './detect-python.ts';
import { needsInstall, packageManagerOf } from './manifest-scripts.ts';

/** The command that prepares a workspace. */
export type Setup = {
  readonly command: string;
  /** The manifest that it was guessed from; null where a lock file pins what it installs. */
  readonly guessedFrom: string | null;
};

/** Each lock file with the command that installs exactly what it pins. */
const setups = [
  ['pnpm-lock.yaml', 'pnpm install --frozen-lockfile'],
  ['yarn.lock', 'yarn install --frozen-lockfile'],
  ['bun.lock', 'bun install --frozen-lockfile'],
  ['bun.lockb', 'bun install --frozen-lockfile'],
  ['package-lock.json', 'npm ci --no-audit --no-fund'],
  ['npm-shrinkwrap.json', 'npm ci --no-audit --no-fund'],
  ['uv.lock', 'uv sync --frozen'],
  ['poetry.lock', 'poetry install --no-interaction'],
  ['Pipfile.lock', 'pipenv sync --dev'],
  ['Gemfile.lock', 'bundle install'],
  ['composer.lock', 'composer install --no-interaction'],
] as const;

/**
 * The command that prepares a workspace: from the base's lock file, or otherwise a guess from its manifest. Null where nothing
 * has to be installed, as far as the files say.
 */
export async function detectSetup(
  readBase: ReadBase,
  files: ReadonlySet<string>,
): Promise<Setup | null> {
  const pinned = setups.find(([lock]) => files.has(lock))?.[1];
  if (pinned !== undefined) return { command: pinned, guessedFrom: null };
  return (
    (await guessNode(readBase)) ??
    (await guessPython(readBase, files)) ??
    (files.has('Gemfile') ? { command: 'bundle install', guessedFrom: 'Gemfile' } : null) ??
    (files.has('composer.json')
      ? { command: 'composer install --no-interaction', guessedFrom: 'composer.json' }
      : null)
  );
}

const nodeInstalls = {
  npm: 'npm install --no-audit --no-fund --no-package-lock',
  pnpm: 'pnpm install --no-lockfile',
  yarn: 'yarn install --no-lockfile',
  bun: 'bun install --no-save',
} as const;

async function guessNode(readBase: ReadBase): Promise<Setup | null> {
  const manifest = await readBase('package.json');
  if (!needsInstall(manifest)) return null;
  return { command: nodeInstalls[packageManagerOf(manifest)], guessedFrom: 'package.json' };
}

/** Where a guessed setup puts the Python that has what a project needs. */
export const guessedPython = '.venv/bin/python';

const requirementFiles = /^requirements(?:[-_.](?:dev|test|tests|testing|ci))?\.txt$/u;
const extraNames = ['test', 'tests', 'testing', 'dev'] as const;

/** An environment of its own, which sees what the system has and installs the rest. */
async function guessPython(readBase: ReadBase, files: ReadonlySet<string>): Promise<Setup | null> {
  if (!isPythonProject(files)) return null;
  const requirements = [...files].filter((path) => requirementFiles.test(path)).toSorted();
  const project = (await readBase('pyproject.toml')) ?? '';
  const isPackage =
    files.has('setup.py') || /^\[(?:project|build-system|tool\.poetry)\]/mu.test(project);
  const wanted = [
    ...(isPackage ? ['-e', installed(project)] : []),
    ...requirements.flatMap((path) => ['-r', path]),
  ];
  const pytest = (await usesPytestHere(readBase, files)) ? ['pytest'] : [];
  const manifest = isPackage ? (project === '' ? 'setup.py' : 'pyproject.toml') : requirements[0];
  if (manifest === undefined) return null;
  const install = [...wanted, ...pytest].join(' ');
  return {
    command: `python3 -m venv --clear --system-site-packages .venv && ${guessedPython} -m pip install --quiet --disable-pip-version-check ${install}`,
    guessedFrom: manifest,
  };
}

/** The project with what its tests need, as far as its optional dependencies name it. */
function installed(project: string): string {
  const extras = section(project, 'project.optional-dependencies');
  const found = extraNames.filter((name) => new RegExp(`^${name}\\s*=`, 'mu').test(extras));
  return found.length === 0 ? '.' : `'.[${found.join(',')}]'`;
}

function section(toml: string, name: string): string {
  const [, after = ''] = toml.split(`\n[${name}]`);
  return after.split(/^\[/mu)[0] ?? '';
}
