import type { FileHandle } from 'node:fs/promises';
import { runCommand, type CommandResult } from '../process/run-command.ts';
import { gitEnvironment } from './git-environment.ts';

/** Runs the git program on one repository. Every call is safe from the user's hooks, prompts and pagers. */
export type Git = {
  /** Where it works: a work tree, a place in one, or a bare repository. */
  readonly directory: string;
  /** Gives standard output; throws a `GitError` unless git exits with 0. */
  readonly run: (args: readonly string[], options?: GitCallOptions) => Promise<string>;
  /** Gives the exit code with both outputs; throws only when git could not run at all. */
  readonly probe: (args: readonly string[], options?: GitCallOptions) => Promise<GitAnswer>;
  /** The same git on another directory. */
  readonly at: (directory: string) => Git;
};

export type GitCallOptions = {
  readonly input?: string | Buffer;
  /** A file that is standard input, in place of text. */
  readonly inputFile?: FileHandle;
  /** Takes standard output as it comes; what is given back has none then. */
  readonly onOutput?: (chunk: Buffer) => void;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
};

export type GitAnswer = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Where and how git runs, when it is not simply here. */
export type GitManner = {
  /** What to run in place of git and its arguments: the same in a sandbox, for instance. */
  readonly enter?: (
    argv: readonly [string, ...string[]],
  ) => Promise<readonly [string, ...string[]]>;
  /** Variables that every call gets, before those of its own options. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Milliseconds until a call is ended. */
  readonly timeLimitMs?: number;
  /** Bytes of standard output that are taken at most; a call that prints more is ended. */
  readonly outputCap?: number;
  /** Ends every call, in addition to the signal of its own options. */
  readonly signal?: AbortSignal;
  /** Whether somebody else can write where it works, so that a failure is theirs and not a bug of ours. */
  readonly isForeign?: boolean;
};

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

/** Git failed where an agent can write: the agent's files are the likely reason. */
export class ForeignGitError extends GitError {
  constructor(args: readonly string[], stderr: string, how: string) {
    super(args, stderr, how);
    this.name = 'ForeignGitError';
  }
}

/** Who commits are by. */
export type GitIdentity = { readonly name: string; readonly email: string };

/**
 * The user's git settings that must not apply to ours. Hooks, the file-system monitor and signing run other
 * people's programs; the rest would make git refuse what we do in our own repositories.
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
  // What an agent left is committed as it is; the checks and the reviewers judge its line endings.
  ['core.safecrlf', 'false'],
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

const ourFlags = ourConfiguration.flatMap(([key, value]) => ['-c', `${key}=${value}`]);

/** Git on a directory, with what it needs of `env`. */
export function gitAt(directory: string, env: NodeJS.ProcessEnv, manner: GitManner = {}): Git {
  const environment = { ...gitEnvironment(env), ...manner.variables };
  const fail = failureIn(manner);
  const probe = async (
    args: readonly string[],
    options: GitCallOptions = {},
  ): Promise<GitAnswer> => {
    const plain = ['git', ...ourFlags, ...args] as const;
    const limit = limitOutput(manner, options);
    const signals = [manner.signal, options.signal, limit?.signal].filter(
      (one) => one !== undefined,
    );
    const result = await runCommand({
      argv: manner.enter === undefined ? plain : await manner.enter(plain),
      cwd: directory,
      env: options.env === undefined ? environment : { ...environment, ...options.env },
      ...(options.input === undefined ? {} : { input: options.input }),
      ...(options.inputFile === undefined ? {} : { inputFile: options.inputFile }),
      ...(limit === null ? {} : { onOutput: limit.onOutput }),
      ...(manner.timeLimitMs === undefined ? {} : { timeLimitMs: manner.timeLimitMs }),
      ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
    });
    if (limit?.signal.aborted) throw fail(args, '', `printed more than ${manner.outputCap} bytes`);
    return answerOf(limit?.held(result) ?? result, (how, stderr) => fail(args, stderr, how));
  };
  return {
    directory,
    probe,
    run: async (args, options) => {
      const { code, stdout, stderr } = await probe(args, options);
      if (code !== 0) throw fail(args, stderr, `exited ${code}`);
      return stdout;
    },
    at: (other) => gitAt(other, env, manner),
  };
}

type Fail = (args: readonly string[], stderr: string, how: string) => GitError;

function failureIn({ isForeign }: GitManner): Fail {
  return (args, stderr, how) =>
    isForeign ? new ForeignGitError(args, stderr, how) : new GitError(args, stderr, how);
}

type OutputLimit = {
  readonly signal: AbortSignal;
  readonly onOutput: (chunk: Buffer) => void;
  /** The result with what was held back of its output. */
  readonly held: (result: CommandResult) => CommandResult;
};

/** Takes the output as far as the cap goes; null where there is no cap and nobody takes the output as it comes. */
function limitOutput({ outputCap }: GitManner, options: GitCallOptions): OutputLimit | null {
  const { onOutput } = options;
  if (outputCap === undefined && onOutput === undefined) return null;
  const over = new AbortController();
  const chunks: Buffer[] = [];
  let taken = 0;
  return {
    signal: over.signal,
    onOutput: (chunk) => {
      taken += chunk.length;
      if (outputCap !== undefined && taken > outputCap) over.abort();
      else if (onOutput === undefined) chunks.push(chunk);
      else onOutput(chunk);
    },
    held: (result) =>
      onOutput === undefined
        ? { ...result, stdout: Buffer.concat(chunks).toString('utf8') }
        : result,
  };
}

function answerOf(
  { end, stdout, stderr }: CommandResult,
  fail: (how: string, stderr: string) => GitError,
): GitAnswer {
  switch (end.kind) {
    case 'exited':
      return { code: end.code, stdout, stderr };
    case 'signalled':
      throw fail(`was ended by ${end.signal}`, stderr);
    case 'not-started':
      throw fail('could not be started', end.message);
    case 'stopped':
      throw fail(`was stopped (${end.why})`, stderr);
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

/** The lines of an output, without empty ones. */
export function linesOf(output: string): string[] {
  return output.split('\n').filter((line) => line !== '');
}
