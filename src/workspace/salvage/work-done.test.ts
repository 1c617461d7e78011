import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gitAt, identityVariables } from '../../git/git.ts';
import { readWorkDone } from './work-done.ts';

test.each(['sha1', 'sha256'])(
  'commits are listed by id and subject in a repository of %s',
  async (format) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'work-done-'));
    const git = gitAt(folder.path, process.env);
    const env = identityVariables({ name: 'Una', email: 'una@example.invalid' });
    const commit = async (subject: string): Promise<string> => {
      await writeFile(join(folder.path, 'file.txt'), subject);
      await git.run(['add', '--all']);
      await git.run(['commit', '--quiet', '--message', subject], { env });
      return (await git.run(['rev-parse', 'HEAD'])).trim();
    };
    await git.run(['init', '--quiet', `--object-format=${format}`]);
    const base = await commit('Begin');
    const sha = await commit('Go on, as was said');
    const { head, commits } = await readWorkDone(git, { baseSha: base, head: sha });
    expect(head).toBe(sha);
    expect(commits).toEqual([{ sha, subject: 'Go on, as was said' }]);
  },
);
