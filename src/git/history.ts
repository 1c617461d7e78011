import type { Git, GitCallOptions } from './git.ts';

export type HistoryParams = {
  readonly commit: string;
  /** At most this many commits are printed. */
  readonly most: number;
  /** Of each commit, as `git log` takes it. */
  readonly format: string;
  readonly options: GitCallOptions;
};

/**
 * The log of a commit without merges, newest first: each as its format says, then the names and states of its files,
 * NUL-separated, with renames followed. Null when git could not, as where contents are missing that it would compare.
 */
export async function findHistory(git: Git, params: HistoryParams): Promise<string | null> {
  const { code, stdout } = await git.probe(historyArguments(params, '-M'), params.options);
  return code === 0 ? stdout : null;
}

/** The same with renames followed by equal ids alone, for which git needs no contents; throws a `GitError`. */
export async function readHistoryByIds(git: Git, params: HistoryParams): Promise<string> {
  return git.run(historyArguments(params, '-M100%'), params.options);
}

function historyArguments({ commit, most, format }: HistoryParams, renames: string): string[] {
  const how = ['--no-merges', '-l200', '-z', '--name-status', `--format=${format}`];
  return ['log', '-n', String(most), ...how, renames, commit, '--'];
}

/**
 * What some commits changed, in their order: each as its format says, then the counts of added and removed lines for each
 * file, NUL-separated. Null when git could not.
 */
export async function findCounts(
  git: Git,
  { commits, format }: { readonly commits: readonly string[]; readonly format: string },
): Promise<string | null> {
  const how = ['--no-walk=unsorted', '--stdin', '--numstat', '-z', '-M', '-l200'];
  const input = commits.map((commit) => `${commit}\n`).join('');
  const { code, stdout } = await git.probe(['log', ...how, `--format=${format}`], { input });
  return code === 0 ? stdout : null;
}

/** Neither what is cached of the history nor what replaces a part of it counts. */
const trustNoCache = ['-c', 'core.commitGraph=false'];

/** The commits that one has beyond another, each on a line. */
export async function readCommitsBetween(
  git: Git,
  between: CommitRange,
  options: GitCallOptions,
): Promise<string> {
  return git.run([...trustNoCache, 'rev-list', rangeOf(between)], options);
}

/** All objects that one commit has beyond another, each on a line. */
export async function readObjectsBetween(
  git: Git,
  between: CommitRange,
  options: GitCallOptions,
): Promise<string> {
  const how = ['--objects', '--no-object-names'];
  return git.run([...trustNoCache, 'rev-list', ...how, rangeOf(between)], options);
}

/** Two commits: what the head has beyond the base. */
export type CommitRange = { readonly base: string; readonly head: string };

function rangeOf({ base, head }: CommitRange): string {
  return `${base}..${head}`;
}
