import { stripVTControlCharacters } from 'node:util';
import { ForgeError } from '../../model/forge-problem.ts';
import type { ReviewRequest } from '../pull-report.ts';
import type { GitHubClient } from './client.ts';
import type { GitHubRepository } from './place.ts';

const trusted = new Set(['OWNER', 'MEMBER', 'COLLABORATOR']);

/** The last of what a failed job printed, at most so many characters; null where there is no log to be had. */
export async function readJobLog(
  client: GitHubClient,
  { owner, repo }: GitHubRepository,
  order: { readonly job: number; readonly most: number },
): Promise<string | null> {
  try {
    const { data } = await client.rest.actions.downloadJobLogsForWorkflowRun({
      ...{ owner, repo, job_id: order.job },
    });
    return typeof data === 'string' ? withoutTimes(data).slice(-order.most) : null;
  } catch (error) {
    const kinds = ['not-found', 'not-allowed', 'missing-scope', 'issues-off'];
    if (error instanceof ForgeError && kinds.includes(error.forge.kind)) return null;
    throw error;
  }
}

/** Actions puts a time before each line, and colours between. */
function withoutTimes(log: string): string {
  return stripVTControlCharacters(log).replaceAll(/^\uFEFF?\d{4}-\d\d-\d\dT[\d:.]+Z /gmu, '');
}

/** What reviewers ask to be changed on the newest head: of each reviewer what they said last. */
export async function readReviewRequests(
  client: GitHubClient,
  { owner, repo }: GitHubRepository,
  number: number,
): Promise<readonly ReviewRequest[]> {
  const place = { owner, repo, pull_number: number, per_page: 100 };
  const reviews = await client.paginate(client.rest.pulls.listReviews, place);
  const verdicts = reviews.filter(({ state }) => state !== 'COMMENTED' && state !== 'PENDING');
  const last = new Map(verdicts.map((review) => [review.user?.login ?? '', review]));
  const asking = [...last.values()].filter(({ state }) => state === 'CHANGES_REQUESTED');
  if (asking.length === 0) return [];
  const comments = await client.paginate(client.rest.pulls.listReviewComments, place);
  const ids = new Set(asking.map(({ id }) => id));
  const wholes = asking.map((review) => ({ ...review, path: null, line: null }));
  const parts = comments.filter(({ pull_request_review_id: id }) => id !== null && ids.has(id));
  return [...wholes, ...parts]
    .filter(({ body }) => body !== '')
    .map(({ user, author_association: association, body, path, line }) => ({
      author: user?.login ?? 'ghost',
      isTrusted: trusted.has(association),
      body,
      path,
      line: line ?? null,
    }));
}

/** Whether the base has workflows at all: without, no check is worth waiting for. */
export async function hasWorkflows(
  client: GitHubClient,
  { owner, repo }: GitHubRepository,
  ref: string,
): Promise<boolean> {
  try {
    const path = '.github/workflows';
    const { data } = await client.rest.repos.getContent({ owner, repo, path, ref });
    return Array.isArray(data) && data.some(({ name }) => /\.ya?ml$/u.test(name));
  } catch (error) {
    if (error instanceof ForgeError && error.forge.kind === 'not-found') return false;
    throw error;
  }
}
