import { records, type Git, type GitCallOptions } from './git.ts';

/** Whether two commits have the same files. */
export async function haveSameFiles(git: Git, one: string, other: string): Promise<boolean> {
  return (await git.probe(['diff', '--quiet', one, other])).code === 0;
}

/** The paths that differ between two commits, or commit and tree; a rename counts as both of its paths. */
export async function listChangedPaths(git: Git, from: string, to: string): Promise<string[]> {
  const how = ['-r', '-z', '--name-only', '--no-renames'];
  return records(await git.run(['diff-tree', ...how, from, to]));
}

/** The paths that a commit changed against its first parent; a rename counts as its new path. */
export async function listPathsOfCommit(git: Git, commit: string): Promise<string[]> {
  return records(await git.run(['diff', '--name-only', '-z', `${commit}^`, commit]));
}

/** The paths that a commit changed since it left a base; a rename counts as its new path. */
export async function listPathsSince(git: Git, base: string, head: string): Promise<string[]> {
  return records(await git.run(['diff', '--name-only', '-z', `${base}...${head}`]));
}

/** A path that differs, and git's letter for how: `A`, `D`, `M`, `T`, or `R` with a number. */
export type PathChange = {
  readonly status: string;
  readonly path: string;
  /** Of a rename: what it was called. */
  readonly from?: string;
};

/** What differs between two commits, or trees. A rename counts as both of its paths. */
export async function listChanges(git: Git, from: string, to: string): Promise<PathChange[]> {
  const how = ['-r', '-z', '--no-renames', '--name-status'];
  return changesIn(await git.run(['diff-tree', ...how, from, to]));
}

/** What a commit changed since it left a base. A rename counts as both of its paths. */
export async function listChangesSince(
  git: Git,
  base: string,
  head: string,
): Promise<PathChange[]> {
  const how = ['--name-status', '-z', '--no-renames', '--no-ext-diff'];
  return changesIn(await git.run(['diff', ...how, `${base}...${head}`]));
}

/** What differs between two commits, with renames found. */
export async function listChangesWithRenames(
  git: Git,
  from: string,
  to: string,
): Promise<PathChange[]> {
  const how = ['-r', '-z', '--name-status', '-M', '--no-ext-diff', '--no-textconv'];
  return changesIn(await git.run(['diff-tree', ...how, from, to]));
}

/** Takes apart `status NUL path NUL …`; a rename has two paths. */
function changesIn(output: string): PathChange[] {
  const parts = output.split('\0');
  const changes: PathChange[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const status = parts[at] ?? '';
    const isRename = status.startsWith('R');
    const from = isRename ? { from: parts[at + 1] ?? '' } : {};
    if (isRename) at += 1;
    changes.push({ status, path: parts[at + 1] ?? '', ...from });
  }
  return changes;
}

/** What differs between two commits: for each path `:<mode> <mode> <id> <id> <status>`, then the path. */
export async function listRawChanges(git: Git, from: string, to: string): Promise<string[]> {
  const how = ['-r', '-z', '--raw', '--no-renames', '--no-abbrev'];
  return records(await git.run(['diff-tree', ...how, from, to]));
}

/**
 * What differs between two commits, with renames found, NUL-separated: first for each file how, then its counts of added
 * and removed lines.
 */
export async function readChangesWithCounts(git: Git, from: string, to: string): Promise<string> {
  const how = ['--raw', '--numstat', '-z', '-M', '--no-ext-diff', '--no-textconv'];
  return git.run(['diff', ...how, from, to]);
}

/**
 * Compares each of some commits, whose names are lines, with each of its parents: for each path, folders included,
 * `:<mode> <mode> <id> <id> <status>` NUL path NUL, handed on as it comes.
 */
export async function streamChanges(
  git: Git,
  commits: string,
  options: Omit<GitCallOptions, 'input' | 'inputFile'> & Required<Pick<GitCallOptions, 'onOutput'>>,
): Promise<void> {
  const how = [
    ...['--stdin', '-m', '--root', '--no-commit-id', '--raw', '-r', '-t', '-z'],
    ...['--no-renames', '--no-abbrev', '--no-ext-diff'],
  ];
  await git.run(['diff-tree', ...how], { ...options, input: commits });
}

/** Two commits, and some paths in them as they are written. */
export type DiffParams = {
  readonly from: string;
  readonly to: string;
  readonly paths: readonly string[];
};

/** The lines that differ in some files between two commits, without any around them, and with renames found. */
export async function readChangedLines(git: Git, { from, to, paths }: DiffParams): Promise<string> {
  const how = ['-U0', '-M', '--no-color', '--no-ext-diff', '--no-textconv'];
  const env = { GIT_LITERAL_PATHSPECS: '1' };
  return git.run(['diff', ...how, from, to, '--', ...paths], { env });
}

/** The lines that a commit changed since it left a base, without any around them. */
export async function readChangedLinesSince(git: Git, base: string, head: string): Promise<string> {
  const how = ['--unified=0', '--no-color', '--no-renames', '--no-ext-diff', '--no-textconv'];
  return git.run(['diff', ...how, `${base}...${head}`]);
}

/** The difference between two commits for people to read; without paths, all of it. */
export async function readDiff(git: Git, { from, to, paths }: DiffParams): Promise<string> {
  const how = ['--no-color', '--no-ext-diff', '--no-textconv'];
  const wanted = paths.map((path) => `:(literal)${path}`);
  return git.run(['diff', ...how, from, to, '--', ...wanted]);
}
