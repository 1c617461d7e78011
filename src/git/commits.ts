import { identityVariables, linesOf, records, type Git, type GitIdentity } from './git.ts';

export type CommitParams = {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly identity: GitIdentity;
  /** Its author and date, where these are not the committer's now. */
  readonly author?: Readonly<Record<string, string>>;
};

/** Makes a commit, with the message as it is; gives its id. */
export async function makeCommit(git: Git, params: CommitParams): Promise<string> {
  const parents = params.parents.flatMap((parent) => ['-p', parent]);
  const env = { ...identityVariables(params.identity), ...params.author };
  const args = ['commit-tree', params.tree, ...parents, '-F', '-'];
  return (await git.run(args, { env, input: params.message })).trim();
}

export type PlainCommitParams = {
  readonly tree: string;
  readonly parents: readonly string[];
  /** Git ends its last line. */
  readonly message: string;
  readonly identity: GitIdentity;
  /** Of author and committer, so that the same order always makes the same commit; left out: now. */
  readonly date?: string;
};

/** Makes a commit whose message needs no line feed at its end; gives its id. */
export async function commitTree(git: Git, params: PlainCommitParams): Promise<string> {
  const { tree, message, identity, date } = params;
  const parents = params.parents.flatMap((parent) => ['-p', parent]);
  const dates = date === undefined ? {} : { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  const env = { ...identityVariables(identity), ...dates };
  return (await git.run(['commit-tree', tree, ...parents, '-m', message], { env })).trim();
}

/** The whole message of a commit, as git prints it. */
export async function readMessage(git: Git, commit: string): Promise<string> {
  return git.run(['log', '-1', '--format=%B', commit]);
}

/** The id of the commit that a revision names, with its whole message as git prints it. */
export async function readCommit(
  git: Git,
  revision: string,
): Promise<{ readonly id: string; readonly message: string }> {
  const output = await git.run(['log', '-1', '--format=%H%n%B', revision]);
  const [id = '', ...message] = output.split('\n');
  return { id, message: message.join('\n') };
}

/** The subjects of the commits that one has beyond another, oldest first and without merges. */
export async function listSubjects(git: Git, base: string, head: string): Promise<string[]> {
  const asked = ['log', '--reverse', '--no-merges', '--format=%s', `${base}..${head}`];
  return linesOf(await git.run(asked));
}

export type PathRange = {
  readonly from: string;
  readonly to: string;
  /** Only what touches these; none: everything. */
  readonly paths: readonly string[];
};

/** The subjects of the newest five commits that one has beyond another, newest first and without merges. */
export async function listNewestSubjects(
  git: Git,
  { from, to, paths }: PathRange,
): Promise<string[]> {
  const asked = ['log', '--no-merges', '-n5', '--format=%s', `${from}..${to}`];
  const text = await git.run([...asked, '--', ...paths.map((path) => `:(literal)${path}`)]);
  return text.trim().split('\n');
}

/** A commit, and the first line of its message. */
export type NamedCommit = { readonly sha: string; readonly subject: string };

/** The newest commits that one has beyond another, newest first. */
export async function listNamedCommits(
  git: Git,
  params: { readonly base: string; readonly head: string; readonly most: number },
): Promise<NamedCommit[]> {
  const { base, head, most } = params;
  const log = await git.run(['log', '-z', `-n${most}`, '--format=%H %s', `${base}..${head}`]);
  return records(log).map(namedCommit);
}

/** Takes `id subject` apart; an id is as long as the repository's kind of digest makes it. */
function namedCommit(line: string): NamedCommit {
  const end = line.indexOf(' ');
  return { sha: line.slice(0, end), subject: line.slice(end + 1) };
}

/** The messages of the commits between two, the newest first, whole. */
export async function listMessages(
  git: Git,
  params: { readonly base: string; readonly head: string; readonly most: number },
): Promise<string[]> {
  const { base, head, most } = params;
  return records(await git.run(['log', '-z', `-n${most}`, '--format=%B', `${base}..${head}`]));
}

/** What stays of a commit that is made again on another one: its author, with the time, and its message. */
export type CommitMark = { readonly sha: string; readonly mark: string };

/** The marks of some commits, in their order. */
export async function readMarks(git: Git, commits: readonly string[]): Promise<CommitMark[]> {
  if (commits.length === 0) return [];
  const how = ['log', '--no-walk=unsorted', '--stdin', '-z', '--date=raw'];
  const input = commits.map((commit) => `${commit}\n`).join('');
  const log = await git.run([...how, '--format=%H %an%x01%ae%x01%ad%x01%B'], { input });
  return records(log).map((record) => {
    const end = record.indexOf(' ');
    return { sha: record.slice(0, end), mark: record.slice(end + 1).trim() };
  });
}

/** The commits that one has beyond another and that touch some paths, the newest first and without merges. */
export async function listTouching(
  git: Git,
  { from, to, paths }: PathRange,
): Promise<NamedCommit[]> {
  const how = ['log', '-z', '--no-merges', '--full-history', '--format=%H %s', `${from}..${to}`];
  const log = await git.run([...how, '--', ...paths.map((path) => `:(literal)${path}`)]);
  return records(log).map(namedCommit);
}
