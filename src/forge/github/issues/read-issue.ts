import { ForgeError } from '../../../model/forge-problem.ts';
import type { GitHubClient } from '../http/client.ts';
import { repositoryName, type GitHubRepository } from '../repository/place.ts';

/** An issue as its author wrote it. All of its text is untrusted. */
export type FoundIssue = {
  /** The database id, which is not the number. */
  readonly id: number;
  readonly number: number;
  readonly url: string;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  readonly state: 'open' | 'closed';
  readonly labels: readonly string[];
  readonly author: string;
  /** What the author is to the repository: `OWNER`, `MEMBER`, `COLLABORATOR`, `CONTRIBUTOR`, `NONE`, … */
  readonly authorAssociation: string;
};

/** A master issue with the sub-issues that it has already, in the order of its author. */
export type FoundMasterIssue = FoundIssue & { readonly subIssues: readonly FoundIssue[] };

/** What an issue looks like in any of GitHub's answers. */
export type IssueData = {
  readonly id: number | bigint;
  readonly number: number;
  readonly html_url: string;
  readonly title: string;
  readonly body?: string | null;
  readonly state: string;
  readonly labels: readonly (string | { readonly name?: string | null })[];
  readonly user: { readonly login: string } | null;
  readonly author_association?: string;
  readonly pull_request?: unknown;
};

/** Reads a master issue. Throws a `ForgeError` when it is not there, or a pull request. */
export async function readMasterIssue(
  client: GitHubClient,
  repository: GitHubRepository,
  number: number,
): Promise<FoundMasterIssue> {
  const { owner, repo } = repository;
  const { data } = await client.rest.issues.get({ owner, repo, issue_number: number });
  if (data.pull_request)
    throw new ForgeError({
      kind: 'is-pull-request',
      issue: `${repositoryName(repository)}#${number}`,
    });
  const subIssues = await listSubIssues(client, repository, number);
  return { ...asIssue(data), subIssues };
}

/** GitHub allows one page of sub-issues; an Enterprise may have another limit. */
const mostPages = 10;

/** The sub-issues of an issue, closed ones too; none where GitHub knows no sub-issues, as on an older Enterprise. */
export async function listSubIssues(
  client: GitHubClient,
  { owner, repo }: GitHubRepository,
  number: number,
): Promise<readonly FoundIssue[]> {
  try {
    const ask = (page: number) =>
      client.rest.issues.listSubIssues({
        ...{ owner, repo, issue_number: number, per_page: 100, page },
      });
    const found: FoundIssue[] = [];
    for await (const issues of client.pages(ask, mostPages)) found.push(...issues.map(asIssue));
    return found;
  } catch (error) {
    if (error instanceof ForgeError && error.forge.kind === 'not-found') return [];
    throw error;
  }
}

/** Reads issues that a master issue refers to; missing and invisible ones are left out. */
export async function readReferencedIssues(
  client: GitHubClient,
  references: readonly (GitHubRepository & { readonly number: number })[],
): Promise<readonly (FoundIssue & { readonly repository: GitHubRepository })[]> {
  const found = [];
  for (const { number, ...repository } of references) {
    const { owner, repo } = repository;
    try {
      const { data } = await client.rest.issues.get({ owner, repo, issue_number: number });
      found.push({ ...asIssue(data), repository });
    } catch (error) {
      if (!(error instanceof ForgeError && error.forge.kind === 'not-found')) throw error;
    }
  }
  return found;
}

/** An issue out of an answer. */
export function asIssue(data: IssueData): FoundIssue {
  return {
    id: Number(data.id),
    number: data.number,
    url: data.html_url,
    title: data.title,
    body: data.body ?? '',
    state: data.state === 'closed' ? 'closed' : 'open',
    labels: data.labels.flatMap((label) =>
      typeof label === 'string' ? label : (label.name ?? []),
    ),
    author: data.user?.login ?? 'ghost',
    authorAssociation: data.author_association ?? 'NONE',
  };
}
