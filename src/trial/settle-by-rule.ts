import { join } from 'node:path';
import { readRegularFile } from '../files/read-regular-file.ts';
import { makeCommit } from '../git/commits.ts';
import type { Git, GitIdentity } from '../git/git.ts';
import type { MergeRepository } from '../git/merge-repository.ts';
import { putIntoIndex, readTreeInto, writeTree } from '../git/index-file.ts';
import { storeBlob } from '../git/objects.ts';
import { findRevision } from '../git/refs.ts';
import { gitDirectoryOf } from '../git/repository.ts';
import { areAllLocks, lockRule, type LockRule } from './hub-rules.ts';
import type { ScratchTree } from './scratch-tree.ts';
import type { MergeTrial } from './try-merges.ts';

/** Runs the tool that makes a lock file again, in a folder of a directory; gives whether it ended well. */
export type RunTool = (params: {
  readonly directory: string;
  /** Relative; its name is anybody's. */
  readonly folder: string;
  readonly command: string;
}) => Promise<boolean>;

export type SettleParams = {
  readonly repository: MergeRepository;
  readonly scratch: ScratchTree;
  readonly identity: GitIdentity;
  readonly runTool: RunTool;
};

/** Settles a merge that conflicts in nothing but files that a tool makes; gives the whole tree, or null. */
export type SettleByRule = (
  trial: MergeTrial,
) => Promise<{ readonly tree: string; readonly files: readonly string[] } | null>;

/**
 * Lock files are made again by their own tool from the manifests that merged: each begins as it is on our side, so that
 * only what has to change does. From the same beginning they are made once.
 */
export function settleByRule(params: SettleParams): SettleByRule {
  const known = new Map<string, readonly Blob[]>();
  return async (trial) => {
    if (trial.kind !== 'conflicted' || !areAllLocks(trial.files)) return null;
    const { git } = params.repository;
    const rules = trial.files.flatMap(({ path }) => lockRule(path) ?? []);
    const begun = await withFiles(git, trial.tree, await oursOf(git, trial.ours, rules));
    const { ours } = trial;
    const made = known.get(begun) ?? (await makeAgain(params, { rules, begun, ours }));
    if (made === null) return null;
    known.set(begun, made);
    return { tree: await withFiles(git, begun, made), files: rules.map(({ path }) => path) };
  };
}

type Beginning = {
  readonly rules: readonly LockRule[];
  readonly begun: string;
  readonly ours: string;
};

async function makeAgain(
  { repository, scratch, identity, runTool }: SettleParams,
  { rules, begun, ours }: Beginning,
): Promise<readonly Blob[] | null> {
  const { git } = repository;
  const message = 'Lock files to be made again\n';
  const commit = await makeCommit(git, { tree: begun, parents: [ours], message, identity });
  await scratch.show(commit);
  const { directory } = scratch;
  const made: Blob[] = [];
  for (const { command, folder, path } of rules) {
    if (!(await runTool({ directory, folder, command }))) return null;
    const content = await readRegularFile({ root: directory, path, mostBytes });
    if (content === null) return null;
    // As it is: the agents' attributes name no filter here.
    made.push({ path, blob: await storeBlob(git, content) });
  }
  return made;
}

/** No lock file is larger. */
const mostBytes = 64 * 1024 * 1024;

type Blob = { readonly path: string; readonly blob: string };

async function oursOf(git: Git, ours: string, rules: readonly LockRule[]): Promise<Blob[]> {
  const found = await Promise.all(
    rules.map(async ({ path }) => {
      const blob = await findRevision(git, `${ours}:${path}`);
      return blob === null ? [] : [{ path, blob }];
    }),
  );
  return found.flat();
}

/** A tree with some files replaced. */
async function withFiles(git: Git, tree: string, files: readonly Blob[]): Promise<string> {
  const index = join(await gitDirectoryOf(git), 'index-by-rule');
  await readTreeInto(git, index, tree);
  const entries = files.map(({ path, blob }) => `100644 ${blob}\t${path}`);
  await putIntoIndex(git, index, entries);
  return writeTree(git, index);
}
