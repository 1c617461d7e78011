import { gitOf } from './bare-repository.ts';
import { checkRunsOf, statusesOf, verdictOfStatus } from './commit-verdict.ts';
import { checkRunShape, jobShape, runShape, statusShape } from './check-shape.ts';
import { pageOf } from './pages.ts';
import { Refusal } from './refusal.ts';
import { repositoryShape, repositoryUrl } from './repository-shape.ts';
import {
  numberParam,
  optionalText,
  repositoryRoute,
  type RepositoryCall,
  type Route,
} from './route.ts';
import type {
  CheckConclusion,
  CheckRun,
  CommitStatus,
  Repository,
  WorkflowRun,
  World,
} from './world.ts';

const base = '/repos/{owner}/{repo}';

export const checkRoutes: readonly Route[] = [
  repositoryRoute(
    `GET ${base}/commits/{ref}/check-runs`,
    { operation: 'checks/list-for-ref', needs: 'read' },
    async (call) => {
      const runs = checkRunsOf(call.repository, await commitOf(call));
      return pageOf(call, runs, (page) => ({
        total_count: runs.length,
        check_runs: page.map((run) => checkRunShape(call.world, call.repository, run)),
      }));
    },
  ),
  repositoryRoute(
    `GET ${base}/commits/{ref}/status`,
    { operation: 'repos/get-combined-status-for-ref', needs: 'read' },
    async (call) => {
      const sha = await commitOf(call);
      return { status: 200, body: combined(call, sha) };
    },
  ),
  repositoryRoute(
    `POST ${base}/statuses/{sha}`,
    { operation: 'repos/create-commit-status', needs: 'write', createsContent: true },
    async (call) => {
      const state = optionalText(call, 'state') ?? '';
      if (!isState(state))
        throw Refusal.invalid([{ resource: 'Status', field: 'state', code: 'custom' }]);
      const status = addStatus(call.world, call.repository, await commitOf(call), {
        state,
        context: optionalText(call, 'context') ?? 'default',
        description: optionalText(call, 'description') ?? null,
        targetUrl: optionalText(call, 'target_url') ?? null,
      });
      return { status: 201, body: statusShape(call.world, call.repository, status) };
    },
  ),
  repositoryRoute(`POST ${base}/check-runs`, { operation: 'checks/create', needs: 'write' }, () => {
    throw Refusal.forbidden('You must authenticate via a GitHub App.');
  }),
  repositoryRoute(
    `GET ${base}/actions/runs`,
    { operation: 'actions/list-workflow-runs-for-repo', needs: 'read' },
    (call) => {
      const sha = call.query.get('head_sha');
      const branch = call.query.get('branch');
      const runs = call.repository.workflowRuns
        .filter((run) => sha === null || run.sha === sha)
        .filter((run) => branch === null || run.branch === branch)
        .toReversed();
      return pageOf(call, runs, (page) => ({
        total_count: runs.length,
        workflow_runs: page.map((run) => runShape(call.world, call.repository, run)),
      }));
    },
  ),
  repositoryRoute(
    `GET ${base}/actions/runs/{run_id}/jobs`,
    { operation: 'actions/list-jobs-for-workflow-run', needs: 'read' },
    (call) => {
      const id = numberParam(call, 'run_id');
      const jobs = call.repository.checkRuns.filter(({ run }) => run.id === id);
      return pageOf(call, jobs, (page) => ({
        total_count: jobs.length,
        jobs: page.map((job) => jobShape(call.world, call.repository, job)),
      }));
    },
  ),
  repositoryRoute(
    `GET ${base}/actions/jobs/{job_id}`,
    { operation: 'actions/get-job-for-workflow-run', needs: 'read' },
    (call) => ({ status: 200, body: jobShape(call.world, call.repository, jobOf(call)) }),
  ),
  repositoryRoute(
    `GET ${base}/actions/jobs/{job_id}/logs`,
    { operation: 'actions/download-job-logs-for-workflow-run', needs: 'read' },
    (call) => {
      const { id } = jobOf(call);
      if (!call.world.logs.has(id)) throw new Refusal(404, 'Not Found');
      // The text lies elsewhere, under a link that needs no token and soon expires.
      return { status: 302, headers: { location: `${call.world.web}/_logs/${id}` } };
    },
  ),
];

/** What a test lets the checks of a commit say. */
export type NewChecks = {
  readonly runs?: readonly {
    readonly name: string;
    readonly status?: CheckRun['status'];
    /** With one, the run is completed. */
    readonly conclusion?: CheckConclusion;
    /** What the job printed. */
    readonly log?: string;
  }[];
  readonly statuses?: readonly {
    readonly context: string;
    readonly state: CommitStatus['state'];
    readonly description?: string;
  }[];
};

/** Adds check runs (as one workflow run) and statuses to a commit. The newest of a name is what counts. */
export function addChecks(
  world: World,
  repository: Repository,
  target: { readonly sha: string; readonly branch: string | null },
  { runs = [], statuses = [] }: NewChecks,
): void {
  for (const { context, state, description = null } of statuses)
    addStatus(world, repository, target.sha, { context, state, description, targetUrl: null });
  if (runs.length === 0) return;
  const stamp = world.stamp();
  const run: WorkflowRun = {
    id: world.nextId(),
    number: repository.workflowRuns.length + 1,
    ...target,
    suite: world.nextId(),
    createdAt: stamp,
  };
  repository.workflowRuns.push(run);
  for (const { name, status, conclusion, log } of runs) {
    const isCompleted = conclusion !== undefined;
    const job: CheckRun = {
      id: world.nextId(),
      sha: target.sha,
      name,
      status: status ?? (isCompleted ? 'completed' : 'in_progress'),
      conclusion: conclusion ?? null,
      startedAt: stamp,
      completedAt: isCompleted ? stamp : null,
      run,
    };
    repository.checkRuns.push(job);
    if (log !== undefined) world.logs.set(job.id, log);
  }
}

function addStatus(
  world: World,
  repository: Repository,
  sha: string,
  params: Omit<CommitStatus, 'id' | 'sha' | 'createdAt'>,
): CommitStatus {
  const status = { id: world.nextId(), sha, createdAt: world.stamp(), ...params };
  repository.statuses.push(status);
  return status;
}

function combined(call: RepositoryCall, sha: string): Record<string, unknown> {
  const { world, repository } = call;
  const statuses = statusesOf(repository, sha);
  const verdicts = statuses.map(verdictOfStatus);
  const isAllGood = verdicts.length > 0 && verdicts.every((verdict) => verdict === 'success');
  const state = isAllGood ? 'success' : 'pending';
  const url = repositoryUrl(world, repository);
  return {
    state: verdicts.includes('failure') ? 'failure' : state,
    statuses: statuses.map((status) => statusShape(world, repository, status)),
    sha,
    total_count: statuses.length,
    repository: repositoryShape(world, repository),
    commit_url: `${url}/commits/${sha}`,
    url: `${url}/commits/${sha}/status`,
  };
}

function jobOf(call: RepositoryCall): CheckRun {
  const id = numberParam(call, 'job_id');
  const job = call.repository.checkRuns.find((run) => run.id === id);
  if (job === undefined) throw Refusal.notFound();
  return job;
}

/** The commit that a `ref` or `sha` in the path stands for. */
async function commitOf(call: RepositoryCall): Promise<string> {
  const name = call.params['ref'] ?? call.params['sha'] ?? '';
  const args = ['rev-parse', '--verify', '-q', '--end-of-options', `${name}^{commit}`];
  const { code, stdout } = await gitOf(call.repository).probe(args);
  if (code !== 0) throw new Refusal(422, `No commit found for SHA: ${name}`);
  return stdout.trim();
}

function isState(state: string): state is CommitStatus['state'] {
  return ['error', 'failure', 'pending', 'success'].includes(state);
}
