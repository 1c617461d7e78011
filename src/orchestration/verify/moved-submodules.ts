import { listRawChanges } from '../../git/diffs.ts';
import type { Git } from '../../git/git.ts';
import { codeInNote } from '../../verification/code-in-note.ts';
import { salvageSubmodules } from '../../workspace/salvage/salvage-submodules.ts';
import type { Services } from '../../services/run-services.ts';

export type SubmoduleLook = {
  readonly ordinal: number;
  readonly workspace: string;
  readonly baseSha: string;
  readonly head: string;
  readonly signal: AbortSignal;
};

/**
 * What a reviewer should know of submodules that a branch moves. A commit that an agent made in one is on none of its
 * remotes: it is kept in our clone, for the branch that is published links it.
 */
export async function describeMovedSubmodules(
  services: Services<'record' | 'workspaces'>,
  { ordinal, workspace, baseSha, head, signal }: SubmoduleLook,
): Promise<string[]> {
  const { workspaces, record } = services;
  const moved = await movedLinks(workspaces.clone.git, baseSha, head);
  if (moved.length === 0) return [];
  const name = `${record.run}/${ordinal}`;
  const { confinement } = workspaces;
  const salvaging = {
    clone: workspaces.clone,
    confinement,
    identity: workspaces.identity,
    workspace,
    name,
    hasHistory: true,
    signal,
  };
  const salvage = await salvageSubmodules(salvaging);
  const words = moved.map(({ path, commit }) => `${codeInNote(path)} to ${commit.slice(0, 9)}`);
  const what = `It moves the submodule ${words.join(', ')}.`;
  if (salvage === null) return [what];
  const where = salvage.ok
    ? `is kept in ${workspaces.clone.directory} under ${salvage.ref}`
    : `is only in ${workspace}`;
  return [
    `${what} Its work there is on none of the submodule's remotes and ${where}: push it there before this is merged.`,
  ];
}

type MovedLink = { readonly path: string; readonly commit: string };

async function movedLinks(git: Git, baseSha: string, head: string): Promise<MovedLink[]> {
  const parts = await listRawChanges(git, baseSha, head);
  return parts.flatMap((part, at) => {
    const [, commit] = /^:\d+ 160000 \w+ (\w+) /u.exec(part) ?? [];
    return commit === undefined ? [] : [{ path: parts[at + 1] ?? '', commit }];
  });
}
