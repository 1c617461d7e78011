import { ForgeError } from '../../../model/forge-problem.ts';
import type { ForgeItem } from '../../published-work.ts';
import type { PullRequestParams } from '../../forge.ts';
import { once, type GitHubClient } from '../http/client.ts';
import { createSurely } from '../issues/create-surely.ts';
import type { Labels } from '../issues/labels.ts';
import type { GitHubRepository } from '../repository/place.ts';

/** What opening pull requests needs. */
export type PullTools = {
  readonly client: GitHubClient;
  readonly repository: GitHubRepository;
  /** Who owns the branches: the repository's owner, or the fork's. */
  readonly headOwner: string;
  readonly isDraft: boolean;
  readonly labels: Labels;
  readonly pullRequestLabels: readonly string[];
};

type FoundPull = ForgeItem & {
  readonly title: string;
  readonly body: string;
  readonly base: string;
};

const longestBody = 65_000;

/** Opens the pull request of a branch, or brings the one that it has up to date. */
export async function ensurePullRequest(
  tools: PullTools,
  params: PullRequestParams,
): Promise<ForgeItem> {
  const made = await createSurely({
    create: () => createPull(tools, params, tools.isDraft),
    look: () => findPull(tools, params),
  }).catch(async (error: unknown) => {
    const known = isThereAlready(error) ? await findPull(tools, params) : null;
    if (known === null) throw error;
    return updatePull(tools, params, known);
  });
  await addLabels(tools, made.number);
  return { number: made.number, url: made.url };
}

async function createPull(
  tools: PullTools,
  params: PullRequestParams,
  isDraft: boolean,
): Promise<FoundPull> {
  const { owner, repo } = tools.repository;
  const head = tools.headOwner === owner ? params.head : `${tools.headOwner}:${params.head}`;
  const { title, base } = params;
  const body = bodyOf(params);
  try {
    const { data } = await tools.client.rest.pulls.create({
      ...{ owner, repo, title, body, head, base },
      ...(isDraft ? { draft: true } : {}),
      request: once,
    });
    return asPull(data);
  } catch (error) {
    // Some plans have no drafts for private repositories.
    const hasNoDrafts = isDraft && isRefused(error) && /draft/iu.test(error.message);
    if (!hasNoDrafts) throw error;
    return createPull(tools, params, false);
  }
}

function bodyOf({ body, key }: PullRequestParams): string {
  return body.length > longestBody
    ? `${body.slice(0, longestBody)}\n\n…\n\n<!-- ${key} -->\n`
    : body;
}

function isRefused(error: unknown): error is ForgeError {
  return error instanceof ForgeError && error.forge.kind === 'refused';
}

/** There is one for the branch; or all that the branch has is merged already. */
function isThereAlready(error: unknown): boolean {
  return isRefused(error) && /already exists|no commits between/iu.test(error.message);
}

/** The open pull request of a branch; otherwise the newest that was merged. */
async function findPull(tools: PullTools, params: PullRequestParams): Promise<FoundPull | null> {
  const { owner, repo } = tools.repository;
  const head = `${tools.headOwner}:${params.head}`;
  const { data } = await tools.client.rest.pulls.list({
    ...{ owner, repo, head, state: 'all', sort: 'created', direction: 'desc', per_page: 30 },
  });
  const found = data.find(({ state }) => state === 'open') ?? data.find((pull) => pull.merged_at);
  return found === undefined ? null : asPull(found);
}

async function updatePull(
  { client, repository }: PullTools,
  params: PullRequestParams,
  known: FoundPull,
): Promise<FoundPull> {
  const body = bodyOf(params);
  const isSame =
    known.title === params.title &&
    known.base === params.base &&
    known.body.replaceAll('\r\n', '\n').trim() === body.trim();
  if (isSame) return known;
  const { owner, repo } = repository;
  const { data } = await client.rest.pulls.update({
    ...{ owner, repo, pull_number: known.number, title: params.title, body },
    ...(known.base === params.base ? {} : { base: params.base }),
  });
  return asPull(data);
}

function asPull(data: {
  readonly number: number;
  readonly html_url: string;
  readonly title: string;
  readonly body: string | null;
  readonly base: { readonly ref: string };
}): FoundPull {
  const { number, title } = data;
  return { number, url: data.html_url, title, body: data.body ?? '', base: data.base.ref };
}

/** A pull request without its label is still a pull request. */
async function addLabels(tools: PullTools, number: number): Promise<void> {
  const labels = [...(await tools.labels.ensure(tools.pullRequestLabels))];
  if (labels.length === 0) return;
  const { owner, repo } = tools.repository;
  try {
    await tools.client.rest.issues.addLabels({ owner, repo, issue_number: number, labels });
  } catch (error) {
    if (!(error instanceof ForgeError && error.forge.kind === 'not-allowed')) throw error;
  }
}
