import { mergePull } from './merging.ts';
import { isQueued, settledMergeability, whatBlocks } from './mergeability.ts';
import { pullsOf } from './pulls.ts';
import { Refusal } from './refusal.ts';
import { fullName, type Pull, type User, type World } from './world.ts';

/** Puts a pull request into the queue of its base, behind those that are there. */
export async function enqueue(
  world: World,
  pull: Pull,
  params: { readonly by: User; readonly sha?: string },
): Promise<number> {
  const refuse = (message: string): Refusal => new Refusal(422, message);
  if (!isQueued(pull)) throw refuse('Merge queue is not enabled for this branch');
  if (params.sha !== undefined && params.sha !== pull.head.sha)
    throw refuse('Head branch was modified. Review and try again.');
  if (pull.issue.state === 'closed' || pull.isDraft) throw refuse('Pull request is not mergeable');
  const blocked = (await settledMergeability(pull))
    ? whatBlocks(pull)
    : 'Pull request has conflicts';
  if (blocked !== null) throw refuse(blocked);
  const waiting = pullsOf(pull.issue.repository).filter(({ queued }) => queued !== null);
  pull.queued ??= { by: params.by, position: waiting.length + 1 };
  const { repository, number } = pull.issue;
  world.events.emit({ kind: 'pull-queued', repository: fullName(repository), number });
  return pull.queued.position;
}

/** Lets the queue come to a verdict on one that waits in it: merged by squash, or thrown out. */
export async function advanceQueue(
  world: World,
  pull: Pull,
  verdict: 'merged' | 'thrown-out',
): Promise<void> {
  const { queued } = pull;
  if (queued === null) throw new Error(`#${pull.issue.number} is in no queue`);
  if (verdict === 'merged')
    await mergePull(world, pull, { by: queued.by, method: 'squash', isFromQueue: true });
  pull.queued = null;
}
