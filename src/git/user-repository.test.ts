import { mkdir, mkdtempDisposable, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gitAt, identityVariables } from './git.ts';
import { openUserRepository } from './user-repository.ts';

test.each(['in\ntwo lines', 'with \'quotes\' and "others"', 'mit Umläuten ✓'])(
  'a repository in a directory whose name is %j is found from below',
  async (name) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'user-repository-'));
    const root = join(await realpath(folder.path), name);
    const below = join(root, 'below');
    await mkdir(below, { recursive: true });
    const git = gitAt(root, process.env);
    await git.run(['init', '--quiet']);
    const env = identityVariables({ name: 'Una', email: 'una@example.invalid' });
    await git.run(['commit', '--quiet', '--allow-empty', '--message', 'Begin'], { env });
    const found = await openUserRepository(below, process.env);
    expect(found).toMatchObject({ root, gitDirectory: join(root, '.git') });
  },
);
