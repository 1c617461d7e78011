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

/** The command that prepares a workspace, from the base's lock file; null without one: nothing is ever guessed. */
export function detectSetup(files: ReadonlySet<string>): string | null {
  return setups.find(([lock]) => files.has(lock))?.[1] ?? null;
}
