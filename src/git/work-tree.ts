import { GitError, identityVariables, records, type Git, type GitIdentity } from './git.ts';
import { bytesOfPath, pathOfBytes } from './path-bytes.ts';

/**
 * The state of a work tree, as the records of `git status --porcelain=v2 --branch -z`; `normal` names an untracked
 * directory, `all` the files in it. Paths are as `pathOfBytes` has them.
 */
export async function readStatusRecords(git: Git, untracked: 'normal' | 'all'): Promise<string[]> {
  const chunks: Buffer[] = [];
  await git.run(
    [
      // Git would look into a repository inside, and run the filters that its configuration names.
      ...['status', '--porcelain=v2', '--branch', '-z', '--no-renames'],
      ...['--ignore-submodules=dirty', `--untracked-files=${untracked}`],
    ],
    { onOutput: (chunk) => void chunks.push(chunk) },
  );
  return records(pathOfBytes(Buffer.concat(chunks)));
}

/** Whether tracked files are changed, or something is staged. */
export async function isChanged(git: Git): Promise<boolean> {
  const status = await git.run(['status', '--porcelain', '--untracked-files=no']);
  return status.trim() !== '';
}

/** What git ignores in a work tree; a folder of nothing else is named as a whole, with a slash at its end. */
export async function listIgnored(git: Git): Promise<string[]> {
  const how = ['--others', '--ignored', '--exclude-standard', '--directory', '-z'];
  return records(await git.run(['ls-files', ...how]));
}

/** Those of some paths that git ignores; throws a `GitError` when it cannot tell, as behind a symbolic link. */
export async function onlyIgnored(git: Git, paths: readonly string[]): Promise<string[]> {
  if (paths.length === 0) return [];
  const asked = ['check-ignore', '-z', '--stdin'];
  const { code, stdout, stderr } = await git.probe(asked, { input: paths.join('\0') });
  // 1 says that none of them is ignored.
  if (code > 1) throw new GitError(asked, stderr, `exited ${code}`);
  return records(stdout);
}

/** Stages one path as it is in the work tree, whatever characters it has. */
export async function stagePath(git: Git, path: string): Promise<void> {
  await git.run(['add', '--', `:(top,literal)${path}`]);
}

/** Stages exactly these paths, deletions included; paths are as `pathOfBytes` has them. */
export async function stagePaths(git: Git, paths: readonly string[]): Promise<void> {
  // `git add` refuses a path that is gone from the work tree and the index alike, as a staged deletion is.
  await git.run(['update-index', '--add', '--remove', '-z', '--stdin'], {
    input: Buffer.concat(paths.flatMap((path) => [bytesOfPath(path), Buffer.from([0])])),
  });
}

/** Whether something is staged. */
export async function hasStaged(git: Git): Promise<boolean> {
  return (await git.probe(['diff', '--cached', '--quiet'])).code !== 0;
}

/** Commits what is staged, without hooks; throws a `GitError` where nothing is. */
export async function commitStaged(
  git: Git,
  { message, identity }: { readonly message: string; readonly identity: GitIdentity },
): Promise<void> {
  // Without a message, which is what git reads when we die now, it commits nothing.
  await git.run(['commit', '--quiet', '--no-verify', '--cleanup=whitespace', '-F', '-'], {
    input: message,
    env: identityVariables(identity),
  });
}

/** Commits all files of a work tree, those that git ignores left out. */
export async function commitAll(
  git: Git,
  { message, identity }: { readonly message: string; readonly identity: GitIdentity },
): Promise<void> {
  await git.run(['add', '--all']);
  const env = identityVariables(identity);
  await git.run(['commit', '--quiet', '--message', message], { env });
}

/** Commits a merge that was begun, with the message that git has for it. */
export async function concludeMerge(git: Git, identity: GitIdentity): Promise<void> {
  const env = identityVariables(identity);
  await git.run(['commit', '--quiet', '--no-verify', '--no-edit'], { env });
}

export type WorkTreeMerge = {
  readonly commit: string;
  readonly message: string;
  readonly identity: GitIdentity;
};

/** What became of a merge in a work tree: `conflicted` leaves the conflicts there, with markers. */
export type MergeEnd =
  | { readonly kind: 'merged' | 'conflicted' }
  | { readonly kind: 'refused'; readonly why: string };

/** Merges a commit into the branch that is checked out, and commits the result if nothing conflicts. */
export async function mergeIntoBranch(git: Git, merge: WorkTreeMerge): Promise<MergeEnd> {
  const { commit, message, identity } = merge;
  return endOf(
    await git.probe(
      [
        ...['-c', 'rerere.enabled=false', '-c', 'merge.conflictStyle=diff3'],
        ...['merge', '--no-ff', '-m', message, commit],
      ],
      { env: identityVariables(identity) },
    ),
  );
}

/** Starts to merge a commit into the branch that is checked out, by the attributes of a file; commits nothing. */
export async function startMerge(
  git: Git,
  merge: WorkTreeMerge & { readonly attributes: string },
): Promise<MergeEnd> {
  const { commit, message, identity, attributes } = merge;
  return endOf(
    await git.probe(
      [
        ...['-c', `core.attributesFile=${attributes}`, '-c', 'rerere.enabled=false'],
        ...['-c', 'merge.conflictStyle=diff3'],
        ...['merge', '--no-commit', '--no-ff', '-m', message, commit],
      ],
      { env: identityVariables(identity) },
    ),
  );
}

function endOf({ code, stderr }: { readonly code: number; readonly stderr: string }): MergeEnd {
  if (code === 0) return { kind: 'merged' };
  // 1 says that there are conflicts.
  return code === 1 ? { kind: 'conflicted' } : { kind: 'refused', why: stderr.trim() };
}

/** Puts a branch where HEAD is, and checks it out. */
export async function checkOutHere(git: Git, branch: string): Promise<void> {
  await git.run(['checkout', '--quiet', '--no-track', '-B', branch]);
}

/** Moves what is checked out to a commit; uncommitted changes stay, or a `GitError` is thrown where they cannot. */
export async function resetKeeping(git: Git, commit: string): Promise<void> {
  await git.run(['reset', '--quiet', '--keep', commit]);
}

/** Moves what is checked out to a commit; uncommitted changes are lost. */
export async function resetHard(git: Git, commit: string): Promise<void> {
  await git.run(['reset', '--quiet', '--hard', commit]);
}
