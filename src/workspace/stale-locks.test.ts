import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gitAt } from '../git/git.ts';
import { ensureNoStaleLocks } from './stale-locks.ts';

test('a worktree’s own stale lock goes; one that may be in use stays, as do those of the repository', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'stale-locks-'));
  const [main, workspace] = [join(folder.path, 'main'), join(folder.path, 'workspace')];
  const identity = ['-c', 'user.name=Una', '-c', 'user.email=una@example.invalid'];
  const run = (...args: readonly string[]): unknown => execFileSync('git', [...identity, ...args]);
  run('init', '--quiet', main);
  run('-C', main, 'commit', '--quiet', '--allow-empty', '--message', 'Begin');
  run('-C', main, 'worktree', 'add', '--quiet', '--detach', workspace);
  const lock = join(main, '.git/worktrees/workspace/index.lock');
  const others = join(main, '.git/index.lock');
  for (const path of [lock, others]) writeFileSync(path, '');
  const mend = (at: string): Promise<void> =>
    ensureNoStaleLocks({ git: gitAt(at, process.env), workspace: at, marker: 'nobody/s' });

  const atWork = spawn('sleep', ['1000'], { cwd: workspace });
  await once(atWork, 'spawn');
  await mend(workspace);
  expect(existsSync(lock)).toBe(true);

  atWork.kill('SIGKILL');
  await once(atWork, 'exit');
  await mend(workspace);
  expect(existsSync(lock)).toBe(false);
  await mend(main);
  expect(existsSync(others)).toBe(true);
});
