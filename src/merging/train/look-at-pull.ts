import type { PullRequestState } from '../../forge/forge.ts';
import type { CarState } from '../../model/merge/train.ts';
import { coversWork, staleWords } from '../approval.ts';
import type { Leave } from './next-train-step.ts';
import { leave, refOf, simply, type TrainTools } from './train-tools.ts';

/** Sees how a pull request stands: others may have merged it, closed it, or pushed to it. */
export async function lookAtPull(tools: TrainTools, car: CarState): Promise<void> {
  const { record, forge, clone } = tools;
  const { task } = car;
  const pull = await forge.pullRequestState(car.number);
  const { state, head, base, mergedAs, mergedBy } = pull;
  if (state === 'merged') {
    const into = tools.train().branch;
    if (base !== into)
      return leave(tools, car, simply('closed', `it was merged into ${base}, not into ${into}`));
    const by = car.isMergeIntended ? 'us' : 'somebody else';
    const who = mergedBy === null ? {} : { who: mergedBy };
    record({ type: 'merge-done', task, sha: mergedAs ?? head, by, ...who });
    return;
  }
  if (state === 'closed') return leave(tools, car, simply('closed', 'its pull request is closed'));
  await forge.fetch({ into: clone, branch: car.branch, to: `${refOf(tools, task)}/pushed` });
  // Either we died during the push, or somebody else pushed.
  if (head !== car.pushed && head === car.head) await notePush(tools, car);
  else if (head !== car.pushed) record({ type: 'head-seen', task, head });
  const lacking = await policyLacks(tools, task, pull);
  if (lacking !== null) leave(tools, car, lacking);
}

async function policyLacks(
  { train, clone, lastWork }: TrainTools,
  task: number,
  { isApproved, approvedAt, head }: PullRequestState,
): Promise<Leave | null> {
  if (train().policy !== 'approved') return null;
  if (!isApproved) return simply('not-approved', 'nobody has approved it');
  const covering = { git: clone.git, approvedAt, head, work: lastWork(task) };
  return (await coversWork(covering))
    ? null
    : simply('not-approved', `it was ${staleWords}: look at it and approve it again`);
}

/** Writes down that the forge has the branch's new head; what an agent changed is reported there, and not approved yet. */
export async function notePush(tools: TrainTools, car: CarState): Promise<void> {
  const { record, forge } = tools;
  if (car.resolution !== null) {
    if (forge.can.approvals === 'pull') await forge.retractApproval(car.number);
    await tools.tellReviewers?.({ ...car, resolution: car.resolution });
  }
  record({ type: 'push-done', task: car.task, head: car.head });
}
