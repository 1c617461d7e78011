import { ForgeError } from '../../../model/forge-problem.ts';
import type { ForgeItem } from '../../published-work.ts';
import type { IssueParams } from '../../forge.ts';
import { once, type GitHubClient } from '../http/client.ts';
import type { GitHubRepository } from '../repository/place.ts';
import { createSurely } from './create-surely.ts';
import { hasMarker, type KnownIssues } from './known-issues.ts';
import type { Labels } from './labels.ts';
import { asIssue, type FoundIssue } from './read-issue.ts';

/** What making issues needs. */
export type IssueTools = {
  readonly client: GitHubClient;
  readonly repository: GitHubRepository;
  readonly known: KnownIssues;
  readonly labels: Labels;
};

/** GitHub's own limits; of the first, closed sub-issues count too. */
export const mostSubIssues = 100;
const longestBody = 65_000;

/** Finds the issue of a key, or one of the author's that stands for the same work, or makes it; links a sub-issue. */
export async function ensureIssue(tools: IssueTools, params: IssueParams): Promise<ForgeItem> {
  const { known } = tools;
  const isSubIssue = params.kind === 'sub-issue';
  const ours =
    (await known.byKey(params.key)) ?? (isSubIssue ? known.byTask(params.title, params.key) : null);
  const theirs = ours === null && isSubIssue ? known.byTitle(params.title, params.key) : null;
  const issue =
    ours === null
      ? (theirs ?? (await createIssue(tools, params)))
      : await updateIssue(tools, params, ours);
  if (isSubIssue && !known.isLinked(issue)) await linkIssue(tools, params, issue);
  for (const number of params.blockedBy ?? []) await block(tools, issue, number);
  return { number: issue.number, url: issue.url };
}

async function block(tools: IssueTools, issue: FoundIssue, number: number): Promise<void> {
  const blocker = tools.known.byNumber(number)?.id;
  if (blocker === undefined) return;
  await ensureBlockedBy(tools.client, tools.repository, { number: issue.number, blocker });
}

async function createIssue(tools: IssueTools, params: IssueParams): Promise<FoundIssue> {
  const { client, repository, known } = tools;
  const labels = [...(await tools.labels.ensure(params.labels))];
  const { owner, repo } = repository;
  const { title } = params;
  const issue = await createSurely({
    create: async () => {
      const body = bodyOf(params);
      const made = await client.rest.issues.create({
        ...{ owner, repo, title, body, labels },
        request: once,
      });
      return asIssue(made.data);
    },
    look: () => known.byKey(params.key, { isFresh: true }),
  });
  known.add(issue);
  return issue;
}

/** The body as it may be on GitHub; the marker stays, whatever is cut. */
function bodyOf({ body, key }: IssueParams): string {
  const marker = `<!-- ${key} -->`;
  const text = body.length > longestBody ? `${body.slice(0, longestBody)}\n\n…\n` : body;
  return hasMarker({ body: text }, key) ? text : `${text}\n${marker}\n`;
}

async function updateIssue(
  { client, repository, known }: IssueTools,
  params: IssueParams,
  issue: FoundIssue,
): Promise<FoundIssue> {
  const body = bodyOf(params);
  const { title, state = issue.state } = params;
  const isSame = withoutMarks(issue.body) === withoutMarks(body) && issue.title === title;
  if (isSame && issue.state === state) return issue;
  const { owner, repo } = repository;
  const changed = await client.rest.issues.update({
    ...{ owner, repo, issue_number: issue.number, title, body },
    ...(issue.state === state ? {} : { state }),
  });
  const now = asIssue(changed.data);
  known.add(now);
  return now;
}

/** What a person ticked off, or how lines end, does not count as a difference. */
function withoutMarks(body: string): string {
  return body
    .replaceAll('\r\n', '\n')
    .replaceAll(/- \[[ xX]\]/gu, '- [ ]')
    .trim();
}

/** Sub-issues of one parent are linked one after another: GitHub refuses two at once. If there is no room, words must do. */
async function linkIssue(
  { client, repository, known }: IssueTools,
  params: IssueParams,
  issue: FoundIssue,
): Promise<void> {
  if (known.linkedCount() >= mostSubIssues) return;
  const { owner, repo } = repository;
  try {
    await client.rest.issues.addSubIssue({
      ...{ owner, repo, issue_number: params.parent.number, sub_issue_id: issue.id },
    });
  } catch (error) {
    if (!isLinkedAlready(error) && !cannotLink(error)) throw error;
  }
  known.noteLinked(issue);
}

function isLinkedAlready(error: unknown): boolean {
  const message =
    error instanceof ForgeError && error.forge.kind === 'refused' ? error.message : '';
  return /already|duplicate|may only have one parent/iu.test(message);
}

/** Without the right or the room, or on an Enterprise that knows no sub-issues, the words "Part of #N" must do. */
function cannotLink(error: unknown): boolean {
  if (!(error instanceof ForgeError)) return false;
  const hasNoRoom =
    error.forge.kind === 'refused' && /more than \d+ sub-issues/iu.test(error.message);
  return hasNoRoom || ['not-allowed', 'not-found', 'missing-scope'].includes(error.forge.kind);
}

/**
 * Says on GitHub that an issue waits for another, by the other's database id. Where GitHub knows no dependencies, or the
 * token may not, the words of the issue must do.
 */
async function ensureBlockedBy(
  client: GitHubClient,
  { owner, repo }: GitHubRepository,
  params: { readonly number: number; readonly blocker: number },
): Promise<void> {
  try {
    await client.rest.issues.addBlockedByDependency({
      ...{ owner, repo, issue_number: params.number, issue_id: params.blocker },
    });
  } catch (error) {
    const isHarmless =
      error instanceof ForgeError &&
      (['not-found', 'not-allowed', 'missing-scope'].includes(error.forge.kind) ||
        /already|duplicate/iu.test(error.message));
    if (!isHarmless) throw error;
  }
}
