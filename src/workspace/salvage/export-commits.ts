import { open, rm, type FileHandle } from 'node:fs/promises';
import { ForeignGitError } from '../../git/git.ts';
import { runCommand } from '../../process/run-command.ts';
import type { Confinement } from '../sandbox/confinement.ts';

/** The most that is taken out of one repository. */
export const exportLimits = {
  objects: 1_000_000,
  /** A commit, a tree or a tag is held in memory whole. */
  largestRecord: 64 * 1024 * 1024,
  /** All objects together, unpacked, and the pack: bytes. */
  bytes: 4 * 1024 * 1024 * 1024,
  packBytes: 1024 * 1024 * 1024,
} as const;

/** Packing takes longer than a look: this many times what one call of git may take there. */
const looksPerPack = 2.5;

export type ExportOptions = {
  readonly confinement: Confinement;
  readonly workspace: string;
  /** The repository, when it is not the workspace's own: a submodule's, say. Absolute, within the workspace. */
  readonly repository?: string;
  /** What is wanted: a full name or an id; with `--all` all that the refs hold. */
  readonly want: string;
  /** Commits that are here already, with their histories. */
  readonly have: readonly string[];
  /** Gets the pack; is made, or replaced. */
  readonly pack: string;
  readonly signal?: AbortSignal | undefined;
};

/** What came out: the commits asked for, and a pack with all objects that they need beyond those that are here. */
export type ExportedCommits = { readonly heads: readonly string[]; readonly objects: number };

/**
 * Lists the objects, weighs them, and packs them from nothing: a pack that an agent made is not passed on. The first
 * line of the answer says what it is; the pack follows, unless there is nothing to be packed.
 */
const script = `
set -eu
want=$1 objects_limit=$2 record_limit=$3 bytes_limit=$4
shift 4
unset GIT_WORK_TREE
list=$(mktemp "\${TMPDIR:-/tmp}/objects.XXXXXX")
trap 'rm -f "$list"' EXIT
case $want in
  --all) heads=$(git for-each-ref --format='%(objectname)'; git rev-parse --verify --quiet HEAD || :) ;;
  *) heads=$(git rev-parse --verify --quiet "$want^{commit}") || { echo none; exit 0; } ;;
esac
[ -n "$heads" ] || { echo none; exit 0; }
for head in $heads; do echo "$head"; done > "$list"
for commit in "$@"; do git cat-file -e "$commit" 2> /dev/null && echo "^$commit"; done >> "$list" || :
git -c core.commitGraph=false rev-list --objects --no-object-names --stdin < "$list" > "$list.all"
mv "$list.all" "$list"
weight=$(git cat-file --buffer --batch-check='%(objecttype) %(objectsize)' < "$list" | awk '
  { count += 1; bytes += $2; if ($1 != "blob" && $2 > record) record = $2 }
  END { printf "%d %d %.0f", count, record, bytes }')
set -- $weight
echo objects $1 $2 $3 $heads
[ "$1" -gt 0 ] && [ "$1" -le "$objects_limit" ] && [ "$2" -le "$record_limit" ] || exit 0
[ "$(awk -v a="$3" -v b="$bytes_limit" 'BEGIN { print (a <= b) }')" = 1 ] || exit 0
git -c pack.threads=1 pack-objects -q --stdout --no-reuse-object --no-reuse-delta --delta-base-offset < "$list"
`;

/**
 * Takes commits out of a workspace's repository as a pack, made by our git in the confinement. Null: there is no such
 * commit. Throws a `ForeignGitError` for a repository that cannot be read, or holds more than {@link exportLimits}.
 */
export async function exportCommits(options: ExportOptions): Promise<ExportedCommits | null> {
  await rm(options.pack, { force: true });
  const file = await open(options.pack, 'wx', 0o600);
  try {
    return await receive(options, file);
  } finally {
    await file.close();
  }
}

async function receive(options: ExportOptions, file: FileHandle): Promise<ExportedCommits | null> {
  const { confinement, workspace, want, have } = options;
  const answer = receiverOf(file);
  const { objects, largestRecord, bytes } = exportLimits;
  const limits = [objects, largestRecord, bytes].map(String);
  const place = { workspace, access: 'read' } as const;
  const argv = ['/bin/sh', '-c', script, 'export', want, ...limits, ...have] as const;
  const { end, stderr } = await runCommand({
    argv: await confinement.enter(place, argv),
    cwd: workspace,
    env: {
      ...confinement.env,
      GIT_DIR: options.repository ?? `${workspace}/.git`,
      ...safely,
    },
    onOutput: answer.take,
    timeLimitMs: looksPerPack * confinement.timeLimitMs,
    signal: AbortSignal.any([answer.tooMuch, ...(options.signal ? [options.signal] : [])]),
  });
  const fail = (how: string): ForeignGitError =>
    new ForeignGitError(['the export of', want], stderr, how);
  if (answer.tooMuch.aborted) throw fail('was more than one gigabyte');
  if (end.kind === 'stopped') throw fail(`was stopped (${end.why})`);
  if (end.kind !== 'exited' || end.code !== 0) throw fail('failed');
  await answer.written();
  return read(answer.firstLine(), fail);
}

function read(line: string, fail: (how: string) => ForeignGitError): ExportedCommits | null {
  if (line === 'none') return null;
  const [, count, record, bytes, ids] =
    /^objects (\d+) (\d+) (\d+)((?: [0-9a-f]{40,64})*)$/u.exec(line) ?? [];
  if (ids === undefined) throw fail('gave no answer');
  const { objects, largestRecord, bytes: mostBytes } = exportLimits;
  if (Number(count) > objects)
    throw fail(`would be ${count} objects; at most ${objects} are taken`);
  if (Number(record) > largestRecord || Number(bytes) > mostBytes)
    throw fail(`would be ${bytes} bytes, the largest commit or directory ${record}`);
  return { heads: [...new Set(ids.trim().split(' '))], objects: Number(count) };
}

/** No program that the repository names, nothing fetched, nothing remembered from elsewhere. */
const safely = {
  GIT_CONFIG_COUNT: '4',
  ...Object.fromEntries(
    [
      ['core.fsmonitor', 'false'],
      ['core.hooksPath', '/dev/null'],
      ['core.commitGraph', 'false'],
      ['remote.origin.promisor', 'false'],
    ].flatMap(([key, value], at) => [
      [`GIT_CONFIG_KEY_${at}`, key],
      [`GIT_CONFIG_VALUE_${at}`, value],
    ]),
  ),
};

type Receiver = {
  readonly take: (chunk: Buffer) => void;
  readonly tooMuch: AbortSignal;
  readonly firstLine: () => string;
  /** Resolves when all that came is in the file. */
  readonly written: () => Promise<void>;
};

/** The first line, and the rest into a file. */
function receiverOf(file: FileHandle): Receiver {
  const tooMuch = new AbortController();
  let line: string | null = null;
  let head = Buffer.alloc(0);
  let length = 0;
  let writing = Promise.resolve();
  const keep = (chunk: Buffer): void => {
    length += chunk.length;
    if (length > exportLimits.packBytes) tooMuch.abort();
    else writing = writing.then(() => file.writeFile(chunk));
    // Reported by the caller that waits for it.
    writing.catch(() => undefined);
  };
  return {
    tooMuch: tooMuch.signal,
    firstLine: () => line ?? head.toString('latin1'),
    written: () => writing,
    take: (chunk) => {
      if (line !== null) return keep(chunk);
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\n');
      if (end === -1 && head.length > 1_000_000) tooMuch.abort();
      if (end === -1) return;
      line = head.toString('latin1', 0, end);
      keep(head.subarray(end + 1));
    },
  };
}
