import { createHash } from 'node:crypto';
import { readRegularFile } from '../../files/read-regular-file.ts';
import type { Git, GitIdentity } from '../../git/git.ts';
import { commitStaged, hasStaged, stagePaths } from '../../git/work-tree.ts';
import { readStatus, type WorkStatus } from './work-status.ts';

/** What stood uncommitted in a workspace before an agent began: the doing of setup, of checks, or of copied files. */
export type Baseline = {
  readonly untracked: readonly string[];
  /** The digest of each tracked file that had been changed. */
  readonly changed: ReadonlyMap<string, string>;
};

export const cleanBaseline: Baseline = { untracked: [], changed: new Map() };

/** Looks at a workspace before an agent begins. */
export async function takeBaseline(git: Git, path: string): Promise<Baseline> {
  const { entries } = await readStatus(git, 'normal');
  const changed = entries.filter(({ kind }) => kind === 'changed');
  const digests = changed.map(
    async (entry) => [entry.path, await digest(path, entry.path)] as const,
  );
  return {
    untracked: entries.filter(({ kind }) => kind === 'untracked').map((entry) => entry.path),
    changed: new Map(await Promise.all(digests)),
  };
}

/** A larger file is not compared: it counts as changed. */
const mostBytes = 16 * 1024 * 1024;

async function digest(workspace: string, path: string): Promise<string> {
  const content = await readRegularFile({ root: workspace, path, mostBytes });
  return content === null ? 'no file' : createHash('sha256').update(content).digest('hex');
}

/** Names by which the usual tools call what they leave behind, in repositories that do not ignore it. */
const conventionalArtefacts =
  /(?:^|\/)(?:__pycache__|\.pytest_cache|\.mypy_cache|\.ruff_cache|\.tox|\.nox|node_modules|\.nyc_output|\.gradle|\.DS_Store|\.coverage)(?:\/|$)|\.py[co]$/u;

export type LeftoverParams = {
  /** Of all files. */
  readonly status: WorkStatus;
  readonly path: string;
  readonly baseline: Baseline;
  /** What the checks were seen to leave on the base: paths, or directories that end in `/`. */
  readonly artefacts: readonly string[];
};

/** Paths that the agent changed or made and did not commit; never what setup, checks or copying made. */
export async function findLeftovers(params: LeftoverParams): Promise<string[]> {
  const { entries } = params.status;
  const notTheirs = [...params.baseline.untracked, ...params.artefacts];
  const isArtefact = (path: string): boolean =>
    conventionalArtefacts.test(path) ||
    notTheirs.some((known) => path === known || (known.endsWith('/') && path.startsWith(known)));
  const leftovers: string[] = [];
  for (const { kind, path } of entries) {
    // To add a repository inside, git would run what that repository's configuration names.
    if (kind === 'submodule') continue;
    // With all untracked files named, only a repository inside the workspace is still named as a directory.
    if (kind === 'untracked' && (path.endsWith('/') || isArtefact(path))) continue;
    const before = params.baseline.changed.get(path);
    if (before !== undefined && before === (await digest(params.path, path))) continue;
    leftovers.push(path);
  }
  return leftovers;
}

/** Commits exactly these paths, together with what the agent had staged. */
export async function commitPaths(params: {
  readonly git: Git;
  readonly paths: readonly string[];
  readonly message: string;
  readonly identity: GitIdentity;
}): Promise<void> {
  const { git, paths, message, identity } = params;
  await stagePaths(git, paths);
  if (await hasStaged(git)) await commitStaged(git, { message, identity });
}
