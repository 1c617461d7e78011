import { basename, dirname } from 'node:path';
import type { Git } from '../git/git.ts';
import { readFileAt } from '../git/objects.ts';
import { listFiles } from '../git/trees.ts';
import type { ConflictedFile } from '../model/merge/conflict.ts';
import { isListOfExports } from '../model/plan/hub-file.ts';

/** How a lock file is made again: by its own tool, without running any scripts. */
export type LockRule = { readonly path: string; readonly command: string; readonly folder: string };

const lockCommands: Readonly<Record<string, string>> = {
  'package-lock.json': 'npm install --package-lock-only --ignore-scripts --no-audit --no-fund',
  'npm-shrinkwrap.json': 'npm install --package-lock-only --ignore-scripts --no-audit --no-fund',
  'pnpm-lock.yaml': 'pnpm install --lockfile-only --ignore-scripts',
  'bun.lock': 'bun install --lockfile-only --ignore-scripts',
  'Cargo.lock': 'cargo update --workspace',
  'uv.lock': 'uv lock',
  'poetry.lock': 'poetry lock',
  'go.sum': 'go mod tidy',
  'composer.lock': 'composer update --lock --no-scripts --no-install',
  'Gemfile.lock': 'bundle lock',
};

/** The rule for a lock file; null for any other file. */
export function lockRule(path: string): LockRule | null {
  const command = lockCommands[basename(path)];
  return command === undefined ? null : { path, command, folder: dirname(path) };
}

/** Whether all that conflicts can be made again by its tool. */
export function areAllLocks(files: readonly ConflictedFile[]): boolean {
  return files.length > 0 && files.every(({ path }) => lockRule(path) !== null);
}

/** Lists to which every task adds: both sides' lines are kept. */
const changelog =
  /(?:^|\/)(?:CHANGELOG|CHANGES|HISTORY|NEWS|RELEASES)(?:\.(?:md|markdown|rst|txt))?$/iu;

const barrelName = /(?:^|\/)(?:index\.(?:[cm]?[jt]s|[jt]sx)|mod\.rs|__init__\.py)$/u;

/**
 * The attributes by which the base's hub files merge: changelogs and barrels keep the lines of both sides. A file counts
 * as a barrel only when it holds nothing but re-exports. The result is checked like everything else.
 */
export async function hubAttributes(git: Git, base: string): Promise<string[]> {
  const paths = await listFiles(git, base);
  const lists = paths.filter((path) => changelog.test(path));
  const candidates = paths.filter((path) => barrelName.test(path)).slice(0, mostBarrels);
  const texts = await Promise.all(candidates.map((path) => readFileAt(git, base, path)));
  const barrels = candidates.filter((_, index) => isListOfExports(texts[index] ?? ''));
  return [...lists, ...barrels].filter(isPlain).map((path) => `/${path} merge=union`);
}

/** Each is read by a separate process. */
const mostBarrels = 50;

/** Paths with spaces or pattern characters would have to be quoted: they merge as any other file. */
function isPlain(path: string): boolean {
  return /^[\w./-]+$/u.test(path);
}
