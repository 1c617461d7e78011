import { z } from 'zod';
import type { ReviewRequest } from '../../pull-report.ts';
import type { GitHubClient } from '../http/client.ts';
import type { GitHubRepository } from '../repository/place.ts';

const trusted = new Set(['OWNER', 'MEMBER', 'COLLABORATOR']);

const query = `query($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) { pullRequest(number: $number) {
    reviews(last: 100) { nodes { databaseId state body authorAssociation author { login } } }
    reviewThreads(last: 100) { nodes {
      isResolved path line
      comments(first: 50) { nodes { databaseId body authorAssociation author { login } } }
    } }
  } }
}`;

const sayingShape = z.object({
  databaseId: z.number().nullable(),
  body: z.string(),
  authorAssociation: z.string(),
  author: z.object({ login: z.string() }).nullable(),
});

const reviewShape = sayingShape.extend({ state: z.string() });

const threadShape = z.object({
  isResolved: z.boolean(),
  path: z.string(),
  line: z.number().nullable(),
  comments: z.object({ nodes: z.array(sayingShape) }),
});

const answerShape = z.object({
  repository: z.object({
    pullRequest: z
      .object({
        reviews: z.object({ nodes: z.array(reviewShape) }),
        reviewThreads: z.object({ nodes: z.array(threadShape) }),
      })
      .nullable(),
  }),
});

type Saying = z.infer<typeof sayingShape>;
type Review = z.infer<typeof reviewShape>;
type Thread = z.infer<typeof threadShape>;

/**
 * What reviewers ask to be changed: of each one the newest verdict, when it asks for changes, and all threads that nobody
 * has resolved.
 */
export async function readReviewRequests(
  client: GitHubClient,
  { owner, repo }: GitHubRepository,
  number: number,
): Promise<readonly ReviewRequest[]> {
  const { repository } = await client.graphql(answerShape, query, { owner, repo, number });
  const pull = repository.pullRequest;
  if (pull === null) return [];
  return [
    ...askingReviews(pull.reviews.nodes).map((review) => wholeRequest(review)),
    ...pull.reviewThreads.nodes.filter(({ isResolved }) => !isResolved).flatMap(threadRequests),
  ].filter(({ body }) => body.trim() !== '');
}

/** A comment is not a verdict, and withdraws none. */
function askingReviews(reviews: readonly Review[]): readonly Review[] {
  const verdicts = reviews.filter(({ state }) => state !== 'COMMENTED' && state !== 'PENDING');
  const last = new Map(verdicts.map((review) => [review.author?.login ?? '', review]));
  return [...last.values()].filter(({ state }) => state === 'CHANGES_REQUESTED');
}

function wholeRequest(review: Review): ReviewRequest {
  return {
    id: `review:${review.databaseId ?? 0}`,
    ...saidBy(review),
    body: review.body,
    path: null,
    line: null,
  };
}

/**
 * A conversation is one request, by the first of those who may ask; the parts by strangers are left out. One in
 * which only strangers comment is theirs. Its newest part names it: a reviewer who asks more asks again.
 */
function threadRequests({ comments, path, line }: Thread): readonly ReviewRequest[] {
  // Our own answers carry a marker, and ask for nothing.
  const said = comments.nodes.filter(({ body }) => !body.includes('<!-- flotilla:'));
  const heard = said.filter(isBySomebodyTrusted);
  const parts = heard.length > 0 ? heard : said;
  const [first] = parts;
  if (first === undefined) return [];
  const body =
    parts.length === 1
      ? first.body
      : parts.map((part) => `${part.author?.login ?? 'ghost'}: ${part.body}`).join('\n\n');
  const id = `thread:${parts.map(({ databaseId }) => databaseId ?? 0).at(-1)}`;
  return [{ id, ...saidBy(first), body, path, line }];
}

function saidBy(said: Saying): Pick<ReviewRequest, 'author' | 'isTrusted'> {
  return { author: said.author?.login ?? 'ghost', isTrusted: isBySomebodyTrusted(said) };
}

function isBySomebodyTrusted({ authorAssociation }: Saying): boolean {
  return trusted.has(authorAssociation);
}
