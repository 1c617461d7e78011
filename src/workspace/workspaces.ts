import { randomUUID } from 'node:crypto';
import { copyFile, lstat, mkdir, readdir, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readRegularFile } from '../files/read-regular-file.ts';
import type { BareClone } from '../git/bare-clone.ts';
import { ForeignGitError, type Git, type GitIdentity } from '../git/git.ts';
import { resetHard } from '../git/work-tree.ts';
import { collectCommits } from './salvage/collect-commits.ts';
import { deleteTrees } from './clean/delete-trees.ts';
import { findInnerRepository } from './inner-repositories.ts';
import { layOutRepository } from './lay-out-repository.ts';
import { createPool } from './machine/pool.ts';
import { salvageBranch, salvageWorkspace, type Salvage } from './salvage/salvage.ts';
import { salvageSubmodules } from './salvage/salvage-submodules.ts';
import { confinedGit, type ConfinedPlace, type Confinement } from './sandbox/confinement.ts';
import { readStatus } from './salvage/work-status.ts';
import { readProcessUses, userOf } from './clean/live-use.ts';
import { runInside } from './run-inside.ts';

/**
 * The directories that tasks work in: each a repository of its own, with the objects of our clone behind it. What an
 * agent can write is the agent's, so nothing of ours works there but in the confinement, and what comes out of one comes
 * as checked objects into the clone.
 */
export type Workspaces = {
  readonly confinement: Confinement;
  /**
   * Makes a workspace on a branch at a commit and checks its files out. For one that was never finished: what stands in
   * its place is salvaged and made again.
   */
  readonly create: (params: WorkspaceParams) => Promise<void>;
  /** Whether the workspace is there, with a repository. */
  readonly exists: (path: string) => Promise<boolean>;
  /** Removes what git cannot get past, and locks that a git which was killed left: before a look at what an agent left. */
  readonly visit: (path: string, visit: Visit) => Promise<void>;
  /** Git in one workspace, confined. Throws a `ForeignGitError` for all that goes wrong there. */
  readonly git: (path: string, how?: GitThere) => Git;
  /** Brings a commit and what it needs into our clone; gives its id, or null when there is none. No ref holds it yet. */
  readonly collect: (path: string, what: Collection) => Promise<string | null>;
  /** Removes a workspace once all of its tree is reachable from a ref of the clone or of the forge. */
  readonly remove: (params: RemovalParams) => Promise<Salvage>;
  /** Removes a directory in which nobody worked. */
  readonly discard: (path: string) => Promise<void>;
  /** Deletes what was put aside, until all is gone or the signal comes. */
  readonly emptyTrash: (signal: AbortSignal) => Promise<void>;
};

export type WorkspaceParams = {
  readonly path: string;
  /** Null: detached, for a look at a commit. */
  readonly branch: string | null;
  readonly commit: string;
  /** Gets a copy of the index as it is after the checkout, which nobody has had a hand in. */
  readonly index?: string;
  /** What is made there is thrown away: what our clone has under the branch's name stays as it is. */
  readonly isThrownAway?: boolean;
};

export type Visit = { readonly marker: string; readonly signal?: AbortSignal };

export type GitThere = Partial<Pick<ConfinedPlace, 'access' | 'readable'>> & {
  readonly signal?: AbortSignal;
};

export type Collection = {
  /** A full name, `HEAD`, or an id. */
  readonly want: string;
  /** Commits that the clone has with their histories. */
  readonly have: readonly string[];
  readonly signal?: AbortSignal;
};

export type RemovalParams = {
  readonly path: string;
  /** The commit that is known to be safe elsewhere, and where. */
  readonly safe: { readonly commit: string; readonly ref: string } | null;
  /** Names the salvage ref when one is needed: `<run>/<task>`. */
  readonly salvageAs: string;
  /** Paths whose loss is no loss: what setup and checks made. */
  readonly artefacts: ReadonlySet<string>;
};

/** Checkouts at once: disk-bound work gains nothing from more. */
const checkoutsAtOnce = 2;

export type WorkspacesOptions = {
  readonly clone: BareClone;
  readonly confinement: Confinement;
  readonly trash: string;
  /** Author of salvage commits. */
  readonly identity: GitIdentity;
  /** The branch of the base, which every workspace can compare itself with. */
  readonly baseBranch: string | null;
};

export function workspacesOf(options: WorkspacesOptions): Workspaces {
  const { clone, confinement, trash, baseBranch } = options;
  const checkouts = createPool(checkoutsAtOnce);
  const exists = (path: string): Promise<boolean> => isOurs(clone.directory, path);

  const git: Workspaces['git'] = (path, { signal, ...place } = {}) =>
    confinedGit({ confinement, signal, place: { access: 'write', ...place, workspace: path } });

  const discard = async (path: string): Promise<void> => {
    if ((await lstat(path).catch(() => null)) === null) return;
    await mkdir(trash, { recursive: true });
    await rename(path, join(trash, randomUUID()));
  };

  const makeSafe = (path: string, params: Omit<RemovalParams, 'path'>): Promise<Salvage> =>
    ensureSafe({ ...options, ...params, path, git: git(path) });

  /** Makes way for a new workspace; what cannot be salvaged is kept next to it. */
  const clearPlace = async (path: string): Promise<void> => {
    if ((await lstat(path).catch(() => null)) === null) return;
    const params = { safe: null, salvageAs: basename(path), artefacts: new Set<string>() };
    const salvage = await makeSafe(path, params).catch(notReadable);
    if (salvage.ok) await discard(path);
    else await rename(path, `${path}.kept-${randomUUID()}`);
  };

  const create = async (params: WorkspaceParams): Promise<void> => {
    const { path, branch, commit, index, isThrownAway = false } = params;
    await clearPlace(path);
    if (branch !== null && !isThrownAway) await salvageBranch(clone.git, branch, commit);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // A directory of that name would be somebody else's: git works outside the confinement this once.
    await mkdir(path);
    await layOutRepository({ path, branch, commit, clone: clone.git, baseBranch });
    await checkouts(() => resetHard(clone.git.at(path), commit));
    if (index === undefined) return;
    await mkdir(dirname(index), { recursive: true, mode: 0o700 });
    await rm(index, { force: true });
    await copyFile(join(path, '.git', 'index'), index);
  };

  const remove = async ({ path, ...params }: RemovalParams): Promise<Salvage> => {
    if ((await lstat(path).catch(() => null)) === null)
      return { ok: true, ref: params.safe?.ref ?? 'nothing was there' };
    const salvage = await makeSafe(path, params).catch(notReadable);
    if (salvage.ok) await discard(path);
    return salvage;
  };

  return {
    ...{ confinement, create, exists, git, remove, discard },
    visit: (path, visit) => visitWorkspace({ confinement, workspace: path, ...visit }),
    collect: async (path, what) =>
      (await collectCommits({ clone, confinement, workspace: path, ...what }))?.[0] ?? null,
    emptyTrash: (signal) => emptyTrash(trash, signal),
  };
}

/** An agent may have deleted its repository, or put another in its place: ours has our clone's objects behind it. */
async function isOurs(clone: string, path: string): Promise<boolean> {
  const head = await lstat(join(path, '.git', 'HEAD')).catch(() => null);
  if (head?.isFile() !== true) return false;
  const behind = { root: path, path: '.git/objects/info/alternates', mostBytes: 65_536 };
  const text = (await readRegularFile(behind))?.toString('utf8') ?? '';
  const whole = await realpath(clone).catch(() => clone);
  return text.split('\n')[0] === join(whole, 'objects');
}

/** What an agent left can be made so that it cannot be read; anything else that goes wrong is no word on it. */
function notReadable(error: unknown): Salvage {
  if (!(error instanceof ForeignGitError)) throw error;
  return { ok: false, why: `it cannot be read: ${error.message}` };
}

type SafetyOptions = WorkspacesOptions & RemovalParams & { readonly git: Git };

/** Where everything in a workspace is safe, or why it is not. */
async function ensureSafe(options: SafetyOptions): Promise<Salvage> {
  const { path, git, safe, artefacts, salvageAs, ...rest } = options;
  const marker = `nobody/${salvageAs}`;
  await visitWorkspace({ confinement: options.confinement, workspace: path, marker });
  const hasHistory = await isOurs(options.clone.directory, path);
  const salvaging = { ...rest, workspace: path, name: salvageAs, hasHistory };
  if (!hasHistory) return salvageWorkspace(salvaging);
  const status = await readStatus(git, 'all').catch(() => null);
  const inner = status === null ? null : findInnerRepository(status);
  if (inner !== null)
    return {
      ok: false,
      why: `it holds a repository of its own, ${inner}, whose commits may be nowhere else`,
    };
  const submodules = await salvageSubmodules(salvaging);
  if (submodules !== null && !submodules.ok) return submodules;
  const isDirty = status?.entries.some((entry) => !isAmong(entry.path, artefacts)) ?? true;
  if (!isDirty && safe !== null && safe.commit === status?.head) return { ok: true, ref: safe.ref };
  return salvageWorkspace(salvaging);
}

/** A path is one of these, or lies in one that ends in a slash. */
function isAmong(path: string, known: ReadonlySet<string>): boolean {
  if (known.has(path)) return true;
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1))
    if (known.has(path.slice(0, at + 1))) return true;
  return false;
}

/** What comes into the trash meanwhile is left for the next time: the directory itself stays. */
async function emptyTrash(trash: string, signal: AbortSignal): Promise<void> {
  const paths = (await readdir(trash).catch(() => [])).map((name) => join(trash, name));
  await deleteTrees(paths, signal);
}

/** A keeper or an agent that has just ended is seen for a moment longer. */
const looks = 20;
const betweenLooksMs = 100;

type VisitOptions = {
  readonly confinement: Confinement;
  readonly workspace: string;
  /** Whatever carries it works for this workspace's task. */
  readonly marker: string;
  readonly signal?: AbortSignal;
};

/**
 * Removes what git can neither keep nor get past: FIFOs, sockets and devices, at which it would wait for ever. Names the
 * locks in the repository, which a git that was killed may have left.
 */
const tidy = `
find . -xdev '(' -type p -o -type s -o -type b -o -type c ')' -delete
find .git -xdev -name '*.lock' -type f -print
`;
const unlock = `find .git -xdev -name '*.lock' -type f -delete`;

/**
 * Makes a workspace fit for git before we look into it. To be called when nothing is meant to run there: locks go only
 * when nothing does, for they may belong to what still runs.
 */
async function visitWorkspace(options: VisitOptions): Promise<void> {
  const what = ['the look at', options.workspace];
  const locks = await runInside(options, tidy, what);
  if (locks === '' || (await isStillUsed(options))) return;
  await runInside(options, unlock, what);
}

async function isStillUsed({ workspace, marker }: VisitOptions): Promise<boolean> {
  const place = { path: await realpath(workspace), marker };
  for (let look = 0; look < looks; look += 1) {
    if (userOf(await readProcessUses(), place) === null) return false;
    await pause(betweenLooksMs);
  }
  return true;
}
