import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gitAt, type Git, type GitAnswer } from '../../src/git/git.ts';
import type { Hub } from '../rig/github/github.ts';
import type { SeededRepository } from '../rig/github/seeding.ts';

/** What came back of a request. */
export type Reply = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: any;
};

export type Send = (
  target: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Reply>;

/** Sends requests like `POST /repos/o/r/issues` with a token, as plain as they can be. */
export function sender(hub: Pick<Hub, 'url'>, token: string | null): Send {
  return async (target, body, headers = {}) => {
    const [method = 'GET', path = ''] = target.split(' ');
    const response = await fetch(`${hub.url}${path}`, {
      method,
      headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const words = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(words) : words,
    };
  };
}

/** A clone to work in, deleted with `await using`. */
export type Clone = AsyncDisposable & {
  readonly git: Git;
  readonly directory: string;
  /** Commits files on a branch that starts from another one, and gives the commit. */
  readonly commit: (
    branch: string,
    files: Readonly<Record<string, string>>,
    from?: string,
  ) => Promise<string>;
  readonly push: (branch: string, ...options: string[]) => Promise<GitAnswer>;
};

/** Clones over HTTP with a token, as git's users do; or by path, past the double. */
export async function cloneOf(gitUrl: string, token: string): Promise<Clone> {
  const place = await mkdtemp(join(tmpdir(), 'hub-clone-'));
  const directory = join(place, 'clone');
  const outside = gitAt(place, process.env);
  const withToken = { env: tokenVariables(gitUrl, token) };
  try {
    await outside.run(['clone', '-q', gitUrl, directory], withToken);
  } catch (error) {
    await rm(place, { recursive: true, force: true });
    throw error;
  }
  const git = outside.at(directory);
  return {
    git,
    directory,
    commit: async (branch, files, from = 'origin/main') => {
      await git.run(['checkout', '-q', '-B', branch, from]);
      for (const [name, text] of Object.entries(files)) {
        await mkdir(dirname(join(directory, name)), { recursive: true });
        await writeFile(join(directory, name), text);
      }
      await git.run(['add', '-A']);
      await git.run(['commit', '-q', '-m', `Change ${Object.keys(files).join(', ')}`]);
      return (await git.run(['rev-parse', 'HEAD'])).trim();
    },
    push: (branch, ...options) =>
      git.probe(['push', '-q', ...options, 'origin', branch], withToken),
    [Symbol.asyncDispose]: () => rm(place, { recursive: true, force: true }),
  };
}

function tokenVariables(gitUrl: string, token: string): Record<string, string> {
  if (!URL.canParse(gitUrl)) return { GIT_TERMINAL_PROMPT: '0' };
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${new URL(gitUrl).origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
    GIT_TERMINAL_PROMPT: '0',
  };
}

/** Pull requests 1 and 2, which change the same line. */
export async function openTwoThatCollide(
  clone: Pick<Clone, 'commit' | 'push'>,
  repository: Pick<SeededRepository, 'pull'>,
): Promise<void> {
  for (const name of ['one', 'two']) {
    await clone.commit(name, { 'README.md': `${name}\n` });
    await clone.push(name);
    await repository.pull({ title: name, head: name });
  }
}
