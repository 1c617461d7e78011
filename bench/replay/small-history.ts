import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gitIn, type GitIn } from './git-in.ts';

export type SmallCommit = {
  readonly message: string;
  readonly files: Readonly<Record<string, string>>;
};

/** A history to try the replay on. */
export type SmallHistory = Disposable & { readonly path: string; readonly git: GitIn };

/** Makes a repository whose commits follow one called `Begin`; the caller disposes of it. */
export function makeHistory(commits: readonly SmallCommit[]): SmallHistory {
  const path = mkdtempSync(join(tmpdir(), 'flotilla-history-'));
  const identity = ['user.name=Una User', 'user.email=una@example.invalid'];
  const plain = gitIn(path);
  const git: GitIn = (...args) => plain(...identity.flatMap((one) => ['-c', one]), ...args);
  git('init', '--quiet', '--initial-branch=main');
  for (const { message, files } of [{ message: 'Begin', files: { 'begun.txt': '' } }, ...commits]) {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), text);
    }
    git('add', '--all');
    git('commit', '--quiet', '--message', message);
  }
  return { path, git, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
