import { runCommand, type CommandResult } from '../process/run-command.ts';
import { gitEnvironment } from './git-environment.ts';

/** Runs the git program on one repository. Every call is safe from the user's hooks, prompts and pagers. */
export type Git = {
  /** Where it works: a work tree, a place in one, or a bare repository. */
  readonly directory: string;
  /** Gives standard output; throws a `GitError` unless git exits 0. */
  readonly run: (args: readonly string[], options?: GitCallOptions) => Promise<string>;
  /** Gives the exit code with both outputs; throws only when git could not run at all. */
  readonly probe: (args: readonly string[], options?: GitCallOptions) => Promise<GitAnswer>;
  /** The same git on another directory. */
  readonly at: (directory: string) => Git;
};

export type GitCallOptions = {
  readonly input?: string;
  /** Takes standard output as it comes; what is given back has none then. */
  readonly onOutput?: (chunk: Buffer) => void;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
};

export type GitAnswer = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** A git command failed in a way that the caller did not expect. */
export class GitError extends Error {
  readonly args: readonly string[];
  readonly stderr: string;

  constructor(args: readonly string[], stderr: string, how: string) {
    super(`git ${args.slice(0, 3).join(' ')} ${how}: ${stderr.trim().slice(-2_000)}`);
    this.name = 'GitError';
    this.args = args;
    this.stderr = stderr;
  }
}

/** Who commits are by. */
export type GitIdentity = { readonly name: string; readonly email: string };

/**
 * What the user has set for their own git and is not for ours. Hooks, the file-system monitor and signing run other
 * people's programs; the rest would have git refuse what we ask of repositories that are ours.
 */
const ourConfiguration = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['commit.gpgSign', 'false'],
  ['push.gpgSign', 'false'],
  ['merge.verifySignatures', 'false'],
  ['log.showSignature', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['advice.detachedHead', 'false'],
  ['protocol.file.allow', 'always'],
  ['safe.bareRepository', 'all'],
  ['clone.defaultRemoteName', 'origin'],
  ['clone.rejectShallow', 'false'],
  // Our bare repositories are laid out by hand here and there: as files.
  ['init.defaultRefFormat', 'files'],
  ['submodule.recurse', 'false'],
  ['push.recurseSubmodules', 'no'],
  ['fetch.recurseSubmodules', 'false'],
] as const;

/** Git on a directory, with what it needs of `env`. */
export function gitAt(directory: string, env: NodeJS.ProcessEnv): Git {
  const environment = gitEnvironment(env);
  const probe = async (
    args: readonly string[],
    options: GitCallOptions = {},
  ): Promise<GitAnswer> => {
    const result = await runCommand({
      argv: [
        'git',
        ...ourConfiguration.flatMap(([key, value]) => ['-c', `${key}=${value}`]),
        ...args,
      ],
      cwd: directory,
      env: options.env === undefined ? environment : { ...environment, ...options.env },
      ...(options.input === undefined ? {} : { input: options.input }),
      ...(options.onOutput === undefined ? {} : { onOutput: options.onOutput }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    return answerOf(args, result);
  };
  return {
    directory,
    probe,
    run: async (args, options) => {
      const { code, stdout, stderr } = await probe(args, options);
      if (code !== 0) throw new GitError(args, stderr, `exited ${code}`);
      return stdout;
    },
    at: (other) => gitAt(other, env),
  };
}

function answerOf(args: readonly string[], result: CommandResult): GitAnswer {
  const { end, stdout, stderr } = result;
  switch (end.kind) {
    case 'exited':
      return { code: end.code, stdout, stderr };
    case 'signalled':
      throw new GitError(args, stderr, `was ended by ${end.signal}`);
    case 'not-started':
      throw new GitError(args, end.message, 'could not be started');
    case 'stopped':
      throw new GitError(args, stderr, `was stopped (${end.why})`);
  }
}

/** The variables by which commits get their author and committer. */
export function identityVariables(identity: GitIdentity): Record<string, string> {
  return {
    GIT_AUTHOR_NAME: identity.name,
    GIT_AUTHOR_EMAIL: identity.email,
    GIT_COMMITTER_NAME: identity.name,
    GIT_COMMITTER_EMAIL: identity.email,
  };
}

/** The NUL-separated records of a `-z` output. */
export function records(output: string): string[] {
  return output.split('\0').filter((record) => record !== '');
}
