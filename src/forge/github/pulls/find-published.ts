import { branchName } from '../../../model/names.ts';
import type { IssueRef } from '../../../model/issue/issue.ts';
import type { PublishedOrder, PublishedTask, PublishedWork } from '../../published-work.ts';
import type { GitHubClient } from '../http/client.ts';
import { type KnownIssues, plainTitle } from '../issues/known-issues.ts';
import type { GitHubRepository } from '../repository/place.ts';
import type { FoundIssue } from '../issues/read-issue.ts';
import { mostAsked, publishedAnswer, publishedQuery, readPublished } from './published-query.ts';

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
  order: PublishedOrder,
): Promise<readonly PublishedWork[]> {
  const candidates = order.tasks.flatMap((task) => candidatesOf(tools.known, order, task));
  const found: PublishedWork[] = [];
  for (let from = 0; from < candidates.length; from += mostAsked)
    found.push(...(await ask(tools, order.issue, candidates.slice(from, from + mostAsked))));
  // The newest sub-issue with published work represents its task.
  return order.tasks.flatMap(({ ordinal }) => found.find((work) => work.ordinal === ordinal) ?? []);
}

function candidatesOf(
  known: KnownIssues,
  { tasks }: PublishedOrder,
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
