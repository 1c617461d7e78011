import { expect, test } from 'vitest';
import { GitError } from '../../../git/git.ts';
import type { ForgeError } from '../../../model/forge-problem.ts';
import { pushProblem } from './push-problem.ts';

const said: readonly (readonly [string, string])[] = [
  ['remote: error: GH006: Protected branch update failed for refs/heads/x.', 'protected-branch'],
  ['remote: error: GH013: Repository rule violations found for refs/heads/x.', 'protected-branch'],
  [' ! [rejected] c -> x (stale info)\nerror: failed to push some refs', 'branch-moved'],
  ['remote: Repository not found.\nfatal: repository not found', 'not-found'],
  [
    "remote: Permission to una/shop.git denied to visitor.\nfatal: unable to access 'https://h/': The requested URL returned error: 403",
    'not-allowed',
  ],
  [
    "remote: Write access to repository not granted.\nfatal: unable to access 'https://h/': The requested URL returned error: 403",
    'not-allowed',
  ],
  ["fatal: unable to access 'https://h/': The requested URL returned error: 403", 'server-error'],
  ['error: RPC failed; HTTP 403 curl 22 The requested URL returned error: 403', 'server-error'],
  ['error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502', 'server-error'],
  ['fatal: Authentication failed for https://h/', 'bad-token'],
  ["fatal: unable to access 'https://h/': Could not resolve host: h", 'offline'],
  ["fatal: unable to access 'https://h/': Failed to connect to h port 443", 'offline'],
  ['fatal: the remote end hung up unexpectedly', 'offline'],
  ["fatal: unable to access 'https://h/': The requested URL returned error: 502", 'server-error'],
  [
    "fatal: unable to access 'https://h/': server certificate verification failed. CAfile: none",
    'bad-certificate',
  ],
  [
    'refusing to allow a Personal Access Token to create or update workflow `.github/workflows/ci.yml` without `workflow` scope',
    'missing-scope',
  ],
  ['remote: error: GH001: Large files detected.', 'push-refused'],
];

test.each(said)('%s', (stderr, kind) => {
  const error = new GitError(['push'], stderr, 'exited 1');
  const problem = pushProblem(error, { branch: 'x', host: 'h' }) as ForgeError;
  expect(problem.forge.kind).toBe(kind);
});

test('another error stays what it is', () => {
  const error = new Error('a bug');
  expect(pushProblem(error, { branch: 'x', host: 'h' })).toBe(error);
});
