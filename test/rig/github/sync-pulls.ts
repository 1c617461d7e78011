import { branchesOf, gitOf } from './bare-repository.ts';
import { dismissStaleReviews } from './stale-reviews.ts';
import { setIssueState } from './issues.ts';
import { fullName, type Pull, type Repository, type User, type World } from './world.ts';

/** Brings the open pull requests up to date after branches of a repository changed. */
export async function syncPulls(world: World, changed: Repository, by: User): Promise<void> {
  const branches = await branchesOf(changed);
  for (const repository of world.repositories.values())
    for (const { pull } of repository.issues.values())
      if (pull?.issue.state === 'open') await syncPull(world, pull, { changed, branches, by });
}

type Change = {
  readonly changed: Repository;
  readonly branches: ReadonlyMap<string, string>;
  readonly by: User;
};

async function syncPull(world: World, pull: Pull, change: Change): Promise<void> {
  const { changed, by } = change;
  if (pull.issue.repository === changed) syncBase(world, pull, change);
  if (pull.issue.state === 'open' && pull.head.repository === changed)
    await syncHead(world, pull, change);
  if (pull.issue.state === 'open' && pull.issue.repository === changed && (await isInBase(pull)))
    markMerged(world, pull, { by, commit: pull.base.sha });
}

/** A base that was merged and deleted gives way to what it was merged into; one that is just gone closes what waits for it. */
function syncBase(world: World, pull: Pull, { branches, by }: Change): void {
  const gone = pull.base.ref;
  const merged = [...pull.issue.repository.issues.values()].find(
    (issue) => issue.pull !== null && issue.pull.mergedAt !== null && issue.pull.head.ref === gone,
  );
  if (!branches.has(gone) && merged?.pull) pull.base.ref = merged.pull.base.ref;
  const sha = branches.get(pull.base.ref);
  if (sha === undefined) return closePull(world, pull, by);
  pull.base.sha = sha;
}

async function syncHead(world: World, pull: Pull, { branches, by }: Change): Promise<void> {
  const head = branches.get(pull.head.ref);
  if (head === undefined) return closePull(world, pull, by);
  if (head === pull.head.sha) return;
  pull.head.sha = head;
  pull.issue.updatedAt = world.stamp();
  await keepHead(pull);
  await dismissStaleReviews(pull);
  tell(world, pull, 'pull-pushed', head);
}

/** Keeps the head in the base's repository, where it stays whatever becomes of the branch. */
export async function keepHead(pull: Pull): Promise<void> {
  const { repository, number } = pull.issue;
  await bringCommit(repository, pull.head.repository, pull.head.sha);
  await gitOf(repository).run(['update-ref', `refs/pull/${number}/head`, pull.head.sha]);
}

/** Sees to it that a commit of a fork is in the repository itself, too. */
export async function bringCommit(into: Repository, from: Repository, sha: string): Promise<void> {
  if (into === from) return;
  await gitOf(into).run(['fetch', '-q', '--no-write-fetch-head', from.directory, sha]);
}

async function isInBase(pull: Pull): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', pull.head.sha, pull.base.sha];
  return (await gitOf(pull.issue.repository).probe(args)).code === 0;
}

export function closePull(world: World, pull: Pull, by: User): void {
  setIssueState(world, pull.issue, { state: 'closed', by, reason: 'completed' });
  tell(world, pull, 'pull-closed');
}

/** Writes down that it was merged, and closes the issues that its body says it closes. */
export function markMerged(
  world: World,
  pull: Pull,
  { by, commit }: { readonly by: User; readonly commit: string },
): void {
  pull.mergedAt = world.stamp();
  pull.mergedBy = by;
  pull.mergeCommit = commit;
  pull.autoMerge = null;
  pull.queued = null;
  setIssueState(world, pull.issue, { state: 'closed', by, reason: 'completed' });
  tell(world, pull, 'pull-merged', commit);
  if (pull.base.ref !== pull.issue.repository.defaultBranch) return;
  for (const number of closedBy(pull.issue.body ?? '')) {
    const issue = pull.issue.repository.issues.get(number);
    if (issue?.state === 'open')
      setIssueState(world, issue, { state: 'closed', by, reason: 'completed' });
  }
}

/** The numbers after GitHub's closing words. */
export function closedBy(body: string): number[] {
  const words = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(?<number>\d+)/giu;
  return [...body.matchAll(words)].map(({ groups }) => Number(groups?.['number']));
}

function tell(
  world: World,
  pull: Pull,
  kind: 'pull-pushed' | 'pull-closed' | 'pull-merged',
  detail = pull.head.ref,
): void {
  const { repository, number } = pull.issue;
  world.events.emit({ kind, repository: fullName(repository), number, detail });
}
