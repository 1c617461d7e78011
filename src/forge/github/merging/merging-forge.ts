import { z } from 'zod';
import { fetchRef } from '../../../git/bare-clone.ts';
import { ForgeError } from '../../../model/forge-problem.ts';
import { cannot } from '../../cannot.ts';
import type { FetchParams, Forge, PullRequestState, ReadyParams } from '../../forge.ts';
import type { GitHubClient } from '../http/client.ts';
import type { Mirror } from '../repository/mirror.ts';
import type { KnownRepository } from '../repository/open-repository.ts';
import { repositoryName } from '../repository/place.ts';
import { hasWorkflows } from '../pulls/pull-feedback.ts';
import { readPullStanding, type PullStanding } from '../pulls/pull-standing.ts';
import { mergeOnGitHub, type MergeTools } from './merge-on-github.ts';

export type MergingParams = {
  readonly client: GitHubClient;
  readonly repository: KnownRepository;
  readonly mirror: Mirror;
  /** Lets the user's repository see what the mirror has. */
  readonly exportOnce: () => Promise<void>;
  /** Milliseconds that checks of the forge's, or its queue, are waited for. */
  readonly patienceMs: number;
};

/** What only merging needs of a forge. */
export type MergingMember =
  | ('baseSha' | 'fetch' | 'requireRight' | 'pullRequestState')
  | ('makeReady' | 'retractApproval' | 'merge');

/** What only merging needs of GitHub. */
export function openMerging(params: MergingParams): Pick<Forge, MergingMember> {
  const { client, repository, mirror, exportOnce } = params;
  const tools = mergeTools(params);
  const baseSha = async (branch: string): Promise<string> => {
    const sha = await mirror.fetchBranch(branch);
    if (sha === null) throw new ForgeError({ kind: 'not-found', what: `The branch ${branch}` });
    await exportOnce();
    return sha;
  };
  return {
    requireRight: () => {
      if (!repository.canPush) throw mayNotMerge(repository);
    },
    retractApproval: cannot('approvals that name no commit'),
    pullRequestState: async (number) =>
      stateOf(params, await readPullStanding(client, repository, number)),
    makeReady: (ready) => makeReady(params, ready),
    baseSha,
    fetch: (fetching) => fetchBranch(params, fetching),
    merge: (merging) => mergeOnGitHub({ ...tools, syncBase: baseSha }, merging),
  };
}

/** A user who may not push may not merge, either. */
function mayNotMerge(repository: KnownRepository): ForgeError {
  const what = `merge pull requests of ${repositoryName(repository)}`;
  const message =
    'it has no write access there, so the people of the repository must merge the pull requests';
  return new ForgeError({ kind: 'not-allowed', what, message });
}

function mergeTools({
  client,
  repository,
  mirror,
  patienceMs,
}: MergingParams): Omit<MergeTools, 'syncBase'> {
  const once = <T>(ask: (branch: string) => Promise<T>): ((branch: string) => Promise<T>) => {
    const asked = new Map<string, T>();
    return async (branch) => {
      const found = asked.get(branch) ?? (await ask(branch));
      asked.set(branch, found);
      return found;
    };
  };
  return {
    ...{ client, repository, patienceMs },
    branchSha: mirror.remoteSha,
    hasWorkflows: once((branch) => hasWorkflows(client, repository, branch)),
    requiredChecks: once((branch) => requiredChecks(client, repository, branch)),
    elapsed: () => performance.now(),
  };
}

/** The checks that rulesets require of a branch; those of the older protection come with the pull request. */
async function requiredChecks(
  client: GitHubClient,
  { owner, repo }: KnownRepository,
  branch: string,
): Promise<readonly string[]> {
  try {
    const { data } = await client.rest.repos.getBranchRules({ owner, repo, branch, per_page: 100 });
    return data.flatMap((rule) =>
      rule.type === 'required_status_checks'
        ? (rule.parameters?.required_status_checks ?? []).map(({ context }) => context)
        : [],
    );
  } catch (error) {
    // Without the right to see rules, or on an Enterprise without them, GitHub's refusal names what is missing.
    const kinds = ['not-found', 'not-allowed', 'missing-scope'];
    if (error instanceof ForgeError && kinds.includes(error.forge.kind)) return [];
    throw error;
  }
}

async function stateOf({ mirror }: MergingParams, now: PullStanding): Promise<PullRequestState> {
  const { state, branch, isFromFork, base, mergedAs, mergedBy, approvedAt } = now;
  // What GitHub says of a pull request is a moment behind what was pushed.
  const pushed = state === 'open' && !isFromFork ? await mirror.remoteSha(branch) : null;
  // Where no rule asks for reviews, GitHub comes to no decision, and people approve anyway.
  const isApproved =
    now.reviewDecision === 'APPROVED' ||
    (now.reviewDecision === null && now.approvals > 0 && now.objectors.length === 0);
  return {
    ...{ state, mergedBy, isApproved, approvedAt, head: pushed ?? now.head, base: base.branch },
    mergedAs: state === 'merged' ? mergedAs : null,
  };
}

const readying = `mutation($id: ID!) {
  markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { id } }
}`;

async function makeReady(
  { client, repository }: MergingParams,
  { number, into }: ReadyParams,
): Promise<void> {
  const { id, state, isDraft, base } = await readPullStanding(client, repository, number);
  if (state !== 'open') return;
  const { owner, repo } = repository;
  if (base.branch !== into)
    await client.rest.pulls.update({ owner, repo, pull_number: number, base: into });
  if (isDraft) await client.graphql(z.looseObject({}), readying, { id });
}

async function fetchBranch({ mirror }: MergingParams, params: FetchParams): Promise<string> {
  const { into, branch, to } = params;
  const sha = await mirror.fetchBranch(branch);
  if (sha === null) throw new ForgeError({ kind: 'not-found', what: `The branch ${branch}` });
  await fetchRef(into, { repository: mirror.directory, from: `refs/heads/${branch}`, to });
  return sha;
}
