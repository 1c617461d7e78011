import type { Git } from './git.ts';

export type LocalPush = {
  /** A bare repository of ours. */
  readonly into: string;
  readonly commit: string;
  /** Its full name. */
  readonly ref: string;
  /** The commit that the ref must still be at; left out: whatever is there is replaced. */
  readonly expected?: string;
};

/** What the user has set for repositories that others push to; git hands none of our own settings on to the other side. */
const notForOurs = [
  'core.hooksPath=/dev/null',
  'receive.denyNonFastForwards=false',
  'receive.denyDeletes=false',
];

const receiver = ['git', ...notForOurs.map((setting) => `-c ${setting}`), 'receive-pack'].join(' ');

// That of another user, which git opens because they trust the name of its work tree, git would refuse by the name of
// its git directory: git asks in the process that clones, and in the one that it reads by.
const trusting = 'safe.directory=*';

/** How git is to read a repository on this disk. */
export const readingLocally = `--upload-pack=git -c '${trusting}' upload-pack`;

/** The beginning of a clone of a repository on this disk: bare, and without what the user's templates would put there. */
const cloningLocally = [
  ...['-c', trusting, 'clone', '--quiet', '--bare', '--single-branch', '--template='],
  readingLocally,
] as const;

export type LocalClone = {
  readonly source: string;
  /** The directory that is made. */
  readonly into: string;
  /** The one branch that it has, with its tags; left out: that of the source's HEAD, without tags. */
  readonly branch?: string;
};

/** Clones a repository on this disk. `git` works in a directory that is there. */
export async function cloneLocally(git: Git, { source, into, branch }: LocalClone): Promise<void> {
  const what = branch === undefined ? ['--no-tags'] : ['--branch', branch];
  // Not with `--local`: asked for by name, hard links are a must, and a state on another disk has none.
  await git.run([...cloningLocally, ...what, '--', source, into]);
}

/** Brings a commit from where `git` works into a bare repository of ours. Runs no hook on either side. */
export async function pushLocally(git: Git, push: LocalPush): Promise<void> {
  const { into, commit, ref, expected } = push;
  const force = expected === undefined ? '--force' : `--force-with-lease=${ref}:${expected}`;
  await git.run([
    ...['push', '--quiet', force, '--no-verify', '--no-follow-tags', `--receive-pack=${receiver}`],
    ...['--', into, `${commit}:${ref}`],
  ]);
}
