import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openHolds, type Holds } from '../coordination/holds.ts';
import { ensureBareClone, type BareClone } from '../git/bare-clone.ts';
import { gitAt } from '../git/git.ts';
import { identifySelf } from '../process/identity.ts';
import { worktreesOf, type Worktrees } from './worktrees.ts';

let folder: Awaited<ReturnType<typeof mkdtempDisposable>>;
let holds: Holds;
let clone: BareClone;
let worktrees: Worktrees;
let base: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtempDisposable(join(tmpdir(), 'worktrees-'));
  const source = join(folder.path, 'source');
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', source]);
  write(source, 'tracked.txt', 'as it was\n');
  write(source, '.gitignore', 'ignored.txt\n');
  gitIn(source, 'add', '--all');
  gitIn(source, 'commit', '--quiet', '--message', 'Begin');
  base = gitIn(source, 'rev-parse', 'HEAD').trim();
  holds = openHolds(join(folder.path, 'holds.sqlite'), await identifySelf());
  clone = await ensureBareClone({
    directory: join(folder.path, 'clone.git'),
    source: join(source, '.git'),
    branch: 'main',
    git: gitAt(source, process.env),
    holds,
  });
  const identity = { name: 'Una', email: 'una@example.invalid' };
  worktrees = worktreesOf({ clone, trash: join(folder.path, 'trash'), identity });
  path = join(folder.path, 'workspaces', 'run-task-1');
});

afterEach(async () => {
  holds.close();
  await folder.remove();
});

function gitIn(directory: string, ...args: readonly string[]): string {
  const who = ['-c', 'user.name=Tester', '-c', 'user.email=tester@example.invalid'];
  return execFileSync('git', ['-C', directory, ...who, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function write(directory: string, file: string, text: string): void {
  mkdirSync(dirname(join(directory, file)), { recursive: true });
  writeFileSync(join(directory, file), text);
}

function salvaged(): string[] {
  const refs = gitIn(
    clone.directory,
    'for-each-ref',
    '--format=%(refname)',
    'refs/flotilla/salvage',
  );
  return refs.split('\n').filter((ref) => ref !== '');
}

function filesIn(ref: string): string[] {
  return gitIn(clone.directory, 'ls-tree', '-r', '--name-only', ref).trim().split('\n');
}

const removal = { safe: null, salvageAs: 'run/1', artefacts: new Set<string>() };

test('a worktree whose paths start from where they stand is one, too', async () => {
  await worktrees.create({ path, branch: 'feat/one', commit: base });
  const entry = join(clone.directory, 'worktrees', 'run-task-1');
  write(path, '.git', `gitdir: ${relative(path, entry)}\n`);
  write(entry, 'gitdir', `${relative(entry, join(path, '.git'))}\n`);
  expect(await worktrees.exists(path)).toBe(true);
});

describe('making one', () => {
  test('it stands on its branch at its commit, and the files are there', async () => {
    expect(await worktrees.exists(path)).toBe(false);
    await worktrees.create({ path, branch: 'feat/one', commit: base });
    expect(await worktrees.exists(path)).toBe(true);
    expect(gitIn(path, 'branch', '--show-current')).toBe('feat/one\n');
    expect(gitIn(path, 'rev-parse', 'HEAD').trim()).toBe(base);
    expect(gitIn(path, 'status', '--porcelain')).toBe('');
    expect(readdirSync(path).toSorted()).toEqual(['.git', '.gitignore', 'tracked.txt']);
  });

  test('fifty at once do not get into each other’s way', async () => {
    const names = Array.from({ length: 50 }, (_, index) => String(index));
    await Promise.all(
      names.map((name) =>
        worktrees.create({ path: `${path}-${name}`, branch: `feat/${name}`, commit: base }),
      ),
    );
    for (const name of names) expect(gitIn(`${path}-${name}`, 'status', '--porcelain')).toBe('');
  });

  test('what stands in its place is salvaged, with uncommitted files and the branch’s commits', async () => {
    await worktrees.create({ path, branch: 'feat/one', commit: base });
    write(path, 'committed.txt', 'x');
    gitIn(path, 'add', '--all');
    gitIn(path, 'commit', '--quiet', '--message', 'Work');
    write(path, 'new/untracked.txt', 'x');
    rmSync(join(path, 'tracked.txt'));
    await worktrees.create({ path, branch: 'feat/one', commit: base });
    expect(gitIn(path, 'status', '--porcelain')).toBe('');
    expect(gitIn(path, 'rev-parse', 'HEAD').trim()).toBe(base);
    const kept = salvaged().map((ref) => filesIn(ref).join(' '));
    expect(kept).toContain('.gitignore committed.txt new/untracked.txt');
    expect(kept).toContain('.gitignore committed.txt tracked.txt');
  });

  test('a folder that git does not know, a lost folder and a half-made one are made anew', async () => {
    write(path, 'stray.txt', 'x');
    await worktrees.create({ path, branch: 'feat/one', commit: base });
    rmSync(path, { recursive: true });
    await worktrees.create({ path, branch: 'feat/one', commit: base });
    expect(gitIn(path, 'status', '--porcelain')).toBe('');
    const other = `${path}-other`;
    gitIn(
      clone.directory,
      'worktree',
      'add',
      '--quiet',
      '--no-checkout',
      '--lock',
      '-b',
      'feat/other',
      other,
      base,
    );
    rmSync(other, { recursive: true });
    await worktrees.create({ path: other, branch: 'feat/other', commit: base });
    expect(gitIn(other, 'status', '--porcelain')).toBe('');
  });
});

describe('taking one away', () => {
  test('needs no salvage when its tree is safe elsewhere', async () => {
    await worktrees.create({ path, branch: 'feat/one', commit: base });
    write(path, 'coverage/report.txt', 'x');
    write(path, 'ignored.txt', 'x');
    const safe = { commit: base, ref: 'feat/one' };
    expect(
      await worktrees.remove({ ...removal, path, safe, artefacts: new Set(['coverage/']) }),
    ).toBe('feat/one');
    expect(existsSync(path)).toBe(false);
    expect(salvaged()).toEqual([]);
    expect(gitIn(clone.directory, 'worktree', 'list')).not.toContain('run-task-1');
  });

  test('salvages what is nowhere else: changes, deletions, new files, commits', async () => {
    await worktrees.create({ path, branch: 'feat/one', commit: base });
    write(path, 'committed.txt', 'x');
    gitIn(path, 'add', '--all');
    gitIn(path, 'commit', '--quiet', '--message', 'Work');
    write(path, 'tracked.txt', 'changed\n');
    write(path, 'new.txt', 'x');
    const safe = { commit: base, ref: 'feat/one' };
    const ref = (await worktrees.remove({ ...removal, path, safe })) ?? '';
    expect(salvaged()).toEqual([ref]);
    expect(filesIn(ref)).toEqual(['.gitignore', 'committed.txt', 'new.txt', 'tracked.txt']);
    expect(gitIn(clone.directory, 'show', `${ref}:tracked.txt`)).toBe('changed\n');
    expect(gitIn(clone.directory, 'log', '-1', '--format=%an', ref)).toBe('Una\n');
  });

  test('twice at the same commit keeps both trees', async () => {
    for (const name of ['one.txt', 'two.txt']) {
      await worktrees.create({ path, branch: 'feat/one', commit: base });
      write(path, name, 'x');
      await worktrees.remove({ ...removal, path });
    }
    const kept = salvaged().flatMap(filesIn);
    expect(kept).toContain('one.txt');
    expect(kept).toContain('two.txt');
  });

  test.each(['with', 'without'])(
    'does not lose a repository inside it, %s a commit',
    async (how) => {
      await worktrees.create({ path, branch: 'feat/one', commit: base });
      const inner = join(path, 'inner');
      execFileSync('git', ['init', '--quiet', inner]);
      write(inner, 'precious.txt', 'x');
      if (how === 'with') {
        gitIn(inner, 'add', '--all');
        gitIn(inner, 'commit', '--quiet', '--message', 'Inner');
      }
      expect(await worktrees.remove({ ...removal, path })).toBeNull();
      expect(existsSync(join(inner, 'precious.txt'))).toBe(true);

      // A new worktree in its place makes way for it, too.
      await worktrees.create({ path, branch: 'feat/one', commit: base });
      expect(gitIn(path, 'status', '--porcelain')).toBe('');
      const [kept = ''] = readdirSync(dirname(path)).filter((name) => name.includes('kept'));
      expect(existsSync(join(dirname(path), kept, 'inner', 'precious.txt'))).toBe(true);
    },
  );

  test('one that is gone already is no error', async () => {
    expect(await worktrees.remove({ ...removal, path })).toBe('nothing was there');
  });
});

test('an agent that collects garbage takes nothing from another one', async () => {
  await worktrees.create({ path, branch: 'feat/one', commit: base });
  const inTheMaking = join(folder.path, 'note.txt');
  writeFileSync(inTheMaking, 'not in any tree yet\n');
  const written = gitIn(path, 'hash-object', '-w', inTheMaking).trim();
  gitIn(path, 'gc', '--quiet', '--prune=now');
  expect(gitIn(path, 'cat-file', '-p', written)).toBe('not in any tree yet\n');
});
