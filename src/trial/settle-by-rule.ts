import { join } from 'node:path';
import { readRegularFile } from '../files/read-regular-file.ts';
import { makeCommit } from '../git/combine-commits.ts';
import type { Git, GitIdentity } from '../git/git.ts';
import type { MergeRepository } from '../git/merge-repository.ts';
import { areAllLocks, lockRule, type LockRule } from './hub-rules.ts';
import type { ScratchTree } from './scratch-tree.ts';
import type { MergeTrial } from './try-merges.ts';

/** Runs the tool that makes a lock file again, in a folder of a directory; gives whether it ended well. */
export type RunTool = (order: {
  readonly directory: string;
  /** Relative; its name is anybody's. */
  readonly folder: string;
  readonly command: string;
}) => Promise<boolean>;

export type SettleOrder = {
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
 * only what has to change does.
 */
export function settleByRule(order: SettleOrder): SettleByRule {
  return async (trial) => {
    if (trial.kind !== 'conflicted' || !areAllLocks(trial.files)) return null;
    const { repository, scratch, identity } = order;
    const rules = trial.files.flatMap(({ path }) => lockRule(path) ?? []);
    const { git } = repository;
    const begun = await withFiles(git, trial.tree, await oursOf(git, trial.ours, rules));
    const message = 'Lock files to be made again\n';
    const commit = await makeCommit(git, { tree: begun, parents: [trial.ours], message, identity });
    await scratch.show(commit);
    const { directory } = scratch;
    const made: Blob[] = [];
    for (const { command, folder, path } of rules) {
      if (!(await order.runTool({ directory, folder, command }))) return null;
      const content = await readRegularFile({ root: directory, path, mostBytes });
      if (content === null) return null;
      made.push({ path, blob: await storeFile(git, content) });
    }
    return { tree: await withFiles(git, begun, made), files: rules.map(({ path }) => path) };
  };
}

/** No lock file is larger. */
const mostBytes = 64 * 1024 * 1024;

type Blob = { readonly path: string; readonly blob: string };

async function oursOf(git: Git, ours: string, rules: readonly LockRule[]): Promise<Blob[]> {
  const found = await Promise.all(
    rules.map(async ({ path }) => {
      const answer = await git.probe(['rev-parse', '--verify', '--quiet', `${ours}:${path}`]);
      return answer.code === 0 ? [{ path, blob: answer.stdout.trim() }] : [];
    }),
  );
  return found.flat();
}

async function storeFile(git: Git, content: Buffer): Promise<string> {
  // As it is: the agents' attributes name no filter here.
  const args = ['hash-object', '-w', '--no-filters', '--stdin'];
  return (await git.run(args, { input: content })).trim();
}

/** A tree with some files replaced. */
async function withFiles(git: Git, tree: string, files: readonly Blob[]): Promise<string> {
  const repository = (await git.run(['rev-parse', '--absolute-git-dir'])).trim();
  const env = { GIT_INDEX_FILE: join(repository, 'index-by-rule') };
  await git.run(['read-tree', tree], { env });
  const lines = files.map(({ path, blob }) => `100644 ${blob}\t${path}\0`);
  await git.run(['update-index', '--add', '-z', '--index-info'], { env, input: lines.join('') });
  return (await git.run(['write-tree'], { env })).trim();
}
