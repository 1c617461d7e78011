import { isAtLeast } from './access.ts';
import { gitOf, headOf, inTurn } from './bare-repository.ts';
import { addIssue, setIssueState } from './issues.ts';
import { mergeabilityOf, mergeStateOf } from './mergeability.ts';
import { pageOf } from './pages.ts';
import { fullPullShape, pullShape, type PullDetails } from './pull-shape.ts';
import { Refusal } from './refusal.ts';
import {
  actorOf,
  numberParam,
  optionalText,
  repositoryRoute,
  requiredText,
  type Answer,
  type RepositoryCall,
  type Route,
} from './route.ts';
import { bringCommit, closePull, keepHead } from './sync-pulls.ts';
import {
  findRepository,
  fullName,
  type Pull,
  type Repository,
  type User,
  type World,
} from './world.ts';

const base = '/repos/{owner}/{repo}/pulls';

export const pullRoutes: readonly Route[] = [
  repositoryRoute(`GET ${base}`, { operation: 'pulls/list', needs: 'read' }, (call) =>
    pageOf(call, listed(call), (page) => page.map((pull) => pullShape(call.world, pull))),
  ),
  repositoryRoute(
    `POST ${base}`,
    { operation: 'pulls/create', needs: 'read', createsContent: true },
    async (call) => {
      const isActions = call.token?.isOfApp && actorOf(call).login === 'github-actions[bot]';
      if (isActions && !call.repository.actionsMayOpenPulls)
        throw Refusal.forbidden(
          'GitHub Actions is not permitted to create or approve pull requests.',
        );
      const head = sideOf(call, requiredText(call, 'PullRequest', 'head'));
      const pull = await openPull(call.world, call.repository, {
        title: requiredText(call, 'PullRequest', 'title'),
        body: optionalText(call, 'body') ?? null,
        author: actorOf(call),
        head,
        base: requiredText(call, 'PullRequest', 'base'),
        isDraft: call.body['draft'] === true,
      });
      return full(call, pull, 201);
    },
  ),
  repositoryRoute(`GET ${base}/{pull_number}`, { operation: 'pulls/get', needs: 'read' }, (call) =>
    full(call, pullOf(call), 200),
  ),
  repositoryRoute(
    `PATCH ${base}/{pull_number}`,
    { operation: 'pulls/update', needs: 'read' },
    async (call) => {
      const pull = pullOf(call);
      if (!isAtLeast(call.permission, 'write') && pull.issue.author.id !== actorOf(call).id)
        throw Refusal.forbidden('Must have push access to the repository.');
      await editPull(call, pull);
      return full(call, pull, 200);
    },
  ),
];

export type NewPull = {
  readonly title: string;
  readonly body?: string | null;
  readonly author: User;
  readonly head: { readonly repository: Repository; readonly ref: string };
  readonly base: string;
  readonly isDraft?: boolean;
};

/** Opens a pull request, or refuses as GitHub does. */
export function openPull(world: World, repository: Repository, params: NewPull): Promise<Pull> {
  return inTurn(repository, async () => {
    const headSha = await headOf(params.head.repository, params.head.ref);
    const baseSha = await headOf(repository, params.base);
    if (headSha === null) throw invalid({ field: 'head', code: 'invalid' });
    if (baseSha === null) throw invalid({ field: 'base', code: 'invalid' });
    refuseSecond(repository, params);
    await bringCommit(repository, params.head.repository, headSha);
    if ((await countCommits(repository, baseSha, headSha)) === 0)
      throw custom(`No commits between ${params.base} and ${params.head.ref}`);
    const pull: Pull = {
      id: world.nextId(),
      issue: addIssue(world, repository, params, true),
      head: { ...params.head, sha: headSha },
      base: { ref: params.base, sha: baseSha },
      isDraft: params.isDraft ?? false,
      mergedAt: null,
      mergedBy: null,
      mergeCommit: null,
      reviews: [],
      reviewers: [],
      autoMerge: null,
      queued: null,
      mergeability: null,
    };
    pull.issue.pull = pull;
    await keepHead(pull);
    tell(world, pull, 'pull-opened');
    return pull;
  });
}

/** The pull request that a path names. */
export function pullOf(call: RepositoryCall): Pull {
  const pull = call.repository.issues.get(numberParam(call, 'pull_number'))?.pull;
  if (pull === null || pull === undefined) throw Refusal.notFound();
  return pull;
}

function refuseSecond(repository: Repository, { head, base: branch }: NewPull): void {
  const isThere = pullsOf(repository).some(
    (pull) =>
      pull.issue.state === 'open' &&
      pull.head.repository === head.repository &&
      pull.head.ref === head.ref &&
      pull.base.ref === branch,
  );
  const label = `${head.repository.owner.login}:${head.ref}`;
  if (isThere) throw custom(`A pull request already exists for ${label}.`);
}

async function editPull(call: RepositoryCall, pull: Pull): Promise<void> {
  const { world, repository } = call;
  if ('title' in call.body) pull.issue.title = requiredText(call, 'PullRequest', 'title');
  if ('body' in call.body) pull.issue.body = optionalText(call, 'body') ?? null;
  const branch = optionalText(call, 'base');
  if (branch !== undefined) {
    const sha = await headOf(repository, branch);
    if (sha === null) throw invalid({ field: 'base', code: 'invalid' });
    Object.assign(pull.base, { ref: branch, sha });
  }
  pull.issue.updatedAt = world.stamp();
  const state = optionalText(call, 'state');
  if (state === 'closed' && pull.issue.state === 'open') closePull(world, pull, actorOf(call));
  else if (state === 'open' && pull.issue.state === 'closed') reopen(call, pull);
  else tell(world, pull, 'pull-edited');
}

function reopen(call: RepositoryCall, pull: Pull): void {
  if (pull.mergedAt !== null) throw custom('Cannot change state. The pull request was merged.');
  setIssueState(call.world, pull.issue, { state: 'open', by: actorOf(call), reason: 'reopened' });
}

/** `branch`, or `owner:branch` of a fork. */
function sideOf(call: RepositoryCall, head: string): NewPull['head'] {
  const [first = '', ...rest] = head.split(':');
  if (rest.length === 0) return { repository: call.repository, ref: head };
  const name = optionalText(call, 'head_repo')?.split('/').at(-1) ?? call.repository.name;
  const repository =
    findRepository(call.world, first, name) ??
    [...call.world.repositories.values()].find(
      ({ owner, parent }) => owner.login === first && parent === call.repository,
    );
  if (repository === undefined) throw invalid({ field: 'head', code: 'invalid' });
  return { repository, ref: rest.join(':') };
}

export function pullsOf(repository: Repository): Pull[] {
  return [...repository.issues.values()].flatMap(({ pull }) => (pull === null ? [] : [pull]));
}

/** The pull requests that a list asks for; `head` counts as `owner:branch` alone, and is ignored otherwise. */
function listed(call: RepositoryCall): Pull[] {
  const { query } = call;
  const state = query.get('state') ?? 'open';
  const head = query.get('head') ?? '';
  const branch = query.get('base');
  const found = pullsOf(call.repository).filter(
    (pull) =>
      (state === 'all' || pull.issue.state === state) &&
      (!head.includes(':') || `${pull.head.repository.owner.login}:${pull.head.ref}` === head) &&
      (branch === null || pull.base.ref === branch),
  );
  const byUpdate = query.get('sort') === 'updated';
  const rising = found.toSorted(
    ({ issue: a }, { issue: b }) =>
      (byUpdate ? a.updatedAt.localeCompare(b.updatedAt) : 0) || a.number - b.number,
  );
  // Without `sort`, the newest come first; with one, `direction` says it.
  const direction = query.get('direction') ?? (query.has('sort') ? 'asc' : 'desc');
  return direction === 'asc' ? rising : rising.toReversed();
}

async function full(call: RepositoryCall, pull: Pull, status: number): Promise<Answer> {
  return { status, body: fullPullShape(call.world, pull, await detailsOf(pull)) };
}

/** What has to be computed of a pull request. */
export async function detailsOf(pull: Pull): Promise<PullDetails> {
  const range = `${pull.base.sha}...${pull.head.sha}`;
  const numbers = await gitOf(pull.issue.repository).run(['diff', '--numstat', range]);
  const files = numbers.split('\n').filter((line) => line !== '');
  const sum = (column: number): number =>
    files.reduce((total, line) => total + (Number(line.split('\t')[column]) || 0), 0);
  const isOpen = pull.issue.state === 'open';
  return {
    isMergeable: isOpen ? mergeabilityOf(pull).isMergeable : null,
    mergeState: mergeStateOf(pull),
    commits: await countCommits(pull.issue.repository, pull.base.sha, pull.head.sha),
    additions: sum(0),
    deletions: sum(1),
    changedFiles: files.length,
  };
}

async function countCommits(repository: Repository, from: string, to: string): Promise<number> {
  return Number(await gitOf(repository).run(['rev-list', '--count', `${from}..${to}`]));
}

function invalid(error: { readonly field: string; readonly code: string }): Refusal {
  return Refusal.invalid([{ resource: 'PullRequest', ...error }]);
}

function custom(message: string): Refusal {
  return Refusal.invalid([{ resource: 'PullRequest', code: 'custom', message }]);
}

function tell(world: World, pull: Pull, kind: 'pull-opened' | 'pull-edited'): void {
  const { repository, number } = pull.issue;
  world.events.emit({ kind, repository: fullName(repository), number, detail: pull.head.ref });
}
