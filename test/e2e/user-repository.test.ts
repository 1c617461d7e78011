import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fingerprint } from '../rig/fingerprint.ts';
import { readStatus, refOf } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

/** What in the user's repository a run may add to: objects, the refs that show its branches, the files that show it. */
function isOurs(path: string): boolean {
  return /^(?:\.git\/objects\/|\.git\/(?:logs\/)?refs\/remotes(?:\/|$)|\.claude\/runtime\/)/u.test(
    path,
  );
}

/** A user in the middle of something: a branch of their own, a stash, changes in the index and outside it. */
function beInTheMiddle(world: World): void {
  world.write('README.md', '# Put aside\n');
  world.git('stash');
  world.git('checkout', '--quiet', '-b', 'mine');
  world.write('staged.txt', 'staged\n');
  world.git('add', 'staged.txt');
  world.write('README.md', '# Changed\n');
  world.write('untracked.txt', 'untracked\n');
  world.git('config', 'alias.st', 'status');
  writeFileSync(
    join(world.repository, '.git', 'hooks', 'post-checkout'),
    '#!/bin/sh\ntouch hooked\n',
    { mode: 0o755 },
  );
}

test('whatever agents do with git, the user’s repository and configuration stay as they were', async () => {
  const titles = ['Configures', 'Stashes', 'Goes elsewhere', 'Cleans up', 'Pushes'];
  await using world = await makeWorld({ issue: titles });
  beInTheMiddle(world);
  const remotes = world.git('config', '--list', '--local');
  const before = { files: fingerprint(world.repository, isOurs), home: fingerprint(world.home) };
  world.script({
    'agent-1':
      'git config --global user.name evil; git config user.email evil@example.invalid; commit one.txt',
    'agent-2': 'write README.md gone; git stash; commit two.txt',
    'agent-3':
      'git checkout --quiet main; git branch --quiet --force mine; git tag evil; commit three.txt',
    'agent-4': 'git clean -fdxq; git gc --quiet --prune=now; git worktree prune; commit four.txt',
    'agent-5': 'commit five.txt; git push --quiet origin HEAD:main; git push --quiet --all; exit 0',
  });
  const ended = await world.orchestrate('--max-workers', '5');
  const run = await readStatus(world);

  expect(ended.code, ended.stdout).toBe(0);
  expect(fingerprint(world.repository, isOurs)).toEqual(before.files);
  expect(fingerprint(world.home)).toEqual(before.home);
  expect(world.git('config', '--list', '--local')).toBe(remotes);
  expect(world.git('stash', 'list').trim().split('\n')).toHaveLength(1);
  expect(world.git('tag', '--list')).toBe('');
  expect(world.git('for-each-ref', '--format=%(refname:short)', 'refs/heads')).toBe('main\nmine\n');
  expect(world.git('status', '--porcelain')).toBe(
    ' M README.md\nA  staged.txt\n?? untracked.txt\n',
  );
  const names = ['one', 'two', 'three', 'four', 'five'];
  for (const [index, name] of names.entries()) {
    const files = world.git('ls-tree', '-r', '--name-only', refOf(run, index + 1));
    expect(files).toBe(
      `README.md\n${name}.txt\n`.split('\n').toSorted().join('\n').trimStart() + '\n',
    );
    expect(world.git('log', '-1', '--format=%an %ae', refOf(run, index + 1))).toBe(
      'Una User una@example.invalid\n',
    );
  }
  expect(readFileSync(join(world.repository, '.claude/runtime/.gitignore'), 'utf8')).toBe('*\n');
});

test('what an agent puts into git’s configuration is not run with the user’s own keys', async () => {
  await using world = await makeWorld({
    env: { GH_TOKEN: 'the-users-token', SSH_AUTH_SOCK: '/the/users/agent' },
  });
  world.script({
    'agent-1': `git config filter.evil.clean "env >>$rig/stolen; cat"
      git config filter.evil.smudge "env >>$rig/stolen; cat"
      git config diff.evil.textconv "env >>$rig/stolen; cat"
      git config core.fsmonitor "env >>$rig/stolen; true"
      git config core.sshCommand "env >>$rig/stolen; true"
      git config core.hooksPath "$PWD/hooks"
      mkdir hooks
      for hook in pre-commit post-commit reference-transaction pre-push post-checkout; do
        printf '#!/bin/sh\\nenv >>%s\\n' "$rig/stolen" >hooks/$hook
        chmod +x hooks/$hook
      done
      echo '*.txt filter=evil diff=evil' >.gitattributes
      write left.txt`,
  });
  const ended = await world.orchestrate();
  expect(ended.code, ended.stdout).toBe(0);
  expect(world.noted('stolen')).not.toContain('the-users-token');
  expect(world.noted('stolen')).not.toContain('/the/users/agent');
});

test('a run from a linked work tree of the user’s shows itself in both', async () => {
  await using world = await makeWorld();
  world.git('worktree', 'add', '--quiet', '-b', 'side', join(world.root, 'linked'));
  expect((await world.orchestrate()).code).toBe(0);
  const run = await readStatus(world);
  const seen = world.git('-C', join(world.root, 'linked'), 'rev-parse', refOf(run, 1));
  expect(seen).toBe(world.git('rev-parse', refOf(run, 1)));
});
