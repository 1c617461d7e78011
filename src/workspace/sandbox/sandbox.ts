/** A bubblewrap that was seen to work on this machine. */
export type Sandbox = {
  /** Absolute. */
  readonly program: string;
  /** Root would keep every capability inside, with which it could mount all of it writable again. */
  readonly isRoot: boolean;
  /** `env` can give TERM its meaning back, so that what runs inside may end in its own time. */
  readonly canEndGently: boolean;
};

/** One thing at a path inside the sandbox that is other than the read-only whole. */
export type Mount =
  /** What lies at `from` (at the same path, when it is not given). It is left out when there is nothing. */
  | { readonly kind: 'read' | 'write'; readonly path: string; readonly from?: string }
  /** An empty directory that lasts as long as the sandbox. */
  | { readonly kind: 'empty'; readonly path: string }
  /** A file that nobody can open inside. */
  | { readonly kind: 'unreadable'; readonly path: string }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

/** How to enter a sandbox. Paths are absolute; those of mounts have their symbolic links resolved. */
export type SandboxEntry = {
  readonly sandbox: Sandbox;
  /** In any order: the outer ones come first. Of two at one path the later one counts. */
  readonly mounts: readonly Mount[];
  readonly cwd: string;
  /** Whether it has no network, not even its own machine's; left out: it has the machine's. */
  readonly isOffline?: boolean;
  /** Variables that mean something else inside. */
  readonly variables: Readonly<Record<string, string>>;
};

/** What root may still do inside: give files away and take them, as installers and test suites expect. */
const rootCapabilities = [
  ...['CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_FOWNER', 'CAP_FSETID', 'CAP_KILL'],
  ...['CAP_SETGID', 'CAP_SETUID', 'CAP_NET_BIND_SERVICE'],
];

/**
 * Settings of the running kernel, which root may change without any capability. An ordinary user may not, and for them
 * nothing is mounted there: a sandbox of an agent's own inside ours needs a `/proc` that is whole.
 */
const kernelMounts = ['/proc/sys', '/proc/sysrq-trigger', '/proc/irq', '/proc/bus', '/proc/fs'];

/**
 * The words to put before a program's own. The sandbox dies with its parent, and all inside dies with the sandbox:
 * nothing can fork away out of its process namespace. The network is as outside.
 */
export function sandboxArgv(entry: SandboxEntry): [string, ...string[]] {
  const { sandbox } = entry;
  const words = [
    ...[sandbox.program, '--die-with-parent', '--unshare-pid', '--unshare-ipc', '--new-session'],
    ...(entry.isOffline ? ['--unshare-net'] : []),
    ...(sandbox.isRoot ? ['--cap-drop', 'ALL'] : []),
    ...(sandbox.isRoot ? rootCapabilities.flatMap((name) => ['--cap-add', name]) : []),
    ...['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc'],
    ...(sandbox.isRoot ? kernelMounts.flatMap((path) => ['--ro-bind-try', path, path]) : []),
    ...inOrder(entry.mounts).flatMap(mountWords),
    ...Object.entries(entry.variables).flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--chdir', entry.cwd, '--'],
  ];
  return sandbox.canEndGently ? gently(words) : (words as [string, ...string[]]);
}

/**
 * TERM goes to the whole group, and bubblewrap would die of it and take all inside along in the middle of a write. It
 * ignores it; what runs inside is not.
 */
function gently(words: readonly string[]): [string, ...string[]] {
  const ignoring = ['/bin/sh', '-c', 'trap "" TERM; exec "$@"', 'sandbox'] as const;
  return [...ignoring, ...words, '/usr/bin/env', '--default-signal=TERM'];
}

/** A mount hides what was mounted below it before: parents come first. */
function inOrder(mounts: readonly Mount[]): Mount[] {
  const last = new Map(mounts.map((mount) => [mount.path, mount]));
  return [...last.values()].toSorted((a, b) => depth(a.path) - depth(b.path));
}

function depth(path: string): number {
  return path.split('/').length;
}

function mountWords(mount: Mount): string[] {
  switch (mount.kind) {
    case 'read':
      return ['--ro-bind-try', mount.from ?? mount.path, mount.path];
    case 'write':
      return ['--bind-try', mount.from ?? mount.path, mount.path];
    case 'empty':
      return ['--tmpfs', mount.path];
    case 'unreadable':
      return ['--ro-bind', '/dev/null', mount.path];
    case 'link':
      return ['--symlink', mount.target, mount.path];
  }
}

/** Whether a path is a directory or lies in it. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
}
