import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { gitAt, type Git } from '../../git/git.ts';
import { gitEnvironment } from '../../git/git-environment.ts';
import { visibleGitSettings } from './sandbox-git-configuration.ts';
import { hiddenDirectories, hidingMounts } from './sandbox-hidden.ts';
import { realOrNull, searchPathMounts } from './sandbox-paths.ts';
import { sandboxArgv, type Mount, type Sandbox } from './sandbox.ts';

/**
 * Where our own programs work on what an agent wrote. In a sandbox they see one workspace, the objects that it builds
 * on, and no network: whatever the agent laid out there, a link or a filter or a hook, leads nowhere else. Without a
 * sandbox there is no such border, for the agent itself had none; what then remains are limits of time and size.
 */
export type Confinement = {
  readonly isSandboxed: boolean;
  /** The words to run in place of a program's own. */
  readonly enter: (place: ConfinedPlace, argv: readonly [string, ...string[]]) => Promise<Argv>;
  /** The environment of whatever runs there. */
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds that one call of git may take there. */
  readonly timeLimitMs: number;
};

type Argv = readonly [string, ...string[]];

export type ConfinedPlace = {
  /** Absolute; the only directory of an agent's that is there. */
  readonly workspace: string;
  /** Whether it may be written to. */
  readonly access: 'read' | 'write';
  /** Directories and files of ours that may be read, or written to, as well. */
  readonly readable?: readonly string[];
  readonly writable?: readonly string[];
};

export type ConfinementOptions = {
  readonly sandbox: Sandbox | null;
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  /** Our clone, whose objects the workspaces build on. */
  readonly clone: string;
  /** Milliseconds that one call of git may take; left out: two minutes. */
  readonly timeLimitMs?: number;
};

/** One call reads the files of one work tree. */
const usualTimeLimitMs = 120_000;
/** What git says of one work tree; a longer answer is not an honest one. */
const outputCap = 64 * 1024 * 1024;

/**
 * Memory that one program may map: git maps or reads some of its files whole, and an agent can make any of them as large
 * as it likes. A sparse file of 60 GB then fails at once instead of taking minutes.
 */
const mostMemoryKb = 8 * 1024 * 1024;
const limited = ['/bin/sh', '-c', `ulimit -v ${mostMemoryKb}; exec "$@"`, 'sh'] as const;
/** Packs of honest repositories may be larger than that: they are mapped in parts. */
const mappedInParts = [{ name: 'core.packedGitLimit', value: '2g' }] as const;

/** Opens the place where our programs meet what agents wrote. */
export function openConfinement(options: ConfinementOptions): Confinement {
  const { sandbox, env, timeLimitMs = usualTimeLimitMs } = options;
  if (sandbox === null)
    return {
      isSandboxed: false,
      enter: (_place, argv) => Promise.resolve(argv),
      env: gitEnvironment(env),
      timeLimitMs,
    };
  // TERM is not for them: they end by themselves, or are killed.
  const plain = { ...sandbox, canEndGently: false };
  let base: Promise<readonly Mount[]> | null = null;
  let settings: Promise<Readonly<Record<string, string>>> | null = null;
  return {
    isSandboxed: true,
    env: { ...gitEnvironment(env), ...insideOnly },
    timeLimitMs,
    enter: async (place, argv) => {
      base ??= baseMounts(options);
      settings ??= visibleGitSettings(env, mappedInParts);
      const words = sandboxArgv({
        sandbox: plain,
        isOffline: true,
        mounts: [...(await base), ...(await placeMounts(place))],
        cwd: place.workspace,
        variables: await settings,
      });
      return [...words, ...limited, ...argv];
    },
  };
}

/** The user's own places are not there. */
const insideOnly = { HOME: '/tmp', TMPDIR: '/tmp', GIT_CONFIG_GLOBAL: '/dev/null' };

/** Homes, temporary directories and sockets are empty; programs on the search path are there. */
async function baseMounts(options: ConfinementOptions): Promise<readonly Mount[]> {
  const { sandbox, env, home, clone } = options;
  const where = { directory: '/nonexistent', variables: [], isRoot: sandbox?.isRoot ?? false };
  const hidden = await hiddenDirectories({ env, home, ...where });
  const empty = hidden.map((entry) => ({ ...entry, instead: null }));
  const paths = empty.map(({ path }) => path);
  const path = (env['PATH'] ?? '').split(delimiter).filter(isAbsolute).join(delimiter);
  const whole = (await realOrNull(clone)) ?? clone;
  return [
    ...hidingMounts(empty),
    ...(await searchPathMounts(path, paths)),
    ...(await ignoreFiles(env, home)),
    // Other runs' workspaces, the journal and the forge must not be visible there.
    { kind: 'empty', path: dirname(whole) },
    { kind: 'read', path: join(whole, 'objects') },
    { kind: 'read', path: join(whole, 'lfs') },
  ];
}

/** What the user has every repository ignore. */
async function ignoreFiles(env: NodeJS.ProcessEnv, home: string): Promise<Mount[]> {
  const configured = env['XDG_CONFIG_HOME'] || join(home, '.config');
  const paths = ['ignore', 'attributes'].map((name) => join(configured, 'git', name));
  const found = await Promise.all(paths.map(realOrNull));
  return found.flatMap((path) => (path === null ? [] : [{ kind: 'read', path }]));
}

async function placeMounts(place: ConfinedPlace): Promise<Mount[]> {
  // Under the name that it has, and its real one: the links between them may be hidden.
  const mounts = async (kind: 'read' | 'write', path: string): Promise<Mount[]> => {
    const from = (await realOrNull(path)) ?? path;
    return [from, path].map((name) => ({ kind, path: name, from }));
  };
  const all = await Promise.all([
    mounts(place.access, place.workspace),
    ...(place.readable ?? []).map((path) => mounts('read', path)),
    ...(place.writable ?? []).map((path) => mounts('write', path)),
  ]);
  return all.flat();
}

export type ConfinedGitOptions = {
  readonly confinement: Confinement;
  readonly place: ConfinedPlace;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Git in a workspace, in the confinement, and in no other repository than the workspace's own: without that it would
 * look for one around it. Throws a `ForeignGitError` when it fails, takes too long or says too much.
 */
export function confinedGit({ confinement, place, signal }: ConfinedGitOptions): Git {
  const { workspace } = place;
  return gitAt(workspace, confinement.env, {
    enter: (argv) => confinement.enter(place, argv),
    variables: {
      GIT_DIR: join(workspace, '.git'),
      GIT_WORK_TREE: workspace,
      ...(confinement.isSandboxed ? insideOnly : {}),
    },
    timeLimitMs: confinement.timeLimitMs,
    outputCap,
    isForeign: true,
    ...(signal === undefined ? {} : { signal }),
  });
}
