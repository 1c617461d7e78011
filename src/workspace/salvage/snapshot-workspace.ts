import { ForeignGitError } from '../../git/git.ts';
import { runCommand } from '../../process/run-command.ts';
import type { Confinement } from '../sandbox/confinement.ts';

export type SnapshotOptions = {
  readonly confinement: Confinement;
  /** The work tree, which is only read. */
  readonly workspace: string;
  /** A directory within it, when that is what is looked at; otherwise the same. */
  readonly directory?: string;
  /** A bare repository of ours that takes the objects. */
  readonly repository: string;
  /** The index that is kept there from look to look: an absolute path within the repository. */
  readonly index: string;
  /** A commit whose files the index begins with, where it is not there yet; null for none. */
  readonly ground: string | null;
  /** An index that knows how these files were when they were checked out, so that only others are read. */
  readonly seed?: string | undefined;
  /** Bytes; larger files are left out. */
  readonly mostBytes: number;
  readonly signal?: AbortSignal | undefined;
};

/** A directory as git would commit it, untracked files included. */
export type WorkspaceSnapshot = {
  readonly tree: string;
  /** Larger files than were asked for, relative to the directory. */
  readonly tooLarge: readonly string[];
};

/**
 * Adds all to an index of ours. Repositories inside are left alone: to add one, git would run what its configuration
 * names. The agent's own index, configuration and hooks are not used; its ignore files hold.
 */
const script = `
set -eu
ground=$1 seed=$2 blocks=$3 directory=$4
work=$(mktemp -d "\${TMPDIR:-/tmp}/snapshot.XXXXXX")
trap 'rm -rf "$work"' EXIT
# Names may hold line breaks: those are hidden while names are lines.
lines() { tr '\\000\\n' '\\n\\001'; }
names() { tr '\\n\\001' '\\000\\n'; }
links() { lines | sed -n 's/^160000 [^\\t]*\\t//p'; }
if [ ! -f "$GIT_INDEX_FILE" ]; then
  [ -z "$seed" ] || cp -- "$seed" "$GIT_INDEX_FILE" 2> /dev/null || :
  if [ -n "$ground" ] && ! git read-tree -m "$ground" 2> /dev/null; then
    rm -f "$GIT_INDEX_FILE"
    git read-tree "$ground"
  fi
fi
cd -- "$directory"
find . -xdev -name .git -prune -o -type f -size "+$blocks" -print0 | lines | sed 's/^\\.\\///' > "$work/large"
{
  echo ':(top)'
  git ls-files --stage -z | links | sed 's/^/:(top,exclude,literal)/'
  sed 's/^/:(top,exclude,literal)/' "$work/large"
} | names > "$work/wanted"
git add --all --ignore-errors --pathspec-from-file="$work/wanted" --pathspec-file-nul 2> /dev/null || :
git ls-files --stage -z | links | sort > "$work/links"
if [ -s "$work/links" ]; then
  { [ -z "$ground" ] || git ls-tree -r -z "$ground"; } | links | sort > "$work/known"
  comm -23 "$work/links" "$work/known" | names | git update-index --force-remove -z --stdin
fi
echo "tree $(git write-tree)"
names < "$work/large"
`;

const timeLimitMs = 120_000;
const outputCap = 16 * 1024 * 1024;

/** Takes a snapshot of a workspace. Throws a `ForeignGitError` when it cannot be read, or not in time. */
export async function snapshotWorkspace(options: SnapshotOptions): Promise<WorkspaceSnapshot> {
  const { confinement, workspace, repository, index, signal } = options;
  const seed = options.seed ?? '';
  const directory = options.directory ?? workspace;
  const place = {
    workspace,
    access: 'read',
    writable: [repository],
    readable: seed === '' ? [] : [seed],
  } as const;
  // In blocks of 512 bytes, as `find` counts.
  const blocks = String(Math.floor(options.mostBytes / 512));
  const words = [options.ground ?? '', seed, blocks, directory];
  const chunks: Buffer[] = [];
  const over = new AbortController();
  let length = 0;
  const { end, stderr } = await runCommand({
    argv: await confinement.enter(place, ['/bin/sh', '-c', script, 'snapshot', ...words]),
    cwd: workspace,
    env: {
      ...confinement.env,
      ...{ GIT_DIR: repository, GIT_WORK_TREE: directory, GIT_INDEX_FILE: index },
    },
    timeLimitMs,
    signal: AbortSignal.any([over.signal, ...(signal ? [signal] : [])]),
    onOutput: (chunk) => {
      length += chunk.length;
      if (length > outputCap) over.abort();
      else chunks.push(chunk);
    },
  });
  const fail = (how: string): ForeignGitError =>
    new ForeignGitError(['the snapshot of', directory], stderr, how);
  if (end.kind === 'stopped') throw fail(`was stopped (${end.why})`);
  const [, tree, rest] =
    /^tree ([0-9a-f]{40,64})\n([^]*)$/u.exec(Buffer.concat(chunks).toString('utf8')) ?? [];
  if (end.kind !== 'exited' || end.code !== 0 || tree === undefined || rest === undefined)
    throw fail('failed');
  return { tree, tooLarge: rest.split('\0').filter((path) => path !== '') };
}
