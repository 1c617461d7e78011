import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Holds } from '../../coordination/holds.ts';
import type { GitIdentity } from '../../git/git.ts';
import type { ProcessIdentity } from '../../model/process-identity.ts';
import { replaceFile } from '../../files/replace-file.ts';
import { deleteTrees } from '../clean/delete-trees.ts';
import { privateGitConfiguration, workEnvironment } from './environment.ts';
import { leasePorts } from './leases.ts';

/** The environment of one task's programs, with the leases behind it. */
export type TaskEnvironment = {
  readonly variables: Readonly<Record<string, string>>;
  /** Lets the leases last as long as this process lives, too. */
  readonly shareWith: (also: ProcessIdentity) => void;
  /** Gives the ports back, and leaves the folders to others of the task. */
  readonly leave: () => void;
  /** Gives the ports back and deletes the cache and the temporary files. */
  readonly close: () => Promise<void>;
};

export type TaskEnvironmentParams = {
  readonly holds: Holds;
  /** The user's own environment, and the names in it that were given by hand. */
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  readonly named: readonly string[];
  readonly identity: GitIdentity;
  /** A directory for this task alone, outside every workspace. */
  readonly directory: string;
  /** Short, for the sockets that programs make there. */
  readonly temporary: string;
  /** What the guide promises an agent: `AGENT_ID`, `SUB_ISSUE`, and so on. */
  readonly facts: Readonly<Record<string, string>>;
};

/** Makes a task's folders and leases its ports. */
export async function openTaskEnvironment(params: TaskEnvironmentParams): Promise<TaskEnvironment> {
  const cache = join(params.directory, 'cache');
  const emptyDirectory = join(params.directory, 'no-credentials');
  // In a separate directory: a program that writes to it locks a file next to it.
  const git = join(params.directory, 'git');
  const gitConfiguration = join(git, 'config');
  await Promise.all([
    mkdir(cache, { recursive: true, mode: 0o700 }),
    mkdir(git, { recursive: true, mode: 0o700 }),
    mkdir(emptyDirectory, { recursive: true, mode: 0o700 }),
    makePrivate(params.temporary),
  ]);
  // Programs of the task can write there: what they put in its place is replaced, and nothing is written through it.
  await replaceFile(gitConfiguration, privateGitConfiguration(params.env, params.home));
  const lease = await leasePorts(params.holds, 2);
  const [port = 0, databasePort = 0] = lease.ports;
  return {
    variables: {
      ...workEnvironment({ ...params, gitConfiguration, emptyDirectory }),
      ...params.facts,
      PORT: String(port),
      TEST_DB_PORT: String(databasePort),
      CACHE_DIR: cache,
      TEMP_DIR: params.temporary,
    },
    shareWith: lease.shareWith,
    leave: lease.release,
    close: async () => {
      lease.release();
      await discardTaskFolders(params);
    },
  };
}

/** Deletes a task's cache and temporary files. */
export async function discardTaskFolders(params: {
  readonly directory: string;
  readonly temporary: string;
}): Promise<void> {
  await deleteTrees([join(params.directory, 'cache'), params.temporary]);
}

/** The temporary directory is shared with other users: one that somebody else made there in advance is not taken. */
async function makePrivate(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const found = await lstat(path);
  if (!found.isDirectory() || (process.getuid !== undefined && found.uid !== process.getuid()))
    throw new Error(
      `${path} belongs to somebody else; remove it, or set TMPDIR to a directory of your own`,
    );
}
