import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../files/replace-file.ts';
import type { Git } from '../../git/git.ts';
import { commitPaths, findLeftovers, type Baseline } from '../../workspace/salvage/leftovers.ts';
import type { WorkStatus } from '../../workspace/salvage/work-status.ts';
import type { Services } from '../../services/run-services.ts';

export type LeftoversToCommit = {
  readonly ordinal: number;
  readonly workspace: string;
  readonly baseline: Baseline;
  /** Git in the workspace, and what it says of all files there. */
  readonly git: Git;
  readonly status: WorkStatus;
};

/**
 * Commits what an attempt's agent left uncommitted and says which paths that was. They are noted next to the attempt
 * before: an orchestrator that finds them committed, by one that died before it could tell the journal, still knows them.
 */
export async function commitLeftovers(
  services: Services<'record' | 'workspaces'>,
  { ordinal, workspace: path, baseline, git, status }: LeftoversToCommit,
): Promise<string[]> {
  const { title, attempts } = services.record.task(ordinal);
  const note = join(attempts.at(-1)?.directory ?? '', 'leftovers.json');
  const { artefacts } = services.record.state();
  const found = await findLeftovers({ status, path, baseline, artefacts });
  const known = await readNote(note);
  if (found.length === 0) return known;
  const leftovers = [...new Set([...known, ...found])];
  await replaceFile(note, JSON.stringify(leftovers));
  await commitPaths({
    git,
    paths: found,
    message: `${title.slice(0, 200)}\n\nThe agent ended with this work uncommitted; Flotilla committed it.\n`,
    identity: services.workspaces.identity,
  });
  return leftovers;
}

/** Without a note, nothing was about to be committed. */
async function readNote(note: string): Promise<string[]> {
  try {
    return JSON.parse(await readFile(note, 'utf8')) as string[];
  } catch {
    return [];
  }
}
