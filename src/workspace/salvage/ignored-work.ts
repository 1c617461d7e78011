import { createHash } from 'node:crypto';
import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readRegularFile } from '../../files/read-regular-file.ts';
import type { Git } from '../../git/git.ts';
import { listIgnored } from '../../git/work-tree.ts';

/** A file that git ignores, which somebody may miss. */
export type IgnoredFile = {
  /** Relative to the workspace. */
  readonly path: string;
  readonly bytes: number;
  readonly kind: 'file' | 'program' | 'link';
};

/** What a workspace holds that git ignores and no tool makes again. */
export type IgnoredWork = {
  readonly files: readonly IgnoredFile[];
  readonly bytes: number;
  /** What git names of it, a folder as a whole: `data/`. */
  readonly named: readonly string[];
  /** Whether there is more than is looked at. */
  readonly isCutShort: boolean;
};

/** What package managers, compilers, test runners and desktops make again by themselves. */
const madeAgain = new RegExp(
  [
    String.raw`^(?:node_modules|bower_components|jspm_packages|\.venv|venv|__pycache__|\.tox|\.nox|\.eggs)$`,
    String.raw`^\.(?:cache|pytest_cache|mypy_cache|ruff_cache|gradle|turbo|parcel-cache|next|nuxt|svelte-kit|angular|vite|eslintcache|stylelintcache|nyc_output|yarn|pnpm-store|npm|dart_tool|terraform|bundle|hypothesis)$`,
    String.raw`^(?:coverage|htmlcov|\.coverage|\.DS_Store|Thumbs\.db)$`,
    String.raw`\.(?:pyc|pyo|class|o|obj|tsbuildinfo|egg-info|swp)$`,
  ].join('|'),
  'u',
);

const mostFiles = 5_000;

/**
 * Finds what git ignores in a workspace, without caches, dependencies, and copies of the user's own ignored files. `own`
 * is the root of the user's work tree.
 */
export async function findIgnoredWork(git: Git, path: string, own: string): Promise<IgnoredWork> {
  const names = await listIgnored(git);
  const look: Look = { root: path, own, files: [], isCutShort: false };
  const named: string[] = [];
  for (const name of names) {
    const before = look.files.length;
    await collect(look, name.replace(/\/$/u, ''));
    if (look.files.length > before) named.push(name);
  }
  const bytes = look.files.reduce((sum, file) => sum + file.bytes, 0);
  return { files: look.files, bytes, named, isCutShort: look.isCutShort };
}

type Look = {
  readonly root: string;
  readonly own: string;
  readonly files: IgnoredFile[];
  isCutShort: boolean;
};

async function collect(look: Look, path: string): Promise<void> {
  if (await isMadeAgain(look.root, path)) return;
  const found = await lstat(join(look.root, path)).catch(() => null);
  if (found === null) return;
  if (found.isDirectory()) {
    for (const name of await readdir(join(look.root, path)).catch(() => []))
      await collect(look, join(path, name));
    return;
  }
  if (!found.isFile() && !found.isSymbolicLink()) return;
  if (await isCopy(look, path, found.size)) return;
  if (look.files.length >= mostFiles) look.isCutShort = true;
  else {
    const program = (found.mode & 0o100) === 0 ? 'file' : 'program';
    const kind = found.isSymbolicLink() ? 'link' : program;
    look.files.push({ path, bytes: found.size, kind });
  }
}

async function isMadeAgain(root: string, path: string): Promise<boolean> {
  const name = basename(path);
  if (madeAgain.test(name)) return true;
  if (name !== 'target') return false;
  const siblings: string[] = await readdir(join(root, dirname(path))).catch(() => []);
  return siblings.includes('Cargo.toml') || siblings.includes('pom.xml');
}

/** Whether the user has the very same file: it was copied from there, and may be a secret that belongs in no repository. */
async function isCopy({ root, own }: Look, path: string, bytes: number): Promise<boolean> {
  const theirs = await lstat(join(own, path)).catch(() => null);
  if (theirs === null || !theirs.isFile() || theirs.size !== bytes) return false;
  const digests = await Promise.all([root, own].map((where) => digestOf(where, path)));
  return digests[0] !== null && digests[0] === digests[1];
}

/** No configuration or key that was copied is larger. */
const mostBytes = 16 * 1024 * 1024;

async function digestOf(root: string, path: string): Promise<string | null> {
  const content = await readRegularFile({ root, path, mostBytes });
  return content === null ? null : createHash('sha256').update(content).digest('hex');
}
