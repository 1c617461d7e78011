import { repositoryShape, repositoryUrl, webUrl } from './repository-shape.ts';
import { userShape } from './user-shape.ts';
import {
  ensureUser,
  nodeId,
  type CheckRun,
  type CommitStatus,
  type Repository,
  type WorkflowRun,
  type World,
} from './world.ts';

type Json = Record<string, unknown>;

/** Where a job is looked at. */
export function jobPage(world: World, repository: Repository, job: CheckRun): string {
  return `${webUrl(world, repository)}/actions/runs/${job.run.id}/job/${job.id}`;
}

export function checkRunShape(world: World, repository: Repository, run: CheckRun): Json {
  const url = `${repositoryUrl(world, repository)}/check-runs/${run.id}`;
  const page = jobPage(world, repository, run);
  return {
    id: run.id,
    node_id: nodeId('CR', run.id),
    name: run.name,
    head_sha: run.sha,
    external_id: '',
    url,
    html_url: page,
    details_url: page,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: null,
      summary: null,
      text: null,
      annotations_count: 0,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.run.suite },
    app: appShape(world),
    pull_requests: [],
  };
}

function appShape(world: World): Json {
  return {
    id: 15_368,
    slug: 'github-actions',
    node_id: nodeId('A', 15_368),
    owner: userShape(world, ensureUser(world, 'github', 'Organization')),
    name: 'GitHub Actions',
    description: 'Automate your workflow from idea to production',
    external_url: 'https://help.github.com/en/actions',
    html_url: 'https://github.com/apps/github-actions',
    created_at: '2018-07-30T09:30:17Z',
    updated_at: '2024-04-10T20:33:16Z',
    permissions: { checks: 'write' },
    events: [],
  };
}

export function statusShape(world: World, repository: Repository, status: CommitStatus): Json {
  return {
    url: `${repositoryUrl(world, repository)}/statuses/${status.sha}`,
    avatar_url: null,
    id: status.id,
    node_id: nodeId('SC', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    creator: userShape(world, repository.owner),
  };
}

export function jobShape(world: World, repository: Repository, job: CheckRun): Json {
  const url = repositoryUrl(world, repository);
  return {
    id: job.id,
    run_id: job.run.id,
    run_attempt: 1,
    workflow_name: 'CI',
    head_branch: job.run.branch,
    run_url: `${url}/actions/runs/${job.run.id}`,
    node_id: nodeId('CR', job.id),
    head_sha: job.sha,
    url: `${url}/actions/jobs/${job.id}`,
    html_url: jobPage(world, repository, job),
    status: job.status,
    conclusion: job.conclusion,
    created_at: job.run.createdAt,
    started_at: job.startedAt,
    completed_at: job.completedAt,
    name: job.name,
    steps: [],
    check_run_url: `${url}/check-runs/${job.id}`,
    labels: ['ubuntu-latest'],
    runner_id: 1,
    runner_name: 'GitHub Actions 1',
    runner_group_id: 1,
    runner_group_name: 'GitHub Actions',
  };
}

export function runShape(world: World, repository: Repository, run: WorkflowRun): Json {
  const url = `${repositoryUrl(world, repository)}/actions/runs/${run.id}`;
  const jobs = repository.checkRuns.filter((job) => job.run === run);
  const isDone = jobs.every(({ status }) => status === 'completed');
  const isGood = jobs.every(({ conclusion }) => conclusion === 'success');
  const shape = repositoryShape(world, repository);
  return {
    id: run.id,
    name: 'CI',
    node_id: nodeId('WFR', run.id),
    head_branch: run.branch,
    head_sha: run.sha,
    path: '.github/workflows/ci.yml',
    display_title: 'CI',
    run_number: run.number,
    run_attempt: 1,
    event: 'pull_request',
    status: isDone ? 'completed' : 'in_progress',
    conclusion: isDone ? (isGood ? 'success' : 'failure') : null,
    workflow_id: repository.id + 1,
    check_suite_id: run.suite,
    url,
    html_url: `${webUrl(world, repository)}/actions/runs/${run.id}`,
    pull_requests: [],
    created_at: run.createdAt,
    updated_at: run.createdAt,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${repositoryUrl(world, repository)}/check-suites/${run.suite}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    workflow_url: `${repositoryUrl(world, repository)}/actions/workflows/${repository.id + 1}`,
    head_commit: null,
    repository: shape,
    head_repository: shape,
  };
}
