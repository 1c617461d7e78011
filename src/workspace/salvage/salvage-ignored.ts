import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fetchRef, type BareClone } from '../../git/bare-clone.ts';
import { makeCommit } from '../../git/commits.ts';
import { ForeignGitError, type GitIdentity } from '../../git/git.ts';
import { openMergeRepository } from '../../git/merge-repository.ts';
import { updateRef } from '../../git/refs.ts';
import { runCommand } from '../../process/run-command.ts';
import type { Confinement } from '../sandbox/confinement.ts';
import type { IgnoredFile } from './ignored-work.ts';
import { salvageRef } from './salvage.ts';

export type IgnoredSalvage = {
  readonly clone: BareClone;
  readonly confinement: Confinement;
  readonly identity: GitIdentity;
  readonly path: string;
  readonly files: readonly IgnoredFile[];
  /** Names the salvage ref: `<run>/<task>`. */
  readonly salvageAs: string;
};

/** Nothing that is configured in the workspace is obeyed: repository and index are ours. */
const script = `
git add --force --pathspec-from-file=- --pathspec-file-nul >&2 && git write-tree
`;

const timeLimitMs = 120_000;

/** Commits files that git ignores, as they are, to a ref of their own; gives its name. Links stay links. */
export async function salvageIgnored(params: IgnoredSalvage): Promise<string> {
  const { clone, identity } = params;
  await using scratch = await openMergeRepository({
    directory: join(clone.directory, `salvage-${randomUUID()}.git`),
    from: clone.git,
  });
  const tree = await treeOf(params, scratch.directory);
  const message = 'Salvaged by Flotilla: files that git ignores\n';
  const commit = await makeCommit(scratch.git, { tree, parents: [], message, identity });
  const from = 'refs/flotilla/salvage';
  await updateRef(scratch.git, from, commit);
  const ref = salvageRef(`${params.salvageAs}/ignored`);
  await fetchRef(clone, { repository: scratch.directory, from, to: ref });
  return ref;
}

async function treeOf(params: IgnoredSalvage, repository: string): Promise<string> {
  const { confinement, path: workspace, files } = params;
  const place = { workspace, access: 'read', writable: [repository] } as const;
  const { end, stdout, stderr } = await runCommand({
    argv: await confinement.enter(place, ['/bin/sh', '-c', script]),
    cwd: workspace,
    env: {
      ...confinement.env,
      ...{ GIT_DIR: repository, GIT_WORK_TREE: workspace },
      GIT_INDEX_FILE: join(repository, 'index'),
    },
    input: files.map(({ path }) => `:(top,literal)${path}\0`).join(''),
    timeLimitMs,
  });
  const tree = stdout.trim();
  if (end.kind === 'exited' && end.code === 0 && /^[0-9a-f]{40,64}$/u.test(tree)) return tree;
  throw new ForeignGitError(['the salvage of', workspace], stderr, 'failed');
}
