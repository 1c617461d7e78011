import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Chance } from '../../bench/chance.ts';
import type { JournalEvent } from '../../src/model/event/event.ts';
import { fingerprint } from './fingerprint.ts';
import type { Ended } from './flotilla.ts';
import { makeWorld, type World } from './world.ts';

/** What a run over hostile workspaces came to. */
export type HostileRun = {
  readonly workspaces: number;
  /** Branches that were published, with the checks' own digest of what they saw. */
  readonly published: number;
  readonly problems: readonly string[];
  readonly seconds: number;
};

/** Paths of a repository that git, or we, may read or write. */
const gitPaths = [
  ...['HEAD', 'index', 'config', 'config.worktree', 'description', 'packed-refs', 'shallow'],
  ...['COMMIT_EDITMSG', 'MERGE_HEAD', 'MERGE_MSG', 'MERGE_MODE', 'ORIG_HEAD', 'FETCH_HEAD'],
  ...['CHERRY_PICK_HEAD', 'AUTO_MERGE', 'commondir', 'gitdir', 'index.lock', 'HEAD.lock'],
  ...['logs/HEAD', 'logs/refs/heads', 'info/exclude', 'info/attributes', 'info/grafts'],
  ...['info/sparse-checkout', 'objects/info/alternates', 'objects/info/packs', 'objects/pack'],
  ...['objects/info/commit-graph', 'objects/info/commit-graphs', 'objects/pack/multi-pack-index'],
  ...[
    'refs/heads',
    'refs/heads/main',
    'refs/replace',
    'refs/tags/v9',
    'refs/stash',
    'refs/remotes',
  ],
  ...['hooks/pre-commit', 'hooks/post-checkout', 'hooks/reference-transaction', 'hooks', 'modules'],
  ...['lfs', 'lfs/objects', 'lfs/tmp', 'rebase-merge', 'sequencer', 'worktrees/one', 'branches'],
];
const treePaths = [
  ...['.gitignore', '.gitattributes', '.gitmodules', '.mailmap', '.lfsconfig', 'README.md'],
  ...[
    'sub/deep/file.txt',
    'sub',
    'new/dir/file',
    'v.txt',
    'check.sh',
    '.env',
    '.claude/settings.json',
  ],
  ...['.claude/runtime/x', 'node_modules/.bin/tool', '-rf', ':(top)', '.git', 'TASKS.md'],
];

/** Settings whose value is a program, or a place outside. */
const programSettings = [
  ...['core.fsmonitor', 'core.hooksPath', 'core.editor', 'core.pager', 'core.sshCommand'],
  ...['core.alternateRefsCommand', 'core.gitProxy', 'credential.helper', 'diff.external'],
  ...['filter.evil.clean', 'filter.evil.smudge', 'filter.evil.process', 'diff.evil.textconv'],
  ...['diff.evil.command', 'merge.evil.driver', 'gpg.program', 'sequence.editor', 'alias.status'],
  ...['uploadpack.packObjectsHook', 'receive.procReceiveRefs', 'lfs.customtransfer.evil.path'],
];
const placeSettings = ['core.worktree', 'core.excludesFile', 'core.attributesFile', 'include.path'];
const oddSettings = [
  'commit.gpgSign true',
  'core.bare true',
  'core.repositoryformatversion 7',
  'extensions.partialClone origin',
  'extensions.worktreeConfig true',
  'core.sparseCheckout true',
  'remote.origin.url "ext::sh -c touch% RAN"',
  'core.logAllRefUpdates always',
  'core.fileMode false',
  'core.quotePath false',
  'status.showUntrackedFiles no',
  'log.showSignature true',
];

/** What an agent does that wants out, in shell; `$OUT` is a folder outside. */
function trick(chance: Chance): string {
  const inGit = chance.next() < 0.6;
  const path = inGit
    ? `.git/${chance.pick(gitPaths) ?? ''}`
    : (chance.pick(treePaths) ?? 'README.md');
  const clear = `rm -rf -- './${path}'; mkdir -p -- "$(dirname -- './${path}')"`;
  const victim = `$OUT/victims/${chance.between(1, 5)}`;
  const ran = '"sh -c \'touch $OUT/ran; cat\'"';
  const choices: readonly (() => string)[] = [
    () => `${clear}; ln -s ${victim} './${path}'`,
    () => `${clear}; ln -s $OUT/victims './${path}'`,
    () => `${clear}; ln -s $OUT/made-${chance.between(1, 9)} './${path}'`,
    () =>
      `${clear}; ln -s ${chance.pick(['/dev/zero', '/dev/random', '/proc/self/fd/0', '/'])} './${path}'`,
    () => `${clear}; mkfifo './${path}'`,
    () => `${clear}; truncate -s 60G './${path}'`,
    () => `${clear}; mkdir -p './${path}/x/y'`,
    () => `${clear}; head -c ${chance.between(0, 9_000)} /dev/urandom > './${path}'`,
    () => `chmod 000 -- './${path}'`,
    () => `git config ${chance.pick(programSettings)} ${ran}`,
    () => `git config ${chance.pick(placeSettings)} ${victim}`,
    () => `git config ${chance.pick(oddSettings)?.replace('RAN', '$OUT/ran')}`,
    () => `printf '* filter=evil diff=evil merge=evil\\n' >> .gitattributes`,
    () => `printf '[submodule "x"]\\n\\tpath = sub\\n\\turl = -u$OUT/ran\\n' > .gitmodules`,
    () => `git update-index --assume-unchanged v.txt; echo ok > v.txt`,
    () => `git update-index --skip-worktree README.md; echo changed > README.md`,
    () => `git replace -f HEAD:v.txt $(echo ok | git hash-object -w --stdin)`,
    () => `git replace -f HEAD $(git commit-tree HEAD~0^{tree} -m replaced)`,
    () => `echo "$(git rev-parse HEAD) " > .git/info/grafts`,
    () => `git checkout -q -b 'x;touch\${IFS}$OUT/ran;y'`,
    () => `git checkout -q --detach; git branch -q -f main HEAD`,
    () => `git symbolic-ref HEAD refs/heads/nowhere`,
    () => `echo 'ref: ../../../../../x' > .git/HEAD`,
    () => `rm -rf .git/objects/${chance.pick(['??', 'pack', 'info'])}`,
    () => `rm -rf .git`,
    () =>
      `git init -q inner; git -C inner config core.fsmonitor ${ran}; echo x > inner/x; git -C inner add -A; git -C inner commit -qm i; git add inner; git commit -qm link`,
    () =>
      `d=.; for n in $(seq 60); do d=$d/${'d'.repeat(100)}; mkdir -p "$d" 2> /dev/null && cd "$d" && d=.; done; echo deep > x; cd "$WORKING_DIR"`,
    () => `touch "$(printf 'odd\\n\\t\\033[31m\\377name')" "$(printf 'caf\\351')"`,
    () =>
      `t=$(printf '100644 blob %s\\t.git\\n' "$(git rev-parse HEAD:v.txt)" | git mktree); git update-ref HEAD "$(git commit-tree $t -p HEAD -m tree)"`,
    () =>
      `t=$(printf '120000 blob %s\\t.gitmodules\\n' "$(git rev-parse HEAD:v.txt)" | git mktree); git update-ref HEAD "$(git commit-tree $t -p HEAD -m tree)"`,
    () =>
      `git commit-tree HEAD^{tree} -p HEAD -m "$(head -c 200000 /dev/zero | tr '\\0' x)" > .git/t; git update-ref HEAD "$(cat .git/t)"`,
    () =>
      `(trap '' TERM HUP; setsid sh -c 'while :; do ln -sfn ${victim} .git/index; sleep 0.05; done' > /dev/null 2>&1 &)`,
    () => `echo broken > v.txt; git commit -qam broken; echo ok > v.txt`,
    () =>
      `ln -s $OUT/victims made-link; git add made-link; git commit -qm 'A link'; rm -f made-link; mkdir made-link; echo x > made-link/1`,
    () => `for n in $(seq 3000); do : > "many-$n"; done`,
  ];
  return `(${chance.pick(choices)?.()}) || :`;
}

const files = {
  'v.txt': 'ok\n',
  'sub/deep/file.txt': 'deep\n',
  '.gitignore': 'ignored/\n',
  'check.sh': 'exit 0\n',
};

/** Prints a digest of all that is there, whatever its names are. */
const digest =
  '{ find . -path ./.git -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum; find . -path ./.git -prune -o -type l -printf "%p %l\\n" | LC_ALL=C sort; } | sha256sum | sed "s/^/tree /"';
const check = `${digest} && test "$(cat v.txt)" = ok`;

/** One run of the whole program over some hostile workspaces, and what is wrong after it. */
export async function runHostile(chance: Chance, workspaces: number): Promise<HostileRun> {
  const started = performance.now();
  const titles = Array.from({ length: workspaces }, (_, index) => `Part ${index + 1}`);
  await using world = await makeWorld({ issue: titles, files, env: { FLOTILLA_SANDBOX: 'on' } });
  const out = layOutVictims(world);
  for (const ordinal of titles.keys())
    world.write(`agents/agent-${ordinal + 1}.sh`, agentScript(chance, out));
  world.write('agents/run.sh', 'sh "agents/$AGENT_ID.sh" < /dev/null\nexit 0\n');
  world.git('add', '--all');
  world.git('commit', '--quiet', '--message', 'Agents');
  const before = outside(world);
  const limits = ['--timeout', '20', '--check-timeout', '20', '--run-timeout', '100'];
  const ended = await within(400, 'the run', () =>
    world.flotilla(
      ...['orchestrate', '../issue.md', '--agent', 'command:sh agents/run.sh', '--json'],
      ...['--yes', '--force', '--check', check, '--stack', 'never', '--max-workers', '4'],
      ...['--merge', chance.next() < 0.5 ? 'verified' : 'never', ...limits],
    ),
  );
  const problems = [...wrongIn(ended), ...differences(world, ended.events())];
  for (const words of [['diff', 'local#1', '1'], ['status'], ['clean', '--all', '--yes']]) {
    const after = await within(200, words.join(' '), () => world.flotilla(...words));
    problems.push(...stacksIn(words.join(' '), after));
  }
  for (const [path, what] of Object.entries(outside(world)))
    if (before[path] !== what) problems.push(`outside, ${path} was ${before[path]}, is ${what}`);
  const lost = Object.keys(before).filter((path) => !(path in outside(world)));
  problems.push(...lost.map((path) => `outside, ${path} is gone`));
  const events = ended.events();
  const published = events.filter(({ type }) => type === 'push-done').length;
  const scripts = problems.length === 0 ? [] : [`the agents:\n${allScripts(world)}`];
  const seconds = (performance.now() - started) / 1_000;
  return { workspaces, published, problems: [...problems, ...scripts], seconds };
}

function agentScript(chance: Chance, out: string): string {
  const tricks = Array.from({ length: chance.between(1, 4) }, () => trick(chance));
  const work = 'echo "$AGENT_ID" > "work-$AGENT_ID.txt"; git add -A; git commit -qm Work';
  const isFirst = chance.next() < 0.7;
  const leave = 'echo left > "left-$AGENT_ID.txt"';
  return ['OUT=' + out, 'exec 2> /dev/null', ...(isFirst ? [work] : []), ...tricks, leave, ''].join(
    '\n',
  );
}

/** What no agent may change: the user's files, in and next to their home. */
function layOutVictims(world: World): string {
  const out = join(world.home, 'out');
  mkdirSync(join(out, 'victims'), { recursive: true });
  for (const name of [1, 2, 3, 4, 5])
    writeFileSync(join(out, 'victims', `${name}`), `mine ${name}\n`);
  return out;
}

function outside(world: World): Record<string, string> {
  const isOurs = (path: string): boolean =>
    /^\.git\/(?:objects\/|(?:logs\/)?refs\/remotes(?:\/|$))|^\.claude\/runtime(?:\/|$)/u.test(path);
  const home = fingerprint(world.home, (path) => /^\.cache(?:\/|$)/u.test(path));
  const repository = fingerprint(world.repository, isOurs);
  return {
    ...Object.fromEntries(Object.entries(home).map(([path, what]) => [`~/${path}`, what])),
    ...repository,
  };
}

function allScripts(world: World): string {
  return execFileSync('sh', ['-c', 'cat agents/agent-*.sh'], {
    cwd: world.repository,
    encoding: 'utf8',
  });
}

async function within(seconds: number, what: string, run: () => Promise<Ended>): Promise<Ended> {
  const limit = AbortSignal.timeout(seconds * 1_000);
  const hung = new Promise<never>((_resolve, reject) => {
    limit.addEventListener('abort', () => reject(new Error(`${what} hangs`)), { once: true });
  });
  return Promise.race([run(), hung]);
}

const admission = /bug in Flotilla|TypeError|RangeError|\n +at .*:\d+/u;

function wrongIn(ended: Ended): string[] {
  const unexpected = ended.events().filter(({ type }) => type === 'unexpected');
  return [
    ...unexpected.map((event) => `unexpected: ${JSON.stringify(event).slice(0, 600)}`),
    ...stacksIn('the run', ended),
  ];
}

function stacksIn(what: string, { stdout, stderr }: Ended): string[] {
  const found = admission.exec(stderr) ?? (what === 'the run' ? null : admission.exec(stdout));
  return found === null ? [] : [`${what} says ${found[0].trim()}: ${stderr.slice(-400)}`];
}

/** Published branches that are other than what their checks saw. */
function differences(world: World, events: readonly JournalEvent[]): string[] {
  const problems: string[] = [];
  for (const event of events) {
    if (event.type !== 'task-verified') continue;
    const isPublished = events.some(
      (one) => one.type === 'push-done' && one.task === event.task && one.head === event.head,
    );
    if (!isPublished) continue;
    const seen = events.findLast(
      (one) => one.type === 'check-ended' && one.task === event.task && one.seq < event.seq,
    );
    const told = seen?.type === 'check-ended' ? /tree (\w+)/u.exec(seen.result.excerpt)?.[1] : '';
    const is = treeOf(world, event.head);
    if (is !== told) problems.push(`task ${event.task}: checked ${told}, published ${is}`);
  }
  const merged = world.git('for-each-ref', '--format=%(objectname)', 'refs/remotes/flotilla/main');
  if (merged !== '' && world.git('show', `${merged.trim()}:v.txt`) !== 'ok\n')
    problems.push('what its own check forbids was merged');
  return problems;
}

/** The digest of a published commit's files, as a checkout has them. */
function treeOf(world: World, commit: string): string {
  const place = join(world.root, 'published');
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place);
  const env = {
    ...world.env,
    ...{ GIT_WORK_TREE: place, GIT_INDEX_FILE: join(world.root, 'published.index') },
    GIT_DIR: join(world.repository, '.git'),
  };
  execFileSync('git', ['read-tree', commit], { cwd: place, env });
  execFileSync('git', ['checkout-index', '--all', '--force'], { cwd: place, env });
  const said = execFileSync('sh', ['-c', digest], { cwd: place, encoding: 'utf8' });
  return /tree (\w+)/u.exec(said)?.[1] ?? '';
}
