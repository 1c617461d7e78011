import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitOf, headOf, inTurn } from './bare-repository.ts';
import { isQueued, settledMergeability, whatBlocks } from './mergeability.ts';
import { pullOf } from './pulls.ts';
import { Refusal } from './refusal.ts';
import {
  actorOf,
  optionalText,
  repositoryRoute,
  type RepositoryCall,
  type Route,
} from './route.ts';
import { markMerged, syncPulls } from './sync-pulls.ts';
import type { MergeMethod, Pull, User, World } from './world.ts';

const base = '/repos/{owner}/{repo}/pulls/{pull_number}';

export const mergeRoutes: readonly Route[] = [
  repositoryRoute(
    `GET ${base}/merge`,
    { operation: 'pulls/check-if-merged', needs: 'read' },
    (call) => {
      if (pullOf(call).mergedAt === null) throw Refusal.notFound();
      return { status: 204 };
    },
  ),
  repositoryRoute(
    `PUT ${base}/merge`,
    { operation: 'pulls/merge', needs: 'write' },
    async (call) => {
      const sha = await mergePull(call.world, pullOf(call), orderOf(call));
      const message = 'Pull Request successfully merged';
      return { status: 200, body: { sha, merged: true, message } };
    },
  ),
  repositoryRoute(
    `PUT ${base}/update-branch`,
    { operation: 'pulls/update-branch', needs: 'write' },
    async (call) => {
      await updateBranch(call);
      const url = `${call.world.api}${call.path.replace(/\/update-branch$/u, '')}`;
      return { status: 202, body: { message: 'Updating pull request branch.', url } };
    },
  ),
];

export type MergeParams = {
  readonly method: MergeMethod;
  readonly by: User;
  /** What the head must be, if it matters. */
  readonly sha?: string;
  readonly title?: string;
  readonly message?: string;
  /** Whether it is the queue's turn. */
  readonly isFromQueue?: boolean;
};

function orderOf(call: RepositoryCall): MergeParams {
  const method = optionalText(call, 'merge_method') ?? 'merge';
  if (method !== 'merge' && method !== 'squash' && method !== 'rebase')
    throw Refusal.invalid([{ resource: 'PullRequest', field: 'merge_method', code: 'invalid' }]);
  const sha = optionalText(call, 'sha');
  const title = optionalText(call, 'commit_title');
  const message = optionalText(call, 'commit_message');
  return {
    method,
    by: actorOf(call),
    ...(sha === undefined ? {} : { sha }),
    ...(title === undefined ? {} : { title }),
    ...(message === undefined ? {} : { message }),
  };
}

/** Merges a pull request in the bare repository, or refuses: 409 for a stale head, 405 for all else. */
export function mergePull(world: World, pull: Pull, params: MergeParams): Promise<string> {
  const { repository } = pull.issue;
  return inTurn(repository, async () => {
    await refuseMerge(pull, params);
    const commit = await commitMerge(pull, params);
    const ref = `refs/heads/${pull.base.ref}`;
    await gitOf(repository).run(['update-ref', ref, commit, pull.base.sha]);
    markMerged(world, pull, { by: params.by, commit });
    if (repository.deletesMergedBranches && pull.head.repository === repository)
      await gitOf(repository).probe(['update-ref', '-d', `refs/heads/${pull.head.ref}`]);
    await syncPulls(world, repository, params.by);
    return commit;
  });
}

async function refuseMerge(pull: Pull, params: MergeParams): Promise<void> {
  const { repository, state } = pull.issue;
  const refuse = (message: string): Refusal => new Refusal(405, message);
  pull.base.sha = (await headOf(repository, pull.base.ref)) ?? pull.base.sha;
  if (params.sha !== undefined && params.sha !== pull.head.sha)
    throw new Refusal(409, 'Head branch was modified. Review and try the merge again.');
  if (state === 'closed') throw refuse('Pull Request is not mergeable');
  if (pull.isDraft) throw refuse('Pull Request is still a draft');
  if (!repository.mergeMethods.includes(params.method))
    throw refuse(`${methodWords[params.method]} merges are not allowed on this repository.`);
  if (!(await settledMergeability(pull))) throw refuse('Pull Request is not mergeable');
  const blocked = whatBlocks(pull);
  if (blocked !== null) throw refuse(blocked);
  if (isQueued(pull) && params.isFromQueue !== true)
    throw refuse('Changes must be made through the merge queue');
}

const methodWords = { merge: 'Merge commit', squash: 'Squash', rebase: 'Rebase' } as const;

async function commitMerge(pull: Pull, params: MergeParams): Promise<string> {
  if (params.method === 'rebase') return rebase(pull);
  const git = gitOf(pull.issue.repository);
  const merged = await git.run(['merge-tree', '--write-tree', pull.base.sha, pull.head.sha]);
  const parents = params.method === 'squash' ? [pull.base.sha] : [pull.base.sha, pull.head.sha];
  const { number, title } = pull.issue;
  const words =
    params.method === 'squash'
      ? [params.title ?? `${title} (#${number})`, params.message ?? '']
      : [
          params.title ??
            `Merge pull request #${number} from ${pull.head.repository.owner.login}/${pull.head.ref}`,
          params.message ?? title,
        ];
  const args = ['commit-tree', merged.trim(), ...parents.flatMap((parent) => ['-p', parent])];
  return (await git.run(args, { input: words.join('\n\n') })).trim();
}

/** Each commit once more on the base, in a work tree for the moment. */
async function rebase(pull: Pull): Promise<string> {
  const git = gitOf(pull.issue.repository);
  const place = await mkdtemp(join(tmpdir(), 'hub-rebase-'));
  try {
    await git.run(['worktree', 'add', '-q', '--detach', join(place, 'tree'), pull.base.sha]);
    const tree = git.at(join(place, 'tree'));
    const range = `${pull.base.sha}..${pull.head.sha}`;
    const commits = await git.run(['rev-list', '--reverse', '--no-merges', range]);
    for (const commit of commits.trim().split('\n')) await pick(tree, commit);
    return (await tree.run(['rev-parse', 'HEAD'])).trim();
  } finally {
    await rm(place, { recursive: true, force: true });
    await git.run(['worktree', 'prune']);
  }
}

async function pick(tree: ReturnType<typeof gitOf>, commit: string): Promise<void> {
  const { code } = await tree.probe(['cherry-pick', '--allow-empty', commit]);
  if (code !== 0) throw new Refusal(405, "This branch can't be rebased");
}

/** Merges the base into the head, as the button on the page does. */
async function updateBranch(call: RepositoryCall): Promise<void> {
  const pull = pullOf(call);
  const expected = optionalText(call, 'expected_head_sha');
  if (expected !== undefined && expected !== pull.head.sha)
    throw new Refusal(422, `expected head sha didn’t match current head ref.`);
  const { repository } = pull.head;
  await inTurn(repository, async () => {
    const git = gitOf(repository);
    const { code, stdout } = await git.probe([
      'merge-tree',
      '--write-tree',
      pull.head.sha,
      pull.base.sha,
    ]);
    if (code !== 0) throw new Refusal(422, 'merge conflict between base and head');
    const args = ['commit-tree', stdout.trim(), '-p', pull.head.sha, '-p', pull.base.sha];
    const message = `Merge branch '${pull.base.ref}' into ${pull.head.ref}\n`;
    const commit = (await git.run(args, { input: message })).trim();
    await git.run(['update-ref', `refs/heads/${pull.head.ref}`, commit, pull.head.sha]);
    await syncPulls(call.world, repository, actorOf(call));
  });
}
