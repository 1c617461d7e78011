import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openHolds, type Holds } from '../../src/coordination/holds.ts';
import { ensureBareClone, type BareClone } from '../../src/git/bare-clone.ts';
import { gitAt } from '../../src/git/git.ts';
import { identifySelf } from '../../src/process/identity.ts';
import { openConfinement } from '../../src/workspace/sandbox/confinement.ts';
import { workspacesOf, type Workspaces } from '../../src/workspace/workspaces.ts';

/** Files to be written, by path; null deletes one. */
export type Files = Readonly<Record<string, string | Buffer | null>>;

/** A user's repository with our bare clone of it, on which tasks have workspaces. */
export type MergeWorld = AsyncDisposable & {
  readonly root: string;
  /** The user's repository; its branch is `main`. */
  readonly source: string;
  readonly clone: BareClone;
  readonly holds: Holds;
  readonly workspaces: Workspaces;
  /** The commit that all began from. */
  readonly base: string;
  /** Runs git in a directory and gives its output, trimmed. */
  readonly git: (directory: string, ...args: readonly string[]) => string;
  /** Writes files into a directory. */
  readonly write: (directory: string, files: Files) => void;
  /** A workspace on a branch of its own (`task-N`), at the base or another commit. */
  readonly workspace: (task: number, at?: string) => Promise<string>;
  /** A branch `task-N` of the clone with one commit of these files; gives the commit. */
  readonly branch: (task: number, files: Files, at?: string) => Promise<string>;
  /** Moves the base on in the clone, by one commit of these files; gives the commit. */
  readonly moveBase: (files: Files) => Promise<string>;
};

/** Text of numbered lines, some of them replaced. */
export function numbered(count: number, replaced: Readonly<Record<number, string>> = {}): string {
  const lines = Array.from(
    { length: count },
    (_, index) => replaced[index + 1] ?? `line ${index + 1}`,
  );
  return `${lines.join('\n')}\n`;
}

/** Makes a world whose base has these files. */
export async function makeMergeWorld(files: Files): Promise<MergeWorld> {
  const folder = await mkdtempDisposable(join(tmpdir(), 'merging-'));
  const root = folder.path;
  const source = join(root, 'source');
  const git = (directory: string, ...args: readonly string[]): string =>
    execFileSync('git', ['-C', directory, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...someone },
    }).trim();
  mkdirSync(source);
  git(source, 'init', '--quiet', '--initial-branch=main');
  commitFiles(git, source, files);
  const base = git(source, 'rev-parse', 'HEAD');
  const holds = openHolds(join(root, 'holds.sqlite'), await identifySelf());
  const clone = await ensureBareClone({
    directory: join(root, 'clone.git'),
    source: join(source, '.git'),
    branch: 'main',
    git: gitAt(source, process.env),
    holds,
  });
  const identity = { name: 'Una', email: 'una@example.invalid' };
  const confining = { sandbox: null, env: process.env, home: root, clone: clone.directory };
  const confinement = openConfinement(confining);
  const trash = join(root, 'trash');
  const workspaces = workspacesOf({ clone, confinement, trash, identity, baseBranch: 'main' });
  const workspace = async (task: number, at = base): Promise<string> => {
    const path = join(root, 'workspaces', `task-${task}`);
    await workspaces.create({ path, branch: `task-${task}`, commit: at });
    return path;
  };
  const collect = async (path: string, ref: string): Promise<string> => {
    const commit = (await workspaces.collect(path, { want: 'HEAD', have: [base] })) ?? '';
    git(clone.directory, 'update-ref', ref, commit);
    return commit;
  };
  return {
    ...{ root, source, clone, holds, workspaces, base, git, write: writeFiles, workspace },
    branch: async (task, changed, at) => {
      const path = await workspace(task, at);
      commitFiles(git, path, changed);
      return collect(path, `refs/heads/task-${task}`);
    },
    moveBase: async (changed) => {
      const path = join(root, 'base');
      const at = git(clone.directory, 'rev-parse', 'refs/heads/main');
      await workspaces.create({ path, branch: null, commit: at });
      commitFiles(git, path, changed);
      const commit = await collect(path, 'refs/heads/main');
      await workspaces.discard(path);
      return commit;
    },
    [Symbol.asyncDispose]: async () => {
      holds.close();
      await folder.remove();
    },
  };
}

const someone = {
  GIT_AUTHOR_NAME: 'Tester',
  GIT_AUTHOR_EMAIL: 'tester@example.invalid',
  GIT_COMMITTER_NAME: 'Tester',
  GIT_COMMITTER_EMAIL: 'tester@example.invalid',
};

function commitFiles(git: MergeWorld['git'], directory: string, files: Files): string {
  writeFiles(directory, files);
  git(directory, 'add', '--all');
  git(directory, 'commit', '--quiet', '--message', `Change ${Object.keys(files).join(', ')}`);
  return git(directory, 'rev-parse', 'HEAD');
}

function writeFiles(directory: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    const full = join(directory, path);
    if (content === null) rmSync(full, { recursive: true });
    else {
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, content);
    }
  }
}
