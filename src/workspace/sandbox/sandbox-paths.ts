import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { isWithin, type Mount } from './sandbox.ts';

/** Something of the user's that a program needs to find where it is used to. */
export type NamedPath = {
  /** Below HOME; or `$NAME` and what follows: below the directory that a variable names; or absolute. */
  readonly path: string;
  /** `copy`: it gets a file of its own with the same content, once, and what it writes there stays there. */
  readonly mode: 'read' | 'write' | 'copy';
};

/** Which absolute path is meant; null when its variable is not set. */
export function resolveNamed(path: string, env: NodeJS.ProcessEnv, home: string): string | null {
  if (isAbsolute(path)) return path;
  const name = /^\$(\w+)/u.exec(path)?.[1];
  if (name === undefined) return join(home, path);
  const value = env[name];
  return value !== undefined && isAbsolute(value) ? join(value, path.slice(name.length + 1)) : null;
}

/** The real path of something; null when it is not there. */
export async function realOrNull(path: string): Promise<string | null> {
  return realpath(path).catch(() => null);
}

/** What `PATH` names inside hidden directories: the place that a `bin` belongs to, so that its programs find the rest. */
export async function searchPathMounts(path: string, hidden: readonly string[]): Promise<Mount[]> {
  const places = path.split(':').filter((place) => isAbsolute(place));
  const roots = await Promise.all(
    places.map(async (place) => {
      const real = await realOrNull(place);
      return real === null || !isHidden(real, hidden) ? null : installationOf(real, hidden);
    }),
  );
  return roots.flatMap((root) => (root === null ? [] : [{ kind: 'read', path: root }]));
}

/**
 * What a program needs to be found and to start, when it lies in a hidden directory: the links that lead to it, and
 * the package that it is part of.
 */
export async function programMounts(program: string, hidden: readonly string[]): Promise<Mount[]> {
  const real = await realOrNull(program);
  if (real === null) return [];
  const mounts = await linkMounts(program, hidden);
  if (!isHidden(real, hidden)) return mounts;
  const found = await stat(real);
  const path = found.isDirectory() ? real : packageOf(real, hidden);
  return coversHidden(path, hidden) ? mounts : [...mounts, { kind: 'read', path }];
}

/** The links on the way from a program's name to its file, created again where a hidden directory had them. */
async function linkMounts(program: string, hidden: readonly string[]): Promise<Mount[]> {
  const mounts: Mount[] = [];
  let path = program;
  for (let step = 0; step < 20; step += 1) {
    const parent = await realOrNull(dirname(path));
    if (parent === null) break;
    path = join(parent, basename(path));
    if (!(await lstat(path).catch(() => null))?.isSymbolicLink()) break;
    const target = await readlink(path);
    if (isHidden(path, hidden)) mounts.push({ kind: 'link', path, target });
    path = resolve(parent, target);
  }
  return mounts;
}

/** A package's neighbours are what it depends on: the outermost `node_modules`, otherwise the file's own installation. */
function packageOf(file: string, hidden: readonly string[]): string {
  const modules = file.indexOf('/node_modules/');
  if (modules !== -1) return file.slice(0, modules + '/node_modules'.length);
  const directory = installationOf(dirname(file), hidden);
  return coversHidden(directory, hidden) ? file : directory;
}

function installationOf(directory: string, hidden: readonly string[]): string {
  const parent = dirname(directory);
  const isPart = ['bin', 'sbin', 'shims'].includes(basename(directory));
  return isPart && basename(parent) !== '.local' && !coversHidden(parent, hidden)
    ? parent
    : directory;
}

/** Whether showing a directory would show all of a hidden one. */
function coversHidden(directory: string, hidden: readonly string[]): boolean {
  return hidden.some((other) => isWithin(other, directory));
}

/** Whether a path would not be seen unless it is mounted. */
export function isHidden(path: string, hidden: readonly string[]): boolean {
  return hidden.some((directory) => isWithin(path, directory));
}

const interpreters =
  /^(?:.*\/)?(?:env|exec|nice|nohup|time|(?:ba|da|z|k)?sh|node|deno|bun|tsx|python[\d.]*|ruby|perl|php|java|uv)$/u;

/**
 * The programs that a command names by absolute path: its own, those that begin a part of a shell's line, and the
 * scripts that follow an interpreter. Other arguments are left alone: a path is no leave to read what lies there.
 */
export function programsIn(argv: readonly string[], home: string): string[] {
  const [program = '', flag = '', line = ''] = argv;
  const isShell = /^\/bin\/(?:ba|da)?sh$/u.test(program) && flag === '-c';
  const parts = isShell ? line.split(/&&|\|\||[;|&\n()]/u).map(wordsOf) : [argv];
  return parts
    .flatMap((words) => leadingPrograms(words))
    .map((word) => word.replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/)/u, home))
    .filter((word) => isAbsolute(word));
}

/** A shell's words, well enough: quotes are dropped, and assignments before the program are passed over. */
function wordsOf(part: string): string[] {
  const words = part.match(/"[^"]*"|'[^']*'|[^\s"']+/gu) ?? [];
  const first = words.findIndex((word) => !/^\w+=/u.test(word));
  return words.slice(Math.max(first, 0)).map((word) => word.replaceAll(/^["']|["']$/gu, ''));
}

function leadingPrograms(words: readonly string[]): string[] {
  const programs: string[] = [];
  for (const word of words) {
    if (word.startsWith('-') || /^\w+=/u.test(word)) continue;
    programs.push(word);
    if (!interpreters.test(word)) break;
  }
  return programs;
}
