import { ForeignGitError } from '../../git/git.ts';
import { runCommand } from '../../process/run-command.ts';
import type { Confinement } from '../sandbox/confinement.ts';

export type RestoreFilesOptions = {
  readonly confinement: Confinement;
  /** Our clone, which has the commit. */
  readonly clone: string;
  /** The check tree, in which programs have run. */
  readonly workspace: string;
  /** Its index as it was when the commit was checked out, kept where those programs could not write. */
  readonly index: string;
  /** Paths that may be other than they were. */
  readonly except: readonly string[];
  readonly signal: AbortSignal;
};

/** By an index and objects of ours: what programs did to the repository in the tree plays no part. */
const script = `
set -eu
export GIT_INDEX_FILE=$(mktemp -u "\${TMPDIR:-/tmp}/index.XXXXXX")
trap 'rm -f "$GIT_INDEX_FILE" "$GIT_INDEX_FILE".*' EXIT
cp -- "$1" "$GIT_INDEX_FILE"
shift
find . -xdev '(' -type p -o -type s -o -type b -o -type c ')' -delete
set -- ':(top)' "$@"
git diff-files --name-only -z --ignore-submodules=all -- "$@" > "$GIT_INDEX_FILE.changed"
[ -s "$GIT_INDEX_FILE.changed" ] || exit 0
git checkout-index -q -f -u -z --stdin < "$GIT_INDEX_FILE.changed" || :
cat "$GIT_INDEX_FILE.changed"
git diff-files --quiet --ignore-submodules=all -- "$@" || exit 3
`;

const timeLimitMs = 120_000;

/**
 * Puts a check tree's tracked files back to what the commit has; gives those that were other. Throws a
 * `ForeignGitError` when that fails: then the checks would be about something else than what is published.
 */
export async function restoreFiles(options: RestoreFilesOptions): Promise<string[]> {
  const { confinement, clone, workspace, index, except, signal } = options;
  const place = { workspace, access: 'write', readable: [clone, index] } as const;
  const pathspecs = except.map((path) => `:(top,exclude,literal)${path.replace(/\/$/u, '')}`);
  const { end, stdout, stderr } = await runCommand({
    argv: await confinement.enter(place, ['/bin/sh', '-c', script, 'restore', index, ...pathspecs]),
    cwd: workspace,
    env: { ...confinement.env, GIT_DIR: clone, GIT_WORK_TREE: workspace },
    timeLimitMs,
    signal,
  });
  if (end.kind === 'exited' && end.code === 0)
    return stdout.split('\0').filter((path) => path !== '');
  const how =
    end.kind === 'exited' && end.code === 3
      ? 'left files other than the commit has them'
      : 'failed';
  throw new ForeignGitError(['the check of', workspace], stderr, how);
}
