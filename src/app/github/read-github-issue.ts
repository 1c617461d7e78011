import type { GitHubClient } from '../../forge/github/http/client.ts';
import type { KnownRepository } from '../../forge/github/repository/open-repository.ts';
import { isSameRepository } from '../../forge/github/repository/place.ts';
import {
  readMasterIssue,
  readReferencedIssues,
  type FoundIssue,
  type FoundMasterIssue,
} from '../../forge/github/issues/read-issue.ts';
import { parseIssue } from '../../intake/parse-issue.ts';
import type { IssueDigest } from '../../model/issue/issue-digest.ts';
import type { IssueReference, MasterIssue } from '../../model/issue/issue.ts';
import { UserError } from '../../model/user-error.ts';
import { checklistOf, digestWithReferences, withReferences } from '../issue/referenced-tasks.ts';

/** A master issue of GitHub with all that it refers to. */
export type GitHubIssue = {
  readonly issue: FoundMasterIssue;
  /** Its tasks have the words of the issues that they refer to. */
  readonly master: MasterIssue;
  readonly digest: IssueDigest;
  /** Its sub-issues, and the issues that its tasks refer to. */
  readonly referenced: ReferencedIssues;
  /** Those of them whose text an open task gets. A sub-issue that only stands for a task of the list adds none. */
  readonly used: ReferencedIssues;
};

export type ReferencedIssues = Awaited<ReturnType<typeof readReferencedIssues>>;

/** Reads a master issue. Throws a `UserError` when it cannot be read, or holds no task. Changes nothing. */
export async function readGitHubIssue(
  client: GitHubClient,
  repository: KnownRepository,
  number: number,
): Promise<GitHubIssue> {
  const issue = await readMasterIssue(client, repository, number);
  const parsed = parseMaster(issue);
  const referenced = await readReferenced(client, repository, parsed, issue);
  return { issue, referenced, ...complete(repository, parsed, referenced) };
}

/** The same master issue with another text of its own; null when that holds no task. Reads nothing. */
export function withOtherText(
  { issue, referenced }: GitHubIssue,
  repository: KnownRepository,
  text: Pick<FoundMasterIssue, 'title' | 'body'>,
): Pick<GitHubIssue, 'master' | 'digest'> | null {
  try {
    return complete(repository, parseMaster({ ...issue, ...text }), referenced);
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

function complete(
  repository: KnownRepository,
  parsed: MasterIssue,
  referenced: ReferencedIssues,
): Pick<GitHubIssue, 'master' | 'digest' | 'used'> {
  const find = findAmong(repository, referenced);
  const used = parsed.tasks.flatMap(({ reference }) => {
    const found = reference === null ? null : find(reference);
    return found?.state === 'open' ? found : [];
  });
  return {
    master: withReferences(parsed, find),
    digest: digestWithReferences(parsed, find),
    used,
  };
}

/** Parses the issue's text; one without a list of tasks has its sub-issues for one. */
function parseMaster({ title, body, url, subIssues }: FoundMasterIssue): MasterIssue {
  const heading = '# Issue\n\n';
  const named = { title: title.replaceAll(/\s+/gu, ' ').trim() };
  const parsed = parseIssue(heading + body);
  if (parsed.ok) return { ...parsed.value, ...named };
  const listed = parseIssue(
    heading + body + (subIssues.length === 0 ? '' : checklistOf(subIssues)),
  );
  if (listed.ok) return { ...listed.value, ...named };
  const hints = parsed.error.hints.map((hint) => ({ ...hint, line: Math.max(1, hint.line - 2) }));
  throw new UserError({ ...parsed.error, hints, source: url });
}

/** A task's own lines may name any number of issues; only those that a title begins with are read, and at most this many. */
const mostReferences = 100;

async function readReferenced(
  client: GitHubClient,
  repository: KnownRepository,
  master: MasterIssue,
  { subIssues }: FoundMasterIssue,
): Promise<ReferencedIssues> {
  const wanted = master.tasks.flatMap(({ reference }) => reference ?? []);
  const known = subIssues.map((issue: FoundIssue) => ({ ...issue, repository }));
  const isKnown = (reference: IssueReference): boolean =>
    findAmong(repository, known)(reference) !== null;
  const missing = wanted.filter((reference) => !isKnown(reference)).slice(0, mostReferences);
  const asked = missing.map((reference) => ({ ...placeOf(reference, repository) }));
  return [...known, ...(await readReferencedIssues(client, asked))];
}

function placeOf(
  { owner, repo, number }: IssueReference,
  own: KnownRepository,
): ReferencedIssues[number]['repository'] & { readonly number: number } {
  return { host: own.host, owner: owner ?? own.owner, repo: repo ?? own.repo, number };
}

function findAmong(
  own: KnownRepository,
  found: ReferencedIssues,
): (reference: IssueReference) => ReferencedIssues[number] | null {
  return (reference) => {
    const { number, ...place } = placeOf(reference, own);
    const isMeant = (issue: ReferencedIssues[number]): boolean =>
      issue.number === number && isSameRepository(issue.repository, place);
    return found.find(isMeant) ?? null;
  };
}
