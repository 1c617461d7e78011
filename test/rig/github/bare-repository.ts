import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gitAt, type Git } from '../../../src/git/git.ts';
import type { Repository } from './world.ts';

const author = {
  GIT_AUTHOR_NAME: 'Hub',
  GIT_AUTHOR_EMAIL: 'hub@example.invalid',
  GIT_COMMITTER_NAME: 'Hub',
  GIT_COMMITTER_EMAIL: 'hub@example.invalid',
};

/** Git on a repository of the double, as the double itself uses it: without hooks, with an author. */
export function gitOf(repository: Pick<Repository, 'directory'>): Git {
  return gitAt(repository.directory, { ...process.env, ...author });
}

/** Makes a bare repository: a copy of another one, or one with a first commit on `main`. Gives its default branch. */
export async function makeBareRepository(directory: string, from?: string): Promise<string> {
  await mkdir(dirname(directory), { recursive: true });
  const outside = gitAt(dirname(directory), { ...process.env, ...author });
  if (from === undefined) {
    await outside.run(['init', '-q', '--bare', '-b', 'main', directory]);
    await commitReadme(outside.at(directory));
  } else await outside.run(['clone', '-q', '--bare', '--no-local', from, directory]);
  const git = outside.at(directory);
  await git.run(['config', 'http.receivepack', 'true']);
  await git.run(['config', 'uploadpack.allowAnySHA1InWant', 'true']);
  await writeFile(join(directory, 'hooks', 'update'), updateHook, { mode: 0o755 });
  return (await git.run(['symbolic-ref', '--short', 'HEAD'])).trim();
}

async function commitReadme(git: Git): Promise<void> {
  const blob = await git.run(['hash-object', '-w', '--stdin'], { input: '# A repository\n' });
  const tree = await git.run(['mktree'], { input: `100644 blob ${blob.trim()}\tREADME.md\n` });
  const commit = await git.run(['commit-tree', tree.trim(), '-m', 'First commit']);
  await git.run(['update-ref', 'refs/heads/main', commit.trim()]);
}

/** The commit of a branch, or `null` when there is no such branch. */
export async function headOf(
  repository: Pick<Repository, 'directory'>,
  branch: string,
): Promise<string | null> {
  const ref = `refs/heads/${branch}`;
  const { code, stdout } = await gitOf(repository).probe(['rev-parse', '--verify', '-q', ref]);
  return code === 0 ? stdout.trim() : null;
}

/** All branches with their commits. */
export async function branchesOf(
  repository: Pick<Repository, 'directory'>,
): Promise<ReadonlyMap<string, string>> {
  const format = '--format=%(refname:lstrip=2) %(objectname)';
  const output = await gitOf(repository).run(['for-each-ref', format, 'refs/heads']);
  const lines = output.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => line.split(' ') as [string, string]));
}

/** Lets those who change refs of a repository do it one after another. */
export function inTurn<Value>(
  repository: Repository,
  change: () => Promise<Value>,
): Promise<Value> {
  const mine = repository.queue.then(change);
  repository.queue = mine.catch(() => undefined);
  return mine;
}

// What GitHub's own hooks refuse: changes to protected branches, and to workflows by tokens without that scope.
const updateHook = `#!/bin/sh
ref=$1 new=$3
for branch in $HUB_PROTECTED_BRANCHES; do
  if [ "$ref" = "refs/heads/$branch" ]; then
    echo "error: GH006: Protected branch update failed for $ref." >&2
    echo "error: Changes must be made through a pull request." >&2
    exit 1
  fi
done
[ "$HUB_MAY_CHANGE_WORKFLOWS" = no ] || exit 0
case $new in *[!0]*) ;; *) exit 0 ;; esac
file=$(git log --format= --name-only "$new" --not --all -- .github/workflows | head -n 1)
[ -z "$file" ] && exit 0
echo "refusing to allow a Personal Access Token to create or update workflow \\\`$file\\\` without \\\`workflow\\\` scope" >&2
exit 1
`;
