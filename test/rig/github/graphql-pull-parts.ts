import { isAtLeast, permissionOfUser } from './access.ts';
import { headOf } from './bare-repository.ts';
import { nodeId, type Pull, type Repository, type Review } from './world.ts';

type Json = Record<string, unknown>;

/** A place in the merge queue. */
export function queueEntryObject(pull: Pull, position: number): Json {
  return { id: nodeId('MQE', pull.id), position, state: 'QUEUED' };
}

/** The last word of each reviewer: of all, or of those who may write. */
export function opinionsOf({ reviews, issue }: Pull, isOfWriters: boolean): readonly Review[] {
  const telling = reviews.filter(
    ({ state, author }) =>
      state !== 'COMMENTED' &&
      (!isOfWriters || isAtLeast(permissionOfUser(issue.repository, author), 'write')),
  );
  return [...new Map(telling.map((review) => [review.author.id, review])).values()];
}

/** The base's branch with what its protection lets people see who do not administer it. */
export async function baseRefObject(pull: Pull): Promise<Json | null> {
  const { repository } = pull.issue;
  const oid = await headOf(repository, pull.base.ref);
  if (oid === null) return null;
  const rule = repository.protections.get(pull.base.ref);
  return {
    id: nodeId('REF', pull.id),
    name: pull.base.ref,
    target: { __typename: 'Commit', id: nodeId('C', pull.id), oid },
    refUpdateRule:
      rule === undefined
        ? null
        : {
            pattern: pull.base.ref,
            requiredApprovingReviewCount: rule.requiredReviews,
            requiredStatusCheckContexts: rule.requiredChecks,
          },
  };
}

/** A branch by its name, with or without `refs/heads/`; null when it is not there. */
export async function refObject(repository: Repository, qualified: string): Promise<Json | null> {
  const name = qualified.replace(/^refs\/heads\//u, '');
  const oid = await headOf(repository, name);
  if (oid === null) return null;
  const id = nodeId('C', repository.id);
  return {
    id: nodeId('REF', repository.id),
    name,
    prefix: 'refs/heads/',
    target: { __typename: 'Commit', id, oid },
  };
}
