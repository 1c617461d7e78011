import { z } from 'zod';
import { issueKey, type IssueRef } from '../../../model/issue/issue.ts';
import { readTextMark } from '../../../model/text/text-mark.ts';
import type { PublishedPull, PublishedWork } from '../../published-work.ts';

/** So many branches go into one question. */
export const mostAsked = 25;

const fields = `nodes {
  number url state body headRefOid baseRefName isCrossRepository
  headRepositoryOwner { login } mergeCommit { oid }
}`;

/** One question about many branches: the pull requests of each, and where it is. They are aliased by their index. */
export function publishedQuery(branches: readonly string[]): string {
  const order = 'orderBy: {field: CREATED_AT, direction: DESC}';
  const pulls = branches.map(
    (branch, index) =>
      `p${index}: pullRequests(headRefName: ${JSON.stringify(branch)}, first: 10, ${order}) {${fields}}`,
  );
  const refs = branches.map((branch, index) => {
    const name = JSON.stringify(`refs/heads/${branch}`);
    return `b${index}: ref(qualifiedName: ${name}) { target { oid } }`;
  });
  return `query($owner: String!, $repo: String!, $homeOwner: String!, $homeRepo: String!) {
    repository(owner: $owner, name: $repo) { ${pulls.join('\n')} }
    home: repository(owner: $homeOwner, name: $homeRepo) { ${refs.join('\n')} }
  }`;
}

const pullNode = z.object({
  number: z.int(),
  url: z.string(),
  state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
  body: z.string(),
  headRefOid: z.string(),
  baseRefName: z.string(),
  isCrossRepository: z.boolean(),
  /** Null when the account is gone. */
  headRepositoryOwner: z.object({ login: z.string() }).nullable(),
  mergeCommit: z.object({ oid: z.string() }).nullable(),
});

type PullNode = z.infer<typeof pullNode>;

/** The answer to that question. */
export const publishedAnswer = z.object({
  repository: z.record(z.string(), z.object({ nodes: z.array(pullNode) })),
  home: z
    .record(z.string(), z.object({ target: z.object({ oid: z.string() }).nullable() }).nullable())
    .nullable(),
});

type PublishedAnswer = z.infer<typeof publishedAnswer>;

type ReadOrder = {
  readonly issue: IssueRef;
  /** Who owns the fork that our branches go to; null: they go to the repository itself. */
  readonly fork: string | null;
  /** Whether the sub-issue was made by a run. */
  readonly hasMarkedIssue: boolean;
};

/** What an answer says of the branch with this index; null when there is nothing. */
export function readPublished(
  answer: PublishedAnswer,
  index: number,
  order: ReadOrder,
): Pick<PublishedWork, 'head' | 'pull' | 'isOurs'> | null {
  const head = answer.home?.[`b${index}`]?.target?.oid ?? null;
  const nodes = answer.repository[`p${index}`]?.nodes ?? [];
  // A branch of the same name in anybody's fork is another branch.
  const own = nodes.filter((node) => isFromHome(node, order.fork));
  const marked = own.filter(({ body }) => isMarked(body, order.issue));
  const pull = theOneThatCounts(marked.length > 0 ? marked : own);
  if (pull === null) return head === null ? null : { head, pull, isOurs: order.hasMarkedIssue };
  return { head, pull: asPublished(pull), isOurs: marked.includes(pull) };
}

function isFromHome(
  { isCrossRepository, headRepositoryOwner }: PullNode,
  fork: string | null,
): boolean {
  return fork === null ? !isCrossRepository : headRepositoryOwner?.login === fork;
}

/** The hidden marker that a run for this master issue puts into its pull requests. */
function isMarked(body: string, issue: IssueRef): boolean {
  return body.includes(`<!-- flotilla:pull:orch-${issueKey(issue)}-`);
}

function theOneThatCounts(nodes: readonly PullNode[]): PullNode | null {
  const inState = (wanted: PullNode['state']): PullNode | undefined =>
    nodes.find(({ state }) => state === wanted);
  return inState('OPEN') ?? inState('MERGED') ?? nodes[0] ?? null;
}

function asPublished(node: PullNode): PublishedPull {
  return {
    number: node.number,
    url: node.url,
    state: node.state.toLowerCase() as PublishedPull['state'],
    head: node.headRefOid,
    base: node.baseRefName,
    mergedAs: node.mergeCommit?.oid ?? null,
    text: readTextMark(node.body),
  };
}
