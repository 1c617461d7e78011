import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  mkdir,
  mkdtempDisposable,
  readFile,
  realpath,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openHolds } from '../../coordination/holds.ts';
import { ensureBareClone } from '../../git/bare-clone.ts';
import { gitAt, identityVariables, type Git } from '../../git/git.ts';
import { identify } from '../../process/identity.ts';
import { startKept } from '../../process/keeper.ts';
import { treeMembers } from '../../process/process-tree.ts';
import { runCommand, type CommandResult } from '../../process/run-command.ts';
import { enterSandbox, type SandboxParams } from './enter-sandbox.ts';
import { findSandbox } from './find-sandbox.ts';
import { openConfinement } from './confinement.ts';
import { programsIn } from './sandbox-paths.ts';
import { sandboxArgv } from './sandbox.ts';
import { workspacesOf } from '../workspaces.ts';

const found = await findSandbox(process.env);
const title = found.ok ? 'a sandbox' : `a sandbox (skipped: ${found.error.message})`;
const identity = { name: 'Tester', email: 'tester@example.invalid' };

type Place = {
  readonly home: string;
  readonly root: string;
  readonly repository: string;
  readonly clone: string;
  readonly workspace: string;
  readonly other: string;
  readonly task: string;
  readonly temporary: string;
  readonly git: Git;
  readonly env: NodeJS.ProcessEnv;
  /** Runs a shell's line inside. */
  readonly inside: (line: string, change?: Partial<SandboxParams>) => Promise<CommandResult>;
  readonly enter: (
    argv: [string, ...string[]],
    change?: Partial<SandboxParams>,
  ) => Promise<[string, ...string[]]>;
};

/** A user with a home, keys, a repository, and two workspaces, made as a run makes them. */
async function makePlace(): Promise<Place> {
  const directory = await mkdtempDisposable(join(tmpdir(), 'flotilla-sandbox-'));
  onTestFinished(() => directory.remove());
  const root = await realpath(directory.path);
  const home = join(root, 'home');
  const repository = join(home, 'project');
  const state = join(home, '.local/state/flotilla/project');
  const task = join(state, 'runs/1/task-1');
  const temporary = join(root, 'temporary');
  const writable = [join(task, 'cache'), join(task, 'git'), temporary];
  for (const path of [repository, temporary, ...writable]) await mkdir(path, { recursive: true });
  await writeFile(join(task, 'git/config'), `[include]\n\tpath = ${home}/.gitconfig\n`);
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    ...identityVariables(identity),
  };
  const git = gitAt(repository, env);
  await git.run(['init', '--quiet', '--initial-branch=main']);
  await writeFile(join(repository, 'a.txt'), 'a\n');
  await git.run(['add', '--all']);
  await git.run(['commit', '--quiet', '--message', 'Begin'], { env: identityVariables(identity) });

  const self = await identify(process.pid);
  if (self === null) throw new Error('This process has no identity');
  const holds = openHolds(join(root, 'holds.sqlite'), self);
  onTestFinished(() => holds.close());
  const source = join(repository, '.git');
  const clone = await ensureBareClone({
    ...{ directory: join(state, 'clone.git'), source, branch: 'main', git, holds },
  });
  const confining = { sandbox: null, env, home, clone: clone.directory };
  const workspaces = workspacesOf({
    ...{ clone, trash: join(state, 'trash'), identity, baseBranch: 'main' },
    confinement: openConfinement(confining),
  });
  const [workspace, other] = [join(state, 'workspaces/one'), join(state, 'workspaces/two')];
  const commit = (await git.run(['rev-parse', 'HEAD'])).trim();
  await workspaces.create({ path: workspace, branch: 'flotilla/one', commit });
  await workspaces.create({ path: other, branch: 'flotilla/two', commit });

  const enter: Place['enter'] = (argv, change = {}) => {
    if (!found.ok) throw new Error(found.error.message);
    return enterSandbox({
      ...{ sandbox: found.value, argv, env, home, workspace, clone: clone.directory, writable },
      directory: join(task, 'sandbox'),
      shown: [],
      ...change,
    });
  };
  const inside: Place['inside'] = async (line, change) => {
    const argv = await enter(['/bin/sh', '-c', line], change);
    const own = { ...env, GIT_CONFIG_GLOBAL: join(task, 'git/config') };
    return runCommand({ argv, cwd: workspace, env: own, timeLimitMs: 30_000 });
  };
  return {
    ...{ home, root, repository, clone: clone.directory, workspace, other, task, temporary },
    ...{ git: clone.git, env, inside, enter },
  };
}

async function plant(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

async function living(pids: readonly number[]): Promise<number[]> {
  const states = pids.map(async (pid) => {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    return text === '' || /\) [ZX] /u.test(text) ? [] : [pid];
  });
  return (await Promise.all(states)).flat();
}

describe.skipIf(!found.ok)(title, () => {
  test('lets git commit, rebase, stash, and delete branches in a workspace', async () => {
    const place = await makePlace();
    const steps = [
      'echo b > b.txt && git add b.txt && git commit --quiet -m B',
      'echo c > c.txt && git add c.txt && git commit --quiet -m C',
      'git rebase --quiet --onto HEAD~2 HEAD~1 && git cherry-pick ORIG_HEAD~1',
      'echo more >> a.txt && git stash --quiet && git stash pop --quiet && git checkout --quiet a.txt',
      'git update-ref refs/heads/spare HEAD && git update-ref -d refs/heads/spare && git tag t && git tag --delete t',
      'git pack-refs --all && git status --porcelain && git log --format=%s',
    ];
    const result = await place.inside(`set -e\n${steps.join('\n')}`);
    expect(result.stderr).toBe('');
    expect(result.stdout).toMatch(/B\nC\nBegin\n$/u);
    // None of it is the clone's.
    expect((await place.git.run(['for-each-ref', '--format=%(refname)'])).trim()).toBe(
      'refs/heads/main',
    );
  });

  test.for([
    ["the clone's configuration", 'git config --file "$CLONE/config" core.hooksPath evil'],
    ['a hook of the clone', 'echo evil > "$CLONE/hooks/post-checkout"'],
    ["the clone's HEAD", 'echo evil > "$CLONE/HEAD"'],
    ['a ref of the clone', 'git --git-dir="$CLONE" update-ref refs/heads/evil HEAD'],
    ['an object of the clone', 'echo evil > "$CLONE/objects/evil"'],
    [
      'a pack of the clone',
      'for pack in "$CLONE"/objects/pack/*.pack; do echo evil >> "$pack"; done',
    ],
    [
      'the large files of the clone',
      'mkdir -p "$CLONE/lfs/objects" && echo evil > "$CLONE/lfs/objects/x"',
    ],
    ["another task's workspace", 'echo evil > ../two/a.txt'],
    ['what lies beside its workspace', 'cat ../two/a.txt "$CLONE/HEAD" "$CLONE/../holds.sqlite"'],
    ["the user's repository", 'echo evil > "$HOME/project/a.txt"'],
    ['the system', 'echo evil > /etc/flotilla-evil'],
    ['a mount', 'mount -o remount,rw /'],
    ['a mount, from a user namespace', 'unshare -Urm mount -o remount,bind,rw /'],
    ["the kernel's settings", 'exec 3>>/proc/sys/kernel/core_pattern'],
    ["the network's settings", 'exec 3>>/proc/sys/net/ipv4/ip_forward'],
    ['what runs, by a magic key', 'exec 3>>/proc/sysrq-trigger'],
    ['a device, by a node of its own', 'mknod node b 7 0'],
    [
      'a setting of a device',
      'for file in $(find /sys -type f -perm -200 2>/dev/null | head -300); do (exec 3>>$file) 2>/dev/null && exit 0; done; exit 1',
    ],
    ['a control group', 'mkdir $(find /sys/fs/cgroup -maxdepth 1 -type d | tail -1)/evil'],
  ])('refuses to change or to read %s', async ([, line]) => {
    const place = await makePlace();
    const before = await place.git.run(['for-each-ref']);
    // Some of it goes well, in an empty place that nobody else sees and that goes with the program.
    const { stdout } = await place.inside(`CLONE=${place.clone}; set -e; ${line}`);
    expect(stdout).toBe('');
    const there = await runCommand({
      argv: ['grep', '-rl', 'evil', place.clone, place.repository, place.other],
      cwd: '/',
      env: place.env,
    });
    expect(there.stdout).toBe('');
    expect(await place.git.run(['for-each-ref'])).toBe(before);
    expect(await place.git.run(['fsck', '--strict'])).toBe('');
  });

  test.runIf(process.getuid?.() === 0)(
    'keeps the same from an ordinary user, with what only root may read',
    async () => {
      if (!found.ok) throw new Error(found.error.message);
      const sandbox = { ...found.value, isRoot: false };
      const words = sandboxArgv({ sandbox, mounts: [], cwd: '/', variables: {} });
      const user = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'] as const;
      const tries = [
        ...['/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger', '/etc/flotilla-evil'],
        ...['/etc/shadow'],
      ].map((path) => `(exec 3>>${path}) 2>/dev/null && echo wrote ${path}`);
      const line = `${tries.join('; ')}; cat /etc/shadow 2>/dev/null; unshare -Urm mount -o remount,bind,rw / 2>/dev/null && echo remounted; echo tried`;
      const argv = [...user, ...words, '/bin/sh', '-c', line] as const;
      const result = await runCommand({ argv, cwd: '/', env: process.env, timeLimitMs: 30_000 });
      expect(result.stdout, result.stderr).toBe('tried\n');
    },
  );

  test.runIf(process.getuid?.() === 0)(
    'shows root nothing that an ordinary user could not read',
    async () => {
      const { inside } = await makePlace();
      const line = 'cat /etc/shadow /etc/gshadow; ls -A /root /var/lib/private /var/backups; true';
      const result = await inside(line);
      expect(result.stdout).not.toMatch(/^root:/mu);
      expect(result.stderr).toContain('/etc/shadow: Permission denied');
      const other = await inside(
        'for file in $(find /etc /var -maxdepth 3 -type f ! -perm -004 2>/dev/null); do (: <$file) 2>/dev/null && echo $file; done; true',
      );
      expect(other.stdout).toBe('');
    },
  );

  test('keeps a program away from keys, tokens and sockets', async () => {
    const { home, root, inside } = await makePlace();
    const secrets = ['.ssh/id_ed25519', '.config/gh/hosts.yml', '.netrc', '.git-credentials'];
    const more = ['.aws/credentials', '.npmrc', '.cargo/credentials.toml', 'notes.txt'];
    for (const name of [...secrets, ...more]) await plant(join(home, name), 'hush-hush');
    await plant(join(home, '.cargo/registry/index'), 'to be seen');
    await plant(join(root, 'elsewhere-in-tmp'), 'hush-hush');
    const result = await inside(
      `grep -rs hush-hush ${root}; ls -A /run/user ~/.ssh; cat ~/.cargo/registry/index`,
    );
    expect(result.stdout).toBe('to be seen');
  });

  test('hides the directories of sockets, wherever variables put them', async () => {
    const { root, env, inside } = await makePlace();
    const runtime = join(root, 'home/runtime');
    await plant(join(runtime, 'bus'), 'socket');
    const change = { env: { ...env, XDG_RUNTIME_DIR: runtime } };
    expect((await inside(`ls -A ${runtime}`, change)).stdout).toBe('');
  });

  test('shows of the git configuration what shapes commits, and no secret', async () => {
    const { home, inside } = await makePlace();
    const url =
      '[url "https://hush-hush@example.invalid/"]\n\tinsteadOf = https://example.invalid/';
    await writeFile(
      join(home, '.gitconfig'),
      `[filter "lfs"]\n\tclean = "lfs \\"x\\""\n${url}\n[credential]\n\thelper = store\n`,
    );
    const result = await inside('git config filter.lfs.clean; git config --list; cat ~/.gitconfig');
    expect(result.stdout).toContain('lfs "x"\n');
    expect(result.stdout).not.toMatch(/hush-hush|credential/u);
  });

  test('gives a task a HOME, a /tmp, a cache and a git configuration that last', async () => {
    const { home, task, temporary, inside } = await makePlace();
    const lines = [
      'echo 1 > ~/.bashrc && echo 2 > /tmp/two && echo 3 > /var/tmp/three && echo 4 > /dev/shm/four',
      `echo 5 > ${task}/cache/five && echo 6 > ${temporary}/six`,
      'git config --global some.name 7',
    ];
    const first = await inside(lines.join(' && '));
    expect(first.stderr).toBe('');
    const second = await inside('cat ~/.bashrc /tmp/two; git config some.name');
    expect(second.stdout).toBe('1\n2\n7\n');
    expect(await readFile(join(temporary, 'six'), 'utf8')).toBe('6\n');
    await expect(stat(join(home, '.bashrc'))).rejects.toThrow('ENOENT');
    await expect(stat('/tmp/two')).rejects.toThrow('ENOENT');
    await inside(`echo evil > ${task}/claim`);
    await expect(stat(join(task, 'claim'))).rejects.toThrow('ENOENT');
  });

  test('reads, writes through, and copies what an agent needs of the home', async () => {
    const { home, inside } = await makePlace();
    for (const name of ['read', 'write', 'copy']) await plant(join(home, '.agent', name), name);
    const shown = (['read', 'write', 'copy'] as const).map((mode) => ({
      path: `.agent/${mode}`,
      mode,
    }));
    const line =
      'cd ~/.agent; cat read write copy; for f in read write copy; do echo new > $f; done';
    const result = await inside(line, { shown });
    expect(result.stdout).toBe('readwritecopy');
    const after = ['read', 'write', 'copy'].map((name) =>
      readFile(join(home, '.agent', name), 'utf8'),
    );
    expect(await Promise.all(after)).toEqual(['read', 'new\n', 'copy']);
    expect((await inside('cat ~/.agent/copy', { shown })).stdout).toBe('new\n');
  });

  test('runs programs that lie in HOME and in /tmp, through links, again and again', async () => {
    const { home, root, workspace, env, enter, inside } = await makePlace();
    const library = join(home, 'tools/lib/node_modules');
    await plant(join(library, 'dependency/index.js'), 'export const word = "found";\n');
    await plant(
      join(library, 'dependency/package.json'),
      '{"type":"module","exports":"./index.js"}',
    );
    const cli = join(library, 'agent/cli.js');
    const body = 'import { word } from "dependency"; console.log(word, process.argv[2]);\n';
    await plant(cli, `#!/usr/bin/env node\n${body}`);
    await plant(join(library, 'agent/package.json'), '{"type":"module"}');
    await chmod(cli, 0o755);
    await mkdir(join(home, 'links'));
    await symlink('../tools/lib/node_modules/agent/cli.js', join(home, 'links/agent'));
    await plant(join(root, 'scripts/agent.sh'), 'cat "$(dirname "$0")/beside"\n');
    await plant(join(root, 'scripts/beside'), 'beside');
    for (const time of ['first', 'second']) {
      const argv = await enter([join(home, 'links/agent'), time]);
      const { stdout, stderr } = await runCommand({ argv, cwd: workspace, env });
      expect(stdout + stderr).toBe(`found ${time}\n`);
    }
    expect((await inside(`sh ${root}/scripts/agent.sh`)).stdout).toBe('beside');
    await plant(join(home, 'sdk-9/bin/tool'), '#!/bin/sh\ncat ~/sdk-9/share\n');
    await chmod(join(home, 'sdk-9/bin/tool'), 0o755);
    await plant(join(home, 'sdk-9/share'), 'shared');
    const path = { env: { ...env, PATH: `${env['PATH']}:${home}/sdk-9/bin` } };
    expect((await inside('PATH=$PATH:~/sdk-9/bin tool', path)).stdout).toBe('shared');
  });

  test('does not follow a link that a program left in the way', async () => {
    const { home, root, inside } = await makePlace();
    await plant(join(home, '.agent/read'), 'read');
    await inside(`ln -s ${root}/outside ~/.agent`);
    await mkdir(join(root, 'outside'));
    const shown = [{ path: '.agent/read', mode: 'read' as const }];
    expect((await inside('cat ~/.agent/read', { shown })).stdout).toBe('read');
    await expect(stat(join(root, 'outside/read'))).rejects.toThrow('ENOENT');
  });

  test('ends everything inside when its own process is killed, also what forked away', async () => {
    const { workspace, env, enter } = await makePlace();
    const line = 'env -u FLOTILLA_ATTEMPT setsid sh -c "echo ready; exec sleep 1000" & wait';
    const argv = await enter(['/bin/sh', '-c', line]);
    const child = spawn(argv[0], argv.slice(1), { cwd: workspace, env, detached: true });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(createInterface(child.stdout), 'line');
    const members = await treeMembers({ leader: child.pid ?? 0, marker: null });
    expect(members.length).toBeGreaterThan(2);
    child.kill('SIGKILL');
    // The pipe closes when the last of those that hold it is gone.
    await once(child, 'close');
    // The sandbox's own process 1 closes nothing of ours: only the process table tells that it is gone.
    await expect.poll(() => living(members)).toEqual([]);
  });

  test('runs under a keeper: fed, read, ended gently, with its exit code', async ({ skip }) => {
    if (!found.ok || !found.value.canEndGently) skip('env has no --default-signal');
    const { root, workspace, env, enter } = await makePlace();
    const line = 'trap "echo cleaned; exit 3" TERM; cat; while :; do sleep 0.05; done';
    const argv = await enter(['/bin/sh', '-c', line]);
    const directory = join(root, 'attempt');
    const limits = { deadlineSeconds: 60, graceSeconds: 5, marker: `sandbox-test ${root}` };
    const fed = Promise.withResolvers<void>();
    let output = '';
    const kept = await startKept(
      { ...{ directory, argv, cwd: workspace, env, prompt: 'words\n' }, ...limits },
      (text, stream) => {
        if (stream === 'output') output += text;
        if (output.includes('words')) fed.resolve();
      },
    );
    await fed.promise;
    expect(await kept.stop()).toEqual({ kind: 'stopped', why: 'stopped' });
    expect(output).toBe('words\ncleaned\n');
    const failing = await enter(['/bin/sh', '-c', 'exit 7']);
    const second = {
      directory: join(root, 'second'),
      argv: failing,
      cwd: workspace,
      env,
      prompt: '',
    };
    const other = await startKept({ ...second, ...limits }, () => undefined);
    expect(await other.ended).toEqual({ kind: 'exited', code: 7 });
  });

  test('ends when its keeper is killed', async () => {
    const { root, workspace, env, enter } = await makePlace();
    const argv = await enter(['/bin/sh', '-c', 'echo ready; exec sleep 1000']);
    const ready = Promise.withResolvers<void>();
    const params = { directory: join(root, 'attempt'), argv, cwd: workspace, env, prompt: '' };
    // Without a deadline the keeper has no other child than the sandbox.
    const limits = { deadlineSeconds: 0, graceSeconds: 5, marker: `sandbox-test ${root}` };
    const kept = await startKept({ ...params, ...limits }, () => ready.resolve());
    await ready.promise;
    const members = await treeMembers({ leader: kept.keeper.pid, marker: null });
    expect(members.length).toBeGreaterThan(3);
    process.kill(kept.keeper.pid, 'SIGKILL');
    await expect.poll(() => living(members)).toEqual([]);
    expect(await kept.ended).toEqual({ kind: 'lost' });
  });

  test('lets a program end in its own time when the group is told to', async ({ skip }) => {
    if (!found.ok || !found.value.canEndGently) skip('env has no --default-signal');
    const { workspace, env, enter } = await makePlace();
    const line = 'trap "echo cleaned; exit 3" TERM; echo ready; while :; do sleep 0.05; done';
    const argv = await enter(['/bin/sh', '-c', line]);
    const child = spawn(argv[0], argv.slice(1), { cwd: workspace, env, detached: true });
    const lines = createInterface(child.stdout);
    await once(lines, 'line');
    const last = once(lines, 'line');
    const closed = once(child, 'close');
    process.kill(-(child.pid ?? 0), 'SIGTERM');
    // Without --new-session the signal would have got there by itself; a keeper also tells every member.
    for (const pid of await treeMembers({ leader: child.pid ?? 0, marker: null })) tell(pid);
    expect(await last).toEqual(['cleaned']);
    expect(await closed).toEqual([3, null]);
  });
});

test.for([
  ['/opt/a/agent --key /home/u/key', ['/opt/a/agent']],
  ['cat /home/u/key', []],
  ['FOO=/home/u/x node --test "/home/u/my agents/a.mjs" /home/u/key', ['/home/u/my agents/a.mjs']],
  ['cd /home/u && ~/bin/agent | env A=1 sh $HOME/b.sh', ['/home/u/bin/agent', '/home/u/b.sh']],
] as const)('finds the programs in: %s', ([line, expected]) => {
  expect(programsIn(['/bin/sh', '-c', line], '/home/u')).toEqual([...expected]);
});

test('says so where bubblewrap is not installed', async () => {
  const answer = await findSandbox({ PATH: '/nowhere' });
  expect(answer).toMatchObject({ ok: false, error: { reason: 'not-installed' } });
});

test('says so where bubblewrap does not work', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'flotilla-sandbox-'));
  const program = join(directory.path, 'bwrap');
  await writeFile(program, '#!/bin/sh\necho "bwrap: No permissions" >&2; exit 1\n', {
    mode: 0o755,
  });
  const answer = await findSandbox({ PATH: `.:${directory.path}` });
  const message = 'bubblewrap does not work here: bwrap: No permissions';
  expect(answer).toEqual({ ok: false, error: { reason: 'not-allowed', message } });
});

test('mounts outer directories before inner ones, and keeps few capabilities for root', () => {
  const words = sandboxArgv({
    sandbox: { program: '/usr/bin/bwrap', isRoot: true, canEndGently: false },
    mounts: [
      { kind: 'write', path: '/a/b' },
      { kind: 'empty', path: '/a' },
    ],
    cwd: '/a/b',
    variables: { HOME: '/a' },
  });
  expect(words.join(' ')).toContain(
    '--tmpfs /a --bind-try /a/b /a/b --setenv HOME /a --chdir /a/b',
  );
  expect(words).not.toContain('CAP_SYS_ADMIN');
});

/** One that has ended meanwhile needs no telling. */
function tell(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    return;
  }
}
