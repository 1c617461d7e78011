import { z } from 'zod';
import { branchName } from '../../../model/names.ts';
import { type IssueRef, issueKey } from '../../../model/issue/issue.ts';
import { readTextMark } from '../../../model/text/text-mark.ts';
import type {
  PublishedParams,
  PublishedTask,
  PublishedWork,
  PublishedPull,
} from '../../published-work.ts';
import type { GitHubClient } from '../http/client.ts';
import { type KnownIssues, plainTitle } from '../issues/known-issues.ts';
import type { GitHubRepository } from '../repository/place.ts';
import type { FoundIssue } from '../issues/read-issue.ts';

export type PublishedTools = {
  readonly client: GitHubClient;
  readonly repository: GitHubRepository;
  readonly known: KnownIssues;
  /** Where our branches go: the repository, or the user's fork of it. */
  readonly home: () => Promise<GitHubRepository>;
};

/** A sub-issue that may stand for a task, with the branch that a run would have made for it. */
type Candidate = {
  readonly task: PublishedTask;
  readonly issue: FoundIssue;
  readonly branch: string;
};

/** Finds what earlier runs published, by the sub-issues that are there. Without any, nothing is asked. */
export async function findPublished(
  tools: PublishedTools,
  params: PublishedParams,
): Promise<readonly PublishedWork[]> {
  const candidates = params.tasks.flatMap((task) => candidatesOf(tools.known, params, task));
  const found: PublishedWork[] = [];
  for (let from = 0; from < candidates.length; from += mostAsked)
    found.push(...(await ask(tools, params.issue, candidates.slice(from, from + mostAsked))));
  // The newest sub-issue with published work represents its task.
  return params.tasks.flatMap(
    ({ ordinal }) => found.find((work) => work.ordinal === ordinal) ?? [],
  );
}

function candidatesOf(
  known: KnownIssues,
  { tasks }: PublishedParams,
  task: PublishedTask,
): readonly Candidate[] {
  const isAlone =
    tasks.filter(({ title }) => plainTitle(title) === plainTitle(task.title)).length === 1;
  const issues = known.standIns(task.issueTitle, task.key, { isTitleEnough: isAlone });
  return issues.map((issue) => ({ task, issue, branch: branchName(issue.number, task.title) }));
}

async function ask(
  { client, repository: { owner, repo }, home }: PublishedTools,
  issue: IssueRef,
  candidates: readonly Candidate[],
): Promise<readonly PublishedWork[]> {
  const branches = await home();
  const query = publishedQuery(candidates.map(({ branch }) => branch));
  const answer = await client.graphql(publishedAnswer, query, {
    ...{ owner, repo },
    ...{ homeOwner: branches.owner, homeRepo: branches.repo },
  });
  const isHome = branches.owner === owner && branches.repo === repo;
  return candidates.flatMap((candidate, index): PublishedWork[] => {
    const read = readPublished(answer, index, {
      issue,
      fork: isHome ? null : branches.owner,
      hasMarkedIssue: /<!-- flotilla:sub-issue:/u.test(candidate.issue.body),
    });
    if (read === null) return [];
    const { number, url } = candidate.issue;
    const { task, branch } = candidate;
    return [{ ordinal: task.ordinal, issue: { number, url }, branch, ...read }];
  });
}

/** So many branches go into one question. */
const mostAsked = 25;

const fields = `nodes {
  number url state body headRefOid baseRefName isCrossRepository
  headRepositoryOwner { login } mergeCommit { oid }
}`;

/** One question about many branches: the pull requests of each, and where it is. They are aliased by their index. */
function publishedQuery(branches: readonly string[]): string {
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
const publishedAnswer = z.object({
  repository: z.record(z.string(), z.object({ nodes: z.array(pullNode) })),
  home: z
    .record(z.string(), z.object({ target: z.object({ oid: z.string() }).nullable() }).nullable())
    .nullable(),
});

type PublishedAnswer = z.infer<typeof publishedAnswer>;

type ReadParams = {
  readonly issue: IssueRef;
  /** Who owns the fork that our branches go to; null: they go to the repository itself. */
  readonly fork: string | null;
  /** Whether the sub-issue was made by a run. */
  readonly hasMarkedIssue: boolean;
};

/** What an answer says of the branch with this index; null when there is nothing. */
function readPublished(
  answer: PublishedAnswer,
  index: number,
  params: ReadParams,
): Pick<PublishedWork, 'head' | 'pull' | 'isOurs'> | null {
  const head = answer.home?.[`b${index}`]?.target?.oid ?? null;
  const nodes = answer.repository[`p${index}`]?.nodes ?? [];
  // A branch of the same name in anybody's fork is another branch.
  const own = nodes.filter((node) => isFromHome(node, params.fork));
  const marked = own.filter(({ body }) => isMarked(body, params.issue));
  const pull = theOneThatCounts(marked.length > 0 ? marked : own);
  if (pull === null) return head === null ? null : { head, pull, isOurs: params.hasMarkedIssue };
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
