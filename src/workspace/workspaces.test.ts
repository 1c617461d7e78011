import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdtempDisposable, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openHolds, type Holds } from '../coordination/holds.ts';
import { ensureBareClone, type BareClone } from '../git/bare-clone.ts';
import { gitAt } from '../git/git.ts';
import { identifySelf } from '../process/identity.ts';
import { openConfinement } from './sandbox/confinement.ts';
import { findSandbox } from './sandbox/find-sandbox.ts';
import { workspacesOf, type Workspaces } from './workspaces.ts';

const found = await findSandbox(process.env);
const sandbox = found.ok ? found.value : null;

let folder: Awaited<ReturnType<typeof mkdtempDisposable>>;
let holds: Holds;
let clone: BareClone;
let workspaces: Workspaces;
let base: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtempDisposable(join(tmpdir(), 'workspaces-'));
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
  // As the machine has it: in a sandbox, where there is one.
  const confining = { sandbox, env: process.env, home: folder.path, clone: clone.directory };
  workspaces = workspacesOf({
    ...{ clone, trash: join(folder.path, 'trash'), identity, baseBranch: 'main' },
    confinement: openConfinement(confining),
  });
  path = join(await realpath(folder.path), 'workspaces', 'run-task-1');
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

describe('making one', () => {
  test('it stands on its branch at its commit, and the files are there', async () => {
    expect(await workspaces.exists(path)).toBe(false);
    await workspaces.create({ path, branch: 'feat/one', commit: base });
    expect(await workspaces.exists(path)).toBe(true);
    expect(gitIn(path, 'branch', '--show-current')).toBe('feat/one\n');
    expect(gitIn(path, 'rev-parse', 'HEAD').trim()).toBe(base);
    expect(gitIn(path, 'status', '--porcelain')).toBe('');
    expect(readdirSync(path).toSorted()).toEqual(['.git', '.gitignore', 'tracked.txt']);
  });

  test('in a directory with a line break in its name, it is one, too', async () => {
    const odd = join(dirname(path), 'two\nlines', 'run-task-1');
    await workspaces.create({ path: odd, branch: 'feat/one', commit: base });
    expect(await workspaces.exists(odd)).toBe(true);
    expect(await workspaces.git(odd).run(['rev-parse', 'HEAD'])).toBe(`${base}\n`);
  });

  test('it can be compared with the base, and has the tags', async () => {
    gitIn(clone.directory, 'tag', 'v1', base);
    gitIn(clone.directory, 'tag', '--annotate', '--message', 'Two', 'v2', base);
    await workspaces.create({ path, branch: 'feat/one', commit: base });
    expect(gitIn(path, 'rev-parse', 'main', 'v1', 'v2^{commit}').trim().split('\n')).toEqual([
      base,
      base,
      base,
    ]);
    expect(gitIn(path, 'describe', '--tags')).toBe('v2\n');
    expect(gitIn(path, 'fsck', '--strict')).toBe('');
  });

  test('fifty at once do not get into each other’s way', async () => {
    const names = Array.from({ length: 50 }, (_, index) => String(index));
    await Promise.all(
      names.map((name) =>
        workspaces.create({ path: `${path}-${name}`, branch: `feat/${name}`, commit: base }),
      ),
    );
    for (const name of names) expect(gitIn(`${path}-${name}`, 'status', '--porcelain')).toBe('');
  });

  test('what stands in its place is salvaged, with uncommitted files and the branch’s commits', async () => {
    await workspaces.create({ path, branch: 'feat/one', commit: base });
    write(path, 'committed.txt', 'x');
    gitIn(path, 'add', '--all');
    gitIn(path, 'commit', '--quiet', '--message', 'Work');
    write(path, 'new/untracked.txt', 'x');
    rmSync(join(path, 'tracked.txt'));
    await workspaces.create({ path, branch: 'feat/one', commit: base });
    expect(gitIn(path, 'status', '--porcelain')).toBe('');
    expect(gitIn(path, 'rev-parse', 'HEAD').trim()).toBe(base);
    const [kept = ''] = salvaged();
    expect(filesIn(kept)).toEqual(['.gitignore', 'committed.txt', 'new/untracked.txt']);
    expect(filesIn(`${kept}^`)).toEqual(['.gitignore', 'committed.txt', 'tracked.txt']);
  });

  test('a folder without a repository, and a lost folder, are made again', async () => {
    write(path, 'stray.txt', 'x');
    await workspaces.create({ path, branch: 'feat/one', commit: base });
    expect(salvaged().map((ref) => filesIn(ref).join(' '))).toEqual(['stray.txt']);
    rmSync(path, { recursive: true });
    await workspaces.create({ path, branch: 'feat/one', commit: base });
    expect(gitIn(path, 'status', '--porcelain')).toBe('');
  });
});

describe('what was committed there', () => {
  test('comes into the clone, with all that it needs', async () => {
    await workspaces.create({ path, branch: 'feat/one', commit: base });
    write(path, 'sub/new.txt', 'x');
    gitIn(path, 'add', '--all');
    gitIn(path, 'commit', '--quiet', '--message', 'Work');
    const head = gitIn(path, 'rev-parse', 'HEAD').trim();
    expect(await workspaces.collect(path, { want: 'HEAD', have: [base] })).toBe(head);
    gitIn(clone.directory, 'update-ref', 'refs/heads/feat/one', head);
    expect(gitIn(clone.directory, 'fsck', '--strict', '--connectivity-only')).toBe('');
    expect(filesIn(head)).toEqual(['.gitignore', 'sub/new.txt', 'tracked.txt']);
    expect(await workspaces.collect(path, { want: 'refs/heads/none', have: [] })).toBeNull();
  });

  test('does not come when something of it is missing, replaced or broken', async () => {
    await workspaces.create({ path, branch: 'feat/one', commit: base });
    write(path, 'new.txt', 'x');
    gitIn(path, 'add', '--all');
    gitIn(path, 'commit', '--quiet', '--message', 'Work');
    const blob = gitIn(path, 'rev-parse', 'HEAD:new.txt').trim();
    const other = execFileSync('git', ['-C', path, 'hash-object', '-w', '--stdin'], {
      input: 'harmless',
      encoding: 'utf8',
    }).trim();
    gitIn(path, 'replace', blob, other);
    await workspaces.collect(path, { want: 'HEAD', have: [base] });
    expect(gitIn(clone.directory, 'cat-file', '-p', blob)).toBe('x');

    write(path, 'more.txt', 'y');
    gitIn(path, 'add', '--all');
    gitIn(path, 'commit', '--quiet', '--message', 'More');
    const more = gitIn(path, 'rev-parse', 'HEAD:more.txt').trim();
    rmSync(join(path, '.git/objects', more.slice(0, 2), more.slice(2)));
    const collecting = workspaces.collect(path, { want: 'HEAD', have: [base] });
    await expect(collecting).rejects.toThrow('the export of HEAD failed');
  });

  test.skipIf(sandbox === null)('is never written through a link to somewhere else', async () => {
    const outside = join(folder.path, 'outside.txt');
    writeFileSync(outside, 'as it was\n');
    await workspaces.create({ path, branch: 'feat/one', commit: base });
    for (const name of ['index', 'COMMIT_EDITMSG', 'logs/HEAD', 'HEAD.lock', 'ORIG_HEAD']) {
      rmSync(join(path, '.git', name), { force: true });
      mkdirSync(dirname(join(path, '.git', name)), { recursive: true });
      symlinkSync(outside, join(path, '.git', name));
    }
    write(path, 'new.txt', 'x');
    const git = workspaces.git(path);
    await git.probe(['add', '--all']).catch(() => undefined);
    await git.probe(['commit', '--message', 'Through a link']).catch(() => undefined);
    await git.probe(['checkout', '-b', 'other']).catch(() => undefined);
    expect(readFileSync(outside, 'utf8')).toBe('as it was\n');
  });
});

describe('taking one away', () => {
  test('needs no salvage when its tree is safe elsewhere', async () => {
    await workspaces.create({ path, branch: 'feat/one', commit: base });
    write(path, 'coverage/report.txt', 'x');
    write(path, 'ignored.txt', 'x');
    const safe = { commit: base, ref: 'feat/one' };
    const artefacts = new Set(['coverage/']);
    expect(await workspaces.remove({ ...removal, path, safe, artefacts })).toEqual({
      ok: true,
      ref: 'feat/one',
    });
    expect(existsSync(path)).toBe(false);
    expect(salvaged()).toEqual([]);
  });

  test('salvages what is nowhere else: changes, deletions, new files, commits', async () => {
    await workspaces.create({ path, branch: 'feat/one', commit: base });
    write(path, 'committed.txt', 'x');
    gitIn(path, 'add', '--all');
    gitIn(path, 'commit', '--quiet', '--message', 'Work');
    write(path, 'tracked.txt', 'changed\n');
    write(path, 'new.txt', 'x');
    const safe = { commit: base, ref: 'feat/one' };
    const salvage = await workspaces.remove({ ...removal, path, safe });
    const ref = salvage.ok ? salvage.ref : salvage.why;
    expect(salvaged()).toEqual([ref]);
    expect(filesIn(ref)).toEqual(['.gitignore', 'committed.txt', 'new.txt', 'tracked.txt']);
    expect(gitIn(clone.directory, 'show', `${ref}:tracked.txt`)).toBe('changed\n');
    expect(gitIn(clone.directory, 'log', '-1', '--format=%an', ref)).toBe('Una\n');
  });

  test('twice at the same commit keeps both trees', async () => {
    for (const name of ['one.txt', 'two.txt']) {
      await workspaces.create({ path, branch: 'feat/one', commit: base });
      write(path, name, 'x');
      await workspaces.remove({ ...removal, path });
    }
    const kept = salvaged().flatMap(filesIn);
    expect(kept).toContain('one.txt');
    expect(kept).toContain('two.txt');
  });

  test.each(['with', 'without'])(
    'does not lose a repository inside it, %s a commit',
    async (how) => {
      await workspaces.create({ path, branch: 'feat/one', commit: base });
      const inner = join(path, 'inner');
      execFileSync('git', ['init', '--quiet', inner]);
      write(inner, 'precious.txt', 'x');
      if (how === 'with') {
        gitIn(inner, 'add', '--all');
        gitIn(inner, 'commit', '--quiet', '--message', 'Inner');
      }
      expect(await workspaces.remove({ ...removal, path })).toMatchObject({ ok: false });
      expect(existsSync(join(inner, 'precious.txt'))).toBe(true);

      // A new workspace in its place makes way for it, too.
      await workspaces.create({ path, branch: 'feat/one', commit: base });
      expect(gitIn(path, 'status', '--porcelain')).toBe('');
      const [kept = ''] = readdirSync(dirname(path)).filter((name) => name.includes('kept'));
      expect(existsSync(join(dirname(path), kept, 'inner', 'precious.txt'))).toBe(true);
    },
  );

  test('one that is gone already is no error', async () => {
    expect(await workspaces.remove({ ...removal, path })).toEqual({
      ok: true,
      ref: 'nothing was there',
    });
  });
});

test('what a submodule holds and no remote has is kept, files included', async () => {
  const library = join(folder.path, 'library');
  execFileSync('git', ['init', '--quiet', library]);
  write(library, 'l.txt', '1\n');
  gitIn(library, 'add', '--all');
  gitIn(library, 'commit', '--quiet', '--message', 'Library');
  await workspaces.create({ path, branch: 'feat/one', commit: base });
  gitIn(path, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'lib');
  gitIn(path, 'commit', '--quiet', '--message', 'A submodule');
  write(join(path, 'lib'), 'work.txt', 'hours\n');
  gitIn(join(path, 'lib'), 'add', '--all');
  gitIn(join(path, 'lib'), 'commit', '--quiet', '--message', 'Work');
  write(join(path, 'lib'), 'more.txt', 'not committed\n');
  const work = gitIn(join(path, 'lib'), 'rev-parse', 'HEAD').trim();
  expect(await workspaces.remove({ ...removal, path })).toMatchObject({ ok: true });
  const [kept = ''] = salvaged().filter((ref) => ref.includes('/submodules/lib/'));
  expect(filesIn(kept)).toEqual(['l.txt', 'more.txt', 'work.txt']);
  expect(gitIn(clone.directory, 'rev-parse', `${kept}^`).trim()).toBe(work);
});

test('locks that a git left go; those of a git that may be at work stay', async () => {
  await workspaces.create({ path, branch: 'feat/one', commit: base });
  const lock = join(path, '.git', 'index.lock');
  writeFileSync(lock, '');
  const atWork = spawn('sleep', ['1000'], { cwd: path });
  await once(atWork, 'spawn');
  await workspaces.visit(path, { marker: 'nobody/s' });
  expect(existsSync(lock)).toBe(true);
  atWork.kill('SIGKILL');
  await once(atWork, 'exit');
  await workspaces.visit(path, { marker: 'nobody/s' });
  expect(existsSync(lock)).toBe(false);
});

test('at a FIFO in the place of a file that git reads, nothing waits', async () => {
  await workspaces.create({ path, branch: 'feat/one', commit: base });
  rmSync(join(path, '.gitignore'));
  execFileSync('mkfifo', [join(path, '.gitignore'), join(path, 'sub-fifo')]);
  const signal = AbortSignal.timeout(500);
  await expect(workspaces.git(path, { signal }).run(['status'])).rejects.toThrow('was stopped');
  await workspaces.visit(path, { marker: 'nobody/s' });
  expect(await workspaces.git(path).run(['status', '--porcelain'])).toBe(' D .gitignore\n');
});
