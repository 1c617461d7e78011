import { readRegularFile } from '../../files/read-regular-file.ts';
import { isInHistory } from '../../git/ancestry.ts';
import { triedTree } from '../../git/combine-commits.ts';
import { haveSameFiles, listChangedPaths } from '../../git/diffs.ts';
import { ForeignGitError, type Git } from '../../git/git.ts';
import { findFileAt } from '../../git/objects.ts';
import { findRevision } from '../../git/refs.ts';
import { concludeMerge, stagePath } from '../../git/work-tree.ts';
import type { AttemptState } from '../../model/state/task-state.ts';
import type { ChangedFile } from '../../model/event/task-event.ts';
import { readBaseline } from '../../attempts/attempt-baseline.ts';
import { bringHome } from '../../orchestration/verify/bring-home.ts';
import { collectBranch } from '../../orchestration/verify/collect-branch.ts';
import { commitLeftovers } from '../../orchestration/verify/commit-leftovers.ts';
import { plannedTask } from '../../services/planned-task.ts';
import type { Services } from '../../services/run-services.ts';
import { codeInNote } from '../../verification/code-in-note.ts';
import { findTrespasses } from '../../verification/scope.ts';
import { judgeTrespasses } from '../../verification/shared-hubs.ts';
import { describeUnfitContent, findUnfitContent } from '../../verification/unfit-content.ts';
import { readerOf } from '../../verification/check-ground.ts';
import { describeConfigurationChanges } from '../../verification/configuration-changes.ts';
import { describeTestChanges } from '../../verification/test-changes.ts';
import { readWorkDone } from '../../workspace/salvage/work-done.ts';
import { readStatus } from '../../workspace/salvage/work-status.ts';
import type { Resolution, Resolving } from './resolving.ts';

/**
 * What stands between "the agent says that it is resolved" and "it is":
 *
 *   ended well ─▶ nothing unmerged ─▶ committed ─▶ holds both sides ─▶ no markers ─▶ in scope ─▶ fit to be published
 *
 * Its checks are the train's next step. It gives the same answer twice.
 */
export async function judgeResolution(
  services: Services<'record' | 'workspaces' | 'clock' | 'settings'>,
  params: Resolving,
  last: AttemptState,
): Promise<Resolution> {
  const { workspace } = params;
  if (last.failure !== null) return failed(last.failure.message);
  if (!(await services.workspaces.exists(workspace))) return failed('its workspace was deleted');
  try {
    return await judge(services, params, last);
  } catch (error) {
    if (!(error instanceof ForeignGitError)) throw error;
    if (services.clock.stop.now.aborted) return { kind: 'stopped' };
    return failed(`its work cannot be read: ${error.message}`);
  }
}

async function judge(
  services: Services<'record' | 'workspaces' | 'clock' | 'settings'>,
  params: Resolving,
  last: AttemptState,
): Promise<Resolution> {
  const { car, workspace, begun } = params;
  const signal = services.clock.stop.now;
  const there = services.workspaces.git(workspace, { signal });
  await services.workspaces.visit(workspace, {
    marker: services.workspaces.marker(car.task),
    signal,
  });
  const problem =
    (await takeUnmerged(params, there)) ?? (await conclude(services, { params, last, git: there }));
  if (problem !== null) return failed(problem);
  const have = [begun.head, begun.onto];
  const head = await collectBranch(services, { workspace, branch: car.branch, have, signal });
  if (head === null) return failed('it left a branch without a commit');
  // From here on it is about one commit of our clone.
  const { git } = services.workspaces.clone;
  const lack = await lacks(params, git, head);
  if (lack !== null) return failed(lack);
  const files = await changedBy(params, head);
  const range = { baseSha: begun.onto, head };
  const work = await readWorkDone(git, range);
  const touched = work.files.filter(({ path }) => files.includes(path));
  const { notes: sides, dropped } = await oneSided(params, git, head);
  const beyond =
    (await markersLeft(params, { git, head, files })) ??
    dropped ??
    (await strayed(services, params, { git, touched })) ??
    (await unfit(services, git, range));
  if (beyond !== null) return failed(beyond);
  const configuration = await describeConfigurationChanges({
    ...{ checks: services.settings.checks, files: touched, told: new Set<string>() },
    readBase: readerOf(git, begun.onto),
    readBranch: readerOf(git, head),
  });
  const notes = [...sides, ...configuration, ...(await describeTestChanges(git, range, touched))];
  return { kind: 'resolved', onto: begun.onto, head, files, notes };
}

function failed(message: string): Resolution {
  return { kind: 'failed', message };
}

/** No file that was merged by hand is larger. */
const mostBytes = 16 * 1024 * 1024;

const marker = /^(?:<{7}|>{7}|\|{7})(?: |$)/gmu;

/** A file that was fixed and not added is taken; one whose intention is unclear is not. */
async function takeUnmerged({ workspace, car }: Resolving, git: Git): Promise<string | null> {
  const { entries } = await readStatus(git, 'normal');
  const unmerged = entries.filter(({ kind }) => kind === 'unmerged').map(({ path }) => path);
  const open: string[] = [];
  for (const path of unmerged) {
    const kind = car.conflict?.files.find((file) => file.path === path)?.kind;
    const content = await readRegularFile({ root: workspace, path, mostBytes });
    const isFixed = content !== null && content.toString('utf8').search(marker) < 0;
    if (isFixed && (kind === 'content' || kind === 'add-add')) await stagePath(git, path);
    else open.push(path);
  }
  return open.length === 0 ? null : `it left conflicts in ${open.join(', ')}`;
}

/** Brings the branch home and commits what the agent did not, the merge itself included. */
async function conclude(
  services: Services<'record' | 'workspaces'>,
  { params, last, git }: { params: Resolving; last: AttemptState; git: Git },
): Promise<string | null> {
  const { car, workspace } = params;
  const status = await readStatus(git, 'all');
  const away = await bringHome(git, status.branch, car.branch);
  if (away !== null) return away.message;
  const baseline = await readBaseline(last.directory);
  await commitLeftovers(services, { ordinal: car.task, workspace, baseline, git, status });
  // If only one side was taken, there is nothing to commit but the merge.
  if ((await findRevision(git, 'MERGE_HEAD')) !== null)
    await concludeMerge(git, services.workspaces.identity);
  return null;
}

/** What of both sides is missing. */
async function lacks(
  { begun, train, car }: Resolving,
  git: Git,
  head: string,
): Promise<string | null> {
  if (head === begun.head) return 'it changed nothing';
  if (!(await isInHistory(git, begun.head, head))) return `it rewrote the commits of ${car.branch}`;
  if (!(await isInHistory(git, begun.onto, head)))
    return `it ended without merging ${train.branch}`;
  const isDropped = await haveSameFiles(git, begun.onto, head);
  return isDropped ? `it dropped everything that ${car.branch} does` : null;
}

/** Where the result differs from what git alone had made; conflicted files, with markers in them, do. */
async function changedBy({ begun, git }: Resolving, head: string): Promise<string[]> {
  const tree = await triedTree(git, begun.head, begun.onto);
  const from = begun.why === 'conflict' && tree !== null ? tree : begun.head;
  return listChangedPaths(git, from, head);
}

async function markersLeft(
  { begun }: Resolving,
  {
    git,
    head,
    files,
  }: { readonly git: Git; readonly head: string; readonly files: readonly string[] },
): Promise<string | null> {
  const left: string[] = [];
  for (const path of files) {
    const counts = await Promise.all(
      [head, begun.head, begun.onto].map(async (commit) => {
        const text = await findFileAt(git, commit, path);
        return (text?.match(marker) ?? []).length;
      }),
    );
    const [now = 0, ...before] = counts;
    // A file may hold such lines for good reasons: an example, a test.
    if (now > Math.max(...before)) left.push(path);
  }
  return left.length === 0 ? null : `it left conflict markers in ${left.join(', ')}`;
}

/**
 * Conflicted files that came out as they were on one side. Where both sides have text, one that is as the branch had it
 * has lost all that the base did there; for what is not text, one side must be taken, and a note for the reviewer says which.
 */
async function oneSided(
  { begun, car }: Resolving,
  git: Git,
  head: string,
): Promise<{ readonly notes: readonly string[]; readonly dropped: string | null }> {
  const notes: string[] = [];
  const dropped: string[] = [];
  for (const { path, kind } of car.conflict?.onto === begun.onto ? car.conflict.files : []) {
    const [now, ours, theirs] = await Promise.all(
      [head, begun.head, begun.onto].map((commit) => blobAt(git, commit, path)),
    );
    const isText = kind === 'content' || kind === 'add-add';
    if (now === ours && isText) dropped.push(path);
    else if (now === ours) notes.push(`It kept its own side of ${codeInNote(path)}.`);
    else if (now === theirs) notes.push(`It kept the base's side of ${codeInNote(path)}.`);
  }
  const what = `it dropped what the base has in ${dropped.join(', ')}`;
  return { notes, dropped: dropped.length === 0 ? null : what };
}

async function blobAt(git: Git, commit: string, path: string): Promise<string> {
  return (await findRevision(git, `${commit}:${path}`)) ?? 'gone';
}

/** What a branch's own verification does not let pass either: keys, and files that are too large. */
async function unfit(
  { settings }: Services<'settings'>,
  git: Git,
  range: { readonly baseSha: string; readonly head: string },
): Promise<string | null> {
  const allowed = settings.allowedSecrets;
  return describeUnfitContent(
    await findUnfitContent({ git, ...range, allowed, handed: settings.keyForms }),
  );
}

/** Files that belong to open work: merged work may be built on. */
async function strayed(
  services: Services<'record'>,
  { car, train, begun }: Resolving,
  { git, touched }: { readonly git: Git; readonly touched: readonly ChangedFile[] },
): Promise<string | null> {
  const { plan, settings, tasks } = services.record.state();
  if (settings.isOutOfScopeAllowed) return null;
  const free = new Set([
    ...(car.conflict?.files ?? []).map(({ path }) => path),
    ...services.record.task(car.task).files.map(({ path }) => path),
  ]);
  const merged = new Set([
    ...tasks.filter(({ status }) => status === 'merged').map(({ ordinal }) => ordinal),
    ...train.cars.filter(({ outcome }) => outcome?.kind === 'merged').map(({ task }) => task),
  ]);
  const open = (plan?.tasks ?? []).filter(({ ordinal }) => !merged.has(ordinal));
  const files = touched.filter(({ path }) => !free.has(path));
  const trespasses = findTrespasses(plannedTask(services, car.task), open, files);
  const readBase = (path: string): Promise<string | null> => findFileAt(git, begun.onto, path);
  const { rest } = await judgeTrespasses({ trespasses, files, readBase });
  if (rest.length === 0) return null;
  const told = rest.map(({ path, declaredBy }) => `${path} (task ${declaredBy}'s)`);
  return `it touched files that only another open task declared: ${told.join(', ')}`;
}
