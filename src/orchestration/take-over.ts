import type { PublishedPull, PublishedWork } from '../forge/forge.ts';
import { isInHistory } from '../git/ancestry.ts';
import { isPassing } from '../model/forge-problem.ts';
import type { FoundWork } from '../model/event/found-work.ts';
import { subIssueTitle } from '../model/names.ts';
import { reachedTasks } from '../model/state/run-state.ts';
import type { TaskState } from '../model/state/task-state.ts';
import { textDigest } from '../model/text/text-mark.ts';
import type { Services } from '../services/run-services.ts';
import { concludeMerged } from './publish/conclude-merged.ts';
import { subIssueKey } from './task/sub-issue-queue.ts';

/**
 * Takes over what earlier runs published of tasks that this journal knows nothing of: their state was lost, or lies on
 * another machine. `opened`: what was merged meanwhile lets tasks begin that are not among those to be worked on.
 * `not-now`: the forge cannot be asked, and without its answer agents would be paid for twice.
 */
export async function takeOverPublished(
  services: Services<'record' | 'forge' | 'workspaces'>,
  ordinals: readonly number[],
): Promise<'done' | 'opened' | 'not-now'> {
  const { record, forge } = services;
  const unknown = record.state().tasks.filter(isUnknown);
  if (!forge.can.published || unknown.length === 0) return 'done';
  let merged = 0;
  try {
    const { issue } = record.state();
    const tasks = unknown.map(({ ordinal, title }) => ({
      ...{ ordinal, title, issueTitle: subIssueTitle(issue, title) },
      key: subIssueKey(record.run, ordinal),
    }));
    for (const found of await forge.findPublished({ issue, tasks })) {
      const work = await judgeFound(services, found);
      if (work === null) continue;
      record.record({ type: 'work-found', task: found.ordinal, issue: found.issue, work });
      if (work.kind === 'merged') merged += 1;
    }
  } catch (error) {
    if (isPassing(error)) return 'not-now';
    throw error;
  }
  if (merged === 0) return 'done';
  await concludeMerged({ forge, state: record.state, record: record.record });
  return hasOpenedMore(services, ordinals) ? 'opened' : 'done';
}

/** Nothing was begun for it here, not even its sub-issue: it is new, or was begun where this journal is not. */
function isUnknown({ status, issueNumber, workspace, attempts, found }: TaskState): boolean {
  const isBegun = issueNumber !== null || workspace !== null || attempts.length > 0;
  return status === 'queued' && !isBegun && found === null;
}

/** Whether tasks of a phase that the found work has opened must be worked on, too. */
function hasOpenedMore({ record }: Services<'record'>, ordinals: readonly number[]): boolean {
  const state = record.state();
  return (
    state.only === null &&
    reachedTasks(state).some(
      ({ status, ordinal }) => status === 'queued' && !ordinals.includes(ordinal),
    )
  );
}

/** What follows for a task from what the forge has of it; null: it begins as if nothing were there. */
async function judgeFound(
  services: Services<'record' | 'forge' | 'workspaces'>,
  found: PublishedWork,
): Promise<FoundWork | null> {
  const { branch, head, pull, isOurs } = found;
  if (!isOurs) return head === null ? null : refused(notOurs(branch, pull));
  if (pull === null) return head === null ? null : judgeBranch(services, branch, head);
  const { number, url, text, base } = pull;
  switch (pull.state) {
    case 'open': {
      const today = textDigest(services.record.state(), found.ordinal);
      const isTextChanged = text !== null && today !== null && text !== today;
      const pullRequest = { number, url };
      return { kind: 'open', branch, head: pull.head, pullRequest, isTextChanged };
    }
    case 'merged': {
      const wanted = services.record.state().base;
      const isThere = base === wanted.branch || (await isMergedInto(services, pull, wanted.sha));
      if (isThere) return { kind: 'merged', pullRequest: { number, url } };
      return refused(
        `Its pull request #${number} was merged into ${base}, and ${wanted.branch} does not hold it: merge ${base} too, or check the task off in the issue; then start again with --retry`,
      );
    }
    case 'closed':
      // Without its branch nothing is left of it that could be overwritten.
      if (head === null) return null;
      return refused(
        `Its pull request #${number} was closed without being merged: reopen it, and its work is taken over; or delete the branch ${branch}, and the task is done from scratch; then start again with --retry. Or check the task off in the issue`,
      );
  }
}

function refused(message: string): FoundWork {
  return { kind: 'refused', message };
}

function notOurs(branch: string, pull: PublishedPull | null): string {
  const what =
    pull === null
      ? `The branch ${branch} exists already`
      : `The branch ${branch} exists already, with pull request #${pull.number}`;
  return `${what}, and nothing says that Flotilla made it for this issue: delete or rename the branch, and the task is done from scratch with --retry; or check the task off in the issue`;
}

/** A branch without a pull request: an earlier run died between the two, unless there is no work on it at all. */
async function judgeBranch(
  { record, workspaces, forge }: Services<'record' | 'forge' | 'workspaces'>,
  branch: string,
  head: string,
): Promise<FoundWork | null> {
  if (forge.can.feedback) await forge.fetchBranch(branch);
  if (await isInHistory(workspaces.clone.git, head, record.state().base.sha)) return null;
  return { kind: 'open', branch, head, pullRequest: null, isTextChanged: false };
}

/** A stacked pull request goes into the branch of another one, and with that into the base. */
async function isMergedInto(
  { workspaces }: Services<'workspaces'>,
  { mergedAs }: PublishedPull,
  base: string,
): Promise<boolean> {
  return mergedAs !== null && isInHistory(workspaces.clone.git, mergedAs, base);
}
