import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Holds } from '../../coordination/holds.ts';
import { ensureBareClone, type BareClone } from '../../git/bare-clone.ts';
import type { Journal } from '../../journal/journal.ts';
import { openRunRecord } from '../../services/run-record.ts';
import { runCommand } from '../../process/run-command.ts';
import { keepRuntimeFiles } from '../../reporting/files/runtime-files.ts';
import { runtimePaths } from '../../reporting/files/runtime-paths.ts';
import type { Candidate } from '../../workspace/clean/clean-candidate.ts';
import { directoriesIn, isWorkspaceOf } from '../../workspace/clean/clean-candidates.ts';
import { readProcessUses, userOf } from '../../workspace/clean/live-use.ts';
import { workspacesOf, type Workspaces } from '../../workspace/workspaces.ts';
import { findConfinement } from '../place/find-confinement.ts';
import type { Place } from '../place/find-place.ts';
import { keepIgnored } from './keep-ignored.ts';
import { shrinkable } from './clean-inventory.ts';

export type RemovalTools = {
  readonly place: Place;
  readonly holds: Holds;
  readonly journal: Journal | null;
  readonly env: NodeJS.ProcessEnv;
  /** Part of every salvage ref's name, so that no salvage ever takes the place of an older one. */
  readonly stamp: string;
  /** Whether ignored files that are too large to be salvaged may be deleted. */
  readonly isDiscarding: boolean;
};

/** What became of a candidate: removed, with the ref that has its tree; or still there, and why. */
export type Removal =
  | {
      readonly kind: 'removed';
      readonly safeIn: string | null;
      /** What became of the files that git ignores; null when there were none. */
      readonly ignored: string | null;
    }
  | { readonly kind: 'kept'; readonly why: string };

/** Removes one candidate, once what it holds is reachable and as long as nobody has come to use it. */
export async function removeCandidate(tools: RemovalTools, candidate: Candidate): Promise<Removal> {
  const user = userOf(await readProcessUses(), { path: candidate.path, marker: null });
  if (user !== null) return { kind: 'kept', why: `in use by process ${user}` };
  try {
    return { kind: 'removed', ...(await remove(tools, candidate)) };
  } catch (error) {
    return { kind: 'kept', why: `it could not be removed: ${(error as Error).message}` };
  }
}

type Kept = { readonly safeIn: string | null; readonly ignored: string | null };

async function remove(tools: RemovalTools, candidate: Candidate): Promise<Kept> {
  switch (candidate.kind) {
    case 'workspace':
      return removeWorkspace(tools, candidate);
    case 'repository':
      return { safeIn: await shrinkRepository(tools, candidate), ignored: null };
    case 'trash':
    case 'temporary':
    case 'cache':
    case 'logs':
    case 'draft':
      await deleteDirectory(candidate.path, tools.env);
      return { safeIn: null, ignored: null };
  }
}

async function removeWorkspace(tools: RemovalTools, candidate: Candidate): Promise<Kept> {
  const { state } = tools.place;
  const salvager = await openSalvager(tools, { clone: state.clone, trash: state.trash });
  const kept = await putAside(salvager, candidate);
  // An orchestrator that empties the trash at this moment can make the move fail without a word.
  if ((await stat(candidate.path).catch(() => null)) !== null)
    throw new Error('it could not be moved; try again');
  await recordRemoval(tools, candidate, kept.safeIn);
  const uses = await readProcessUses();
  for (const path of await directoriesIn(state.trash))
    if (userOf(uses, { path, marker: null }) === null) await deleteDirectory(path, tools.env);
  return kept;
}

/** A bare clone with the workspaces that build on it. */
type Salvager = {
  readonly tools: RemovalTools;
  readonly clone: BareClone;
  readonly workspaces: Workspaces;
};

async function openSalvager(
  tools: RemovalTools,
  where: { readonly clone: string; readonly trash: string },
): Promise<Salvager> {
  const { repository } = tools.place;
  if ((await stat(where.clone).catch(() => null)) === null)
    throw new Error(`${where.clone} is missing, so there is nowhere to salvage it to`);
  const clone = await ensureBareClone({
    directory: where.clone,
    source: repository.gitDirectory,
    branch: 'HEAD',
    git: repository.git,
    holds: tools.holds,
  });
  return {
    tools,
    clone,
    workspaces: workspacesOf({
      ...{ clone, trash: where.trash, identity: repository.identity, baseBranch: null },
      confinement: await findConfinement(tools.env, clone.directory),
    }),
  };
}

type Aside = Pick<Candidate, 'path' | 'owner' | 'safe' | 'isNobodysWork'>;

/** Moves a workspace into the trash, once all of its tree is reachable from a ref; says where that is. */
async function putAside(
  { tools, clone, workspaces }: Salvager,
  { path, owner, safe, isNobodysWork }: Aside,
): Promise<Kept & { readonly safeIn: string }> {
  const salvageAs = owner === null ? basename(path) : `${owner.run}/${owner.task}`;
  if (isNobodysWork) {
    await workspaces.discard(path);
    return { safeIn: safe?.ref ?? 'nobody worked there', ignored: null };
  }
  const { root: own, identity } = tools.place.repository;
  const ignored = (await workspaces.exists(path))
    ? await keepIgnored({
        ...{ clone, identity, path, own, salvageAs },
        ...{ confinement: workspaces.confinement, isDiscarding: tools.isDiscarding },
      })
    : null;
  const salvage = await workspaces.remove({ path, safe, salvageAs, artefacts: new Set() });
  if (!salvage.ok) throw new Error(salvage.why);
  return { safeIn: salvage.ref, ignored };
}

/** Records in the run's journal, and in the files that people read, that a task no longer has its workspace. */
async function recordRemoval(
  tools: RemovalTools,
  { owner, path }: Candidate,
  safeIn: string,
): Promise<void> {
  if (tools.journal === null || owner === null || typeof owner.task !== 'number') return;
  const { run, task } = owner;
  const record = openRunRecord({ journal: tools.journal, run, onBroken: () => undefined });
  const state = record.state().tasks.find(({ ordinal }) => ordinal === task);
  // A task that was started afresh, or left the issue, does not have this directory as its workspace.
  if (state === undefined || !isWorkspaceOf(state, path)) return;
  const { root } = tools.place.repository;
  const hasFiles =
    (await stat(runtimePaths(root, record.state()).summary).catch(() => null)) !== null;
  const files = hasFiles ? keepRuntimeFiles(root, record.state(), () => undefined) : null;
  if (files !== null) record.listen(files.take);
  record.record({ type: 'workspace-removed', task, safeIn });
  await files?.flush();
}

/** Frees what an abandoned state directory takes: its workspaces, logs and trash; the work stays in its clone. */
async function shrinkRepository(tools: RemovalTools, { path: root }: Candidate): Promise<string> {
  const trash = join(root, 'trash');
  const workspaces = await directoriesIn(join(root, 'workspaces'));
  if (workspaces.length > 0) {
    const salvager = await openSalvager(tools, { clone: join(root, 'clone.git'), trash });
    const nobody = { owner: null, safe: null, isNobodysWork: false };
    for (const path of workspaces) await putAside(salvager, { path, ...nobody });
  }
  for (const name of shrinkable) await deleteDirectory(join(root, name), tools.env);
  return join(root, 'clone.git');
}

/** Deletes a directory; one that is read-only inside, as some caches are, is made writable first. */
async function deleteDirectory(path: string, env: NodeJS.ProcessEnv): Promise<void> {
  const run = (...argv: [string, ...string[]]): ReturnType<typeof runCommand> =>
    runCommand({ argv, cwd: '/', env: { PATH: env['PATH'], LC_ALL: 'C' } });
  await run('rm', '-rf', '--', path);
  if ((await stat(path).catch(() => null)) === null) return;
  await run('chmod', '-R', 'u+rwX', '--', path);
  const { stderr } = await run('rm', '-rf', '--', path);
  if ((await stat(path).catch(() => null)) !== null) throw new Error(stderr.trim().slice(-500));
}
