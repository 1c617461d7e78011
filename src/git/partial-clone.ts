import { UserError } from '../model/user-error.ts';
import { GitError, type Git } from './git.ts';

/**
 * The remote from which a partial clone gets, when it needs them, the contents that it has left out; null for a repository
 * that is whole.
 */
export async function promisorOf(git: Git): Promise<string | null> {
  const { stdout } = await git.probe([
    'config',
    '--get-regexp',
    '^remote\\..*\\.promisor$',
    'true',
  ]);
  return /^remote\.(?<name>.+)\.promisor /u.exec(stdout)?.groups?.['name'] ?? null;
}

/**
 * Gets all contents of a commit at once that a partial clone of the user's still lacks: ours is made from it, and has
 * nobody to ask. Throws a `UserError` when they cannot be had.
 */
export async function ensureContents(params: {
  readonly git: Git;
  readonly commit: string;
  /** The user's own: the remote may be reached by ssh. */
  readonly env: NodeJS.ProcessEnv;
}): Promise<void> {
  const { git, commit } = params;
  const remote = await promisorOf(git);
  if (remote === null) return;
  const objects = await git.run(['rev-list', '--objects', '--missing=print', `${commit}^{tree}`]);
  const missing = [...objects.matchAll(/^\?([0-9a-f]+)$/gmu)].map(([, id]) => `${id}\n`);
  if (missing.length === 0) return;
  const how = ['--quiet', '--no-tags', '--no-write-fetch-head', '--filter=blob:none', '--stdin'];
  try {
    await git.run(['-c', 'fetch.negotiationAlgorithm=noop', 'fetch', ...how, '--', remote], {
      input: missing.join(''),
      env: wayBySsh(params.env),
    });
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const why = /^fatal: .*$/mu.exec(error.stderr)?.[0] ?? error.stderr.trim();
    throw new UserError({ code: 'partial-clone', missing: missing.length, remote, why });
  }
}

function wayBySsh(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = ['SSH_AUTH_SOCK', 'GIT_SSH', 'GIT_SSH_COMMAND'];
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}
