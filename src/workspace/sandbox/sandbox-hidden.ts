import { join } from 'node:path';
import { readFile, readdir, stat } from 'node:fs/promises';
import { stateHome } from '../state/state-directory.ts';
import { realOrNull } from './sandbox-paths.ts';
import { isWithin, type Mount } from './sandbox.ts';

/** A directory or file of the machine that a sandbox shows something else in place of. */
export type Hidden = {
  /** Its real path. */
  readonly path: string;
  /** Nobody can read it inside. */
  readonly isFile?: boolean;
  /** The task's own directory that stands in for it and lasts as long as the task; null for an empty one. */
  readonly instead: string | null;
};

export type HiddenParams = {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  /** Where the directories that stand in are. */
  readonly directory: string;
  /** Variables besides the usual ones that name a directory of the user's. */
  readonly variables: readonly string[];
  /** What an ordinary user could not read anyhow. */
  readonly isRoot: boolean;
};

/** Where containers and virtual machines keep sockets by which a program could act outside, and mail and backups lie. */
const systemState = [
  ...['/var/lib/docker', '/var/lib/containerd', '/var/lib/rancher', '/var/lib/kubelet'],
  ...['/var/lib/lxd', '/var/snap/lxd', '/var/lib/incus', '/var/lib/libvirt'],
  ...['/var/mail', '/var/spool', '/var/backups', '/media'],
];

/**
 * What is hidden: homes (keys and tokens), our own state of other runs, temporary directories, the sockets of the running
 * system (SSH and GPG agents, D-Bus, Docker), through which a program could act outside, and what is only for root.
 * Directories that a variable puts elsewhere count.
 */
export async function hiddenDirectories(params: HiddenParams): Promise<Hidden[]> {
  const { env, home, directory } = params;
  const own = (name: string): string => join(directory, name);
  const named = ['XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_DATA_HOME', ...params.variables];
  const wanted: readonly (readonly [string | undefined, string | null])[] = [
    ...['/home', '/root', '/run', '/var/run', ...systemState, ...(await homesOfPeople())].map(
      (path) => [path, null] as const,
    ),
    [stateHome(env, home), null],
    [env['XDG_RUNTIME_DIR'], null],
    ['/tmp', own('tmp')],
    ['/var/tmp', own('tmp')],
    [env['TMPDIR'], own('tmp')],
    ...named.map((name) => [env[name], own(name.toLowerCase())] as const),
    [home, own('home')],
  ];
  const found = new Map<string, Hidden>();
  for (const [path, instead] of wanted) {
    const real = path?.startsWith('/') ? await realOrNull(path) : null;
    if (real !== null && real !== '/') found.set(real, { path: real, instead });
  }
  for (const { path, isDirectory } of params.isRoot ? await findRootOnly() : [])
    if (![...found.keys()].some((outer) => isWithin(path, outer)))
      found.set(path, { path, instead: null, isFile: !isDirectory });
  // What lies in a home is hidden with it.
  return [...found.values()].filter(({ path, instead }) => {
    const outer = [...found.values()].filter(
      (other) => other.path !== path && isWithin(path, other.path),
    );
    return instead === own('home') || !outer.some((other) => other.instead !== null);
  });
}

/** Of the running system: name resolution, NixOS's programs, and the databases that tests talk to. */
export const stillThere = [
  ...['/run/systemd/resolve', '/run/resolvconf', '/run/NetworkManager/resolv.conf', '/run/nscd'],
  ...['/run/current-system', '/run/opengl-driver', '/run/postgresql', '/run/mysqld', '/run/redis'],
  '/home/linuxbrew/.linuxbrew',
];

/** The mounts that hide directories, and show again what programs cannot do without. */
export function hidingMounts(hidden: readonly Hidden[]): Mount[] {
  return [
    ...hidden.map(({ path, instead, isFile }): Mount =>
      isFile
        ? { kind: 'unreadable', path }
        : instead === null
          ? { kind: 'empty', path }
          : { kind: 'write', path, from: instead },
    ),
    ...stillThere.map((path): Mount => ({ kind: 'read', path })),
  ];
}

/** Something that root can read and an ordinary user cannot. */
type RootOnly = { readonly path: string; readonly isDirectory: boolean };

/** Where systems keep what is only for root, and how many levels down it is looked for. */
const places = [
  ['/', 1],
  ['/etc', 6],
  ['/boot', 2],
  ['/var', 3],
] as const;

/** Hidden by other means, or file systems of the kernel's own. */
const elsewhere =
  /^\/(?:proc|sys|dev|run|tmp|root|home|nix|lost\+found)(?:\/|$)|^\/var\/tmp(?:\/|$)/u;

/**
 * What the system keeps from ordinary users by its mode, or for a service by its owner: password hashes, host keys, swap
 * files, databases. A sandbox that root enters would show it. Outermost directories stand for all that is in them.
 */
async function findRootOnly(): Promise<RootOnly[]> {
  const found = await Promise.all(places.map(([path, depth]) => lookIn(path, depth)));
  return [...new Map(found.flat().map((one) => [one.path, one])).values()];
}

async function lookIn(directory: string, depth: number): Promise<RootOnly[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const found = entries
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map(async (entry): Promise<RootOnly[]> => {
      const path = join(directory, entry.name);
      const isDirectory = entry.isDirectory();
      if (elsewhere.test(path)) return [];
      const isForAll = isDirectory
        ? await isDirectoryForAll(path, directory)
        : await hasMode(path, 0o004);
      if (!isForAll) return [{ path, isDirectory }];
      return isDirectory && depth > 1 ? lookIn(path, depth - 1) : [];
    });
  return (await Promise.all(found)).flat();
}

/** A directory at the root is somebody's own arrangement, and tools may lie in it. A service's state is its own. */
async function isDirectoryForAll(path: string, parent: string): Promise<boolean> {
  if (parent === '/') return true;
  const isOfService = serviceState.has(parent) && (await stat(path).catch(() => null))?.uid !== 0;
  return !isOfService && (await hasMode(path, 0o005));
}

const serviceState: ReadonlySet<string> = new Set(['/var/lib', '/var/cache', '/var/log']);

/** One that is gone meanwhile hides nothing. */
async function hasMode(path: string, wanted: number): Promise<boolean> {
  const { mode } = await stat(path).catch(() => ({ mode: 0o777 }));
  return (mode & wanted) === wanted;
}

/** Homes of people, wherever the system keeps them, from the text of its list of accounts. */
async function homesOfPeople(): Promise<string[]> {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n');
  return lines.flatMap((line) => {
    const [, , id, , , home = ''] = line.split(':');
    const isPerson = Number(id) >= 1_000 && Number(id) < 65_534;
    return isPerson && /^\/[^/]+\/./u.test(home) ? [home] : [];
  });
}
