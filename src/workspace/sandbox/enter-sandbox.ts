import { copyFile, lstat, mkdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { deleteTrees } from '../clean/delete-trees.ts';
import { visibleGitConfiguration } from './sandbox-git-configuration.ts';
import { hiddenDirectories, hidingMounts, type Hidden } from './sandbox-hidden.ts';
import {
  isHidden,
  programsIn,
  programMounts,
  realOrNull,
  resolveNamed,
  searchPathMounts,
  type NamedPath,
} from './sandbox-paths.ts';
import { tools } from './sandbox-tools.ts';
import { isWithin, sandboxArgv, type Mount, type Sandbox } from './sandbox.ts';

/** One program that is to run in a sandbox. */
export type SandboxParams = {
  readonly sandbox: Sandbox;
  /** The program and its arguments. Programs and scripts in it are shown, with what lies next to them. */
  readonly argv: readonly [string, ...string[]];
  /** The user's own environment, from which the program's is made. */
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  /** The task's workspace, a repository of its own, where the program starts. */
  readonly workspace: string;
  /** The bare clone on whose objects the workspace builds. */
  readonly clone: string;
  /** For the sandbox alone: holds the task's own HOME and `/tmp`. Its setup, agent and checks share it. */
  readonly directory: string;
  /** Further directories that the program writes to: its cache, its temporary files, its git configuration. */
  readonly writable: readonly string[];
  /** What it finds of the user's, besides the tools of the usual languages. */
  readonly shown: readonly NamedPath[];
};

/**
 * The argv by which a program runs in a sandbox: it sees the machine read-only, without other people's secrets, and
 * writes to its workspace and to directories of its own.
 */
export async function enterSandbox(params: SandboxParams): Promise<[string, ...string[]]> {
  const { directory } = params;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const variables = params.shown.flatMap(({ path }) => /^\$(\w+)/u.exec(path)?.[1] ?? []);
  const hidden = await hiddenDirectories({ ...params, variables, ...params.sandbox });
  const own = hidden.flatMap(({ instead }) => (instead === null ? [] : [instead]));
  await Promise.all(own.map((path) => mkdir(path, { recursive: true, mode: 0o700 })));
  const mounts = [...hidingMounts(hidden), ...(await shownMounts(params, hidden))];
  await makeWay(mounts, hidden);
  const isHomeless = (await realOrNull(params.home)) === null || params.home === '/';
  const words = sandboxArgv({
    sandbox: params.sandbox,
    // Links in directories that last are made there; bubblewrap would stumble over them the second time.
    mounts: mounts.filter((mount) => mount.kind !== 'link' || standIn(mount.path, hidden) === null),
    cwd: params.workspace,
    variables: isHomeless ? { HOME: '/tmp' } : {},
  });
  return [...words, ...params.argv];
}

/** All that is mounted into what was hidden, and all that may be written. Later ones count more. */
async function shownMounts(params: SandboxParams, hidden: readonly Hidden[]): Promise<Mount[]> {
  const { env, home, argv } = params;
  const paths = hidden.map(({ path }) => path);
  const workspace = (await realOrNull(params.workspace)) ?? params.workspace;
  const programs = [...programsIn(argv, home), process.execPath].filter(
    (path) => !isWithin(path, params.workspace) && !isWithin(path, workspace),
  );
  const mounts: Mount[] = [
    ...(await searchPathMounts(env['PATH'] ?? '', paths)),
    ...(await Promise.all(programs.map((path) => programMounts(path, paths)))).flat(),
    ...(await namedMounts(params, hidden)),
    ...(await gitConfigurationMounts(params, paths)),
    ...(await Promise.all(params.writable.map(writeMount))),
    ...repositoryMounts(workspace, (await realOrNull(params.clone)) ?? params.clone),
    { kind: 'write', path: params.workspace, from: workspace },
  ];
  return mounts.filter((mount) => mount.kind !== 'link' || !isCovered(mount.path, mounts));
}

/**
 * A workspace with its own repository in it is all a program can write to; of our clone it sees the objects and the large
 * files on which that builds. Other tasks, the journal and the forge are not there.
 */
function repositoryMounts(workspace: string, clone: string): Mount[] {
  return [
    { kind: 'empty', path: dirname(clone) },
    { kind: 'read', path: join(clone, 'objects') },
    { kind: 'read', path: join(clone, 'lfs') },
    { kind: 'write', path: workspace },
  ];
}

function isCovered(path: string, mounts: readonly Mount[]): boolean {
  return mounts.some((mount) => mount.kind !== 'link' && isWithin(path, mount.path));
}

async function writeMount(path: string): Promise<Mount> {
  return { kind: 'write', path: (await realOrNull(path)) ?? path };
}

async function namedMounts(params: SandboxParams, hidden: readonly Hidden[]): Promise<Mount[]> {
  const found = [...tools, ...params.shown].map(async ({ path, mode }): Promise<Mount[]> => {
    const named = resolveNamed(path, params.env, params.home);
    const parent = named === null ? null : await realOrNull(dirname(named));
    if (named === null || parent === null || (await realOrNull(named)) === null) return [];
    // The last name may be a link: what it leads to is shown under the name by which programs know it.
    const place = join(parent, named.slice(named.lastIndexOf('/') + 1));
    if (mode === 'write') return [{ kind: 'write', path: place }];
    if (mode === 'copy') return copyOnce(place, hidden);
    const coversAll = hidden.some((other) => isWithin(other.path, place));
    return coversAll || standIn(place, hidden) === undefined ? [] : [{ kind: 'read', path: place }];
  });
  return (await Promise.all(found)).flat();
}

/** Gives the task a file of its own, unless it has it already. */
async function copyOnce(place: string, hidden: readonly Hidden[]): Promise<Mount[]> {
  const own = standIn(place, hidden);
  if (typeof own !== 'string') return [];
  await clearWay(hidden, place);
  if (await lstat(own).catch(() => null)) return [];
  await mkdir(dirname(own), { recursive: true, mode: 0o700 });
  await copyFile(place, own);
  return [];
}

/** The task's git configuration includes the user's: in its place comes what of that is harmless. */
async function gitConfigurationMounts(
  params: SandboxParams,
  hidden: readonly string[],
): Promise<Mount[]> {
  const named = resolveNamed(
    params.env['GIT_CONFIG_GLOBAL'] ?? '.gitconfig',
    params.env,
    params.home,
  );
  const parent = named === null ? null : await realOrNull(dirname(named));
  if (named === null || parent === null) return [];
  const path = join(parent, named.slice(named.lastIndexOf('/') + 1));
  const text = await visibleGitConfiguration(params.env);
  if (text === '' || !isHidden(path, hidden)) return [];
  const from = join(params.directory, 'gitconfig');
  await writeFile(from, text, { mode: 0o600 });
  return [{ kind: 'read', path, from }];
}

/** What stands in for a path on the disk: null in a directory that is empty each time, undefined where nothing is hidden. */
function standIn(path: string, hidden: readonly Hidden[]): string | null | undefined {
  const inner = hidden
    .filter((other) => isWithin(path, other.path))
    .toSorted((a, b) => b.path.length - a.path.length)[0];
  if (inner === undefined) return undefined;
  return inner.instead === null ? null : join(inner.instead, relative(inner.path, path));
}

/**
 * Mount points lie in directories that an agent may have written to before: a symbolic link that it left there would
 * lead a mount astray, so it goes. Links that programs need are made.
 */
async function makeWay(mounts: readonly Mount[], hidden: readonly Hidden[]): Promise<void> {
  for (const mount of mounts) {
    const own = standIn(mount.path, hidden);
    if (typeof own !== 'string') continue;
    if (mount.kind !== 'link') await clearWay(hidden, mount.path);
    else await ensureLink(hidden, mount);
  }
}

async function ensureLink(
  hidden: readonly Hidden[],
  { path, target }: { readonly path: string; readonly target: string },
): Promise<void> {
  await clearWay(hidden, dirname(path));
  const own = standIn(path, hidden);
  if (typeof own !== 'string') return;
  if ((await readlink(own).catch(() => null)) === target) return;
  await deleteTrees([own]);
  await mkdir(dirname(own), { recursive: true, mode: 0o700 });
  await symlink(target, own).catch((error: NodeJS.ErrnoException) => {
    // Another program of the same task was faster.
    if (error.code !== 'EEXIST') throw error;
  });
}

/** From the outside in: what a link leads to is not looked at. */
async function clearWay(hidden: readonly Hidden[], path: string): Promise<void> {
  const names = path.split('/').slice(1);
  for (let count = 1; count <= names.length; count += 1) {
    const place = `/${names.slice(0, count).join('/')}`;
    const own = standIn(place, hidden);
    if (typeof own !== 'string' || hidden.some((other) => other.path === place)) continue;
    const found = await lstat(own).catch(() => null);
    if (found === null) return;
    if (found.isSymbolicLink()) await rm(own, { force: true });
  }
}
