import { ForgeError } from '../../../model/forge-problem.ts';
import { withoutSequences } from '../../../model/text/without-sequences.ts';
import type { GitHubClient } from '../http/client.ts';
import type { GitHubRepository } from '../repository/place.ts';

/** The last of what a failed job printed, at most so many characters; null when there is no log. */
export async function readJobLog(
  client: GitHubClient,
  { owner, repo }: GitHubRepository,
  params: { readonly job: number; readonly most: number },
): Promise<string | null> {
  try {
    const { data } = await client.rest.actions.downloadJobLogsForWorkflowRun({
      ...{ owner, repo, job_id: params.job },
    });
    return typeof data === 'string' ? withoutTimes(data).slice(-params.most) : null;
  } catch (error) {
    const kinds = [
      ...['not-found', 'not-allowed', 'missing-scope', 'issues-off'],
      ...['leads-elsewhere', 'unfit-answer'],
    ];
    if (error instanceof ForgeError && kinds.includes(error.forge.kind)) return null;
    throw error;
  }
}

/** Actions puts a time before each line, and colours between. */
function withoutTimes(log: string): string {
  return withoutSequences(log).replaceAll(/^\uFEFF?\d{4}-\d\d-\d\dT[\d:.]+Z /gmu, '');
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
