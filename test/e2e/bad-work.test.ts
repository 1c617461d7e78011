import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fingerprint } from '../rig/fingerprint.ts';
import type { Ended } from '../rig/flotilla.ts';
import { readStatus, refOf, taskOf, type ToldRun } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

// Put together here, so that this file holds none itself.
const awsKey = ['AKIA', 'QWERTYUIOP234567'].join('');
const githubToken = ['ghp_', 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3gH5'].join('');
const material = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj';
const privateKey = ['-----BEGIN', ` PRIVATE KEY-----\n${material}\n`].join('');

/** One task for each way in which an agent can spoil its branch. */
const ways = {
  'Commits a file of 200 MB': 'truncate -s 200M big.bin; git add .; git commit --quiet -m Big',
  'Takes a file of 200 MB back':
    'truncate -s 200M big.bin; git add .; git commit --quiet -m Big; git rm --quiet big.bin; git commit --quiet -m Small; commit small.txt',
  'Commits an AWS key': `printf 'first\\nkey=%s\\n' ${awsKey} >aws.env; git add .; git commit --quiet -m Key`,
  'Takes a GitHub token back': `commit token.txt ${githubToken}; commit token.txt none`,
  'Leaves a private key uncommitted': `write deep/id_rsa '${privateKey}'`,
  'Names a key where names are allowed': `write fixtures/aws.env ${awsKey}`,
  'Changes a file with an old key': 'echo more >>old-key.env; git commit --quiet -am More',
  'Amends the base': 'write amended.txt; git add .; git commit --quiet --amend --no-edit',
  'Goes back behind the base': 'git reset --quiet --hard HEAD~1; commit behind.txt',
  'Changes what it rewrote': 'git reset --quiet --hard HEAD~1; commit second.txt otherwise',
  'Begins a history of its own':
    'git checkout --quiet --orphan other; commit own.txt; git branch -M other "$BRANCH_NAME"',
  'Leaves a rebase half done':
    'commit one.txt; commit two.txt; GIT_SEQUENCE_EDITOR="sed -i 1s/pick/edit/" git rebase --quiet -i HEAD~2; exit 0',
  'Leaves a merge without conflicts half done':
    'git branch side; commit one.txt; git checkout --quiet side; commit two.txt; git checkout --quiet "$BRANCH_NAME"; git merge --quiet --no-commit --no-ff side',
  'Asks a question':
    'echo "I looked around."; echo "Which database should I use? [a/b]"; echo "> "',
  'Asks by standard error': 'echo "Shall I drop the table? (y/N)" >&2; exit 4',
  'Asks without a question mark': 'echo "Please tell me the colour"',
  'Waits for an answer': 'read -r answer </dev/tty || read -r answer || commit "asked$answer.txt"',
} as const;

type Way = keyof typeof ways;
const titles = Object.keys(ways) as Way[];

describe('work that must not be published', () => {
  let world: World;
  let ended: Ended;
  let run: ToldRun;
  let before: unknown;

  beforeAll(async () => {
    world = await makeWorld({
      issue: titles,
      files: {
        'old-key.env': `key=${awsKey.replace('Q', 'Z')}\n`,
        '.claude/config/parallel-orchestration.json': JSON.stringify({
          verification: { allow_secrets_in: ['fixtures/'] },
        }),
      },
    });
    world.write('second.txt', 'second\n');
    world.git('add', '--all');
    world.git('commit', '--quiet', '--message', 'Go on');
    world.script(
      Object.fromEntries(titles.map((title, index) => [`agent-${index + 1}`, ways[title]])),
    );
    before = wholeness();
    ended = await world.orchestrate('--max-workers', '4', '--yes', '--stack', 'never');
    run = await readStatus(world);
  }, 120_000);

  afterAll(() => world[Symbol.asyncDispose]());

  /** All that is the user's: files, refs, and what can be reached from them. */
  function wholeness(): unknown {
    const refs = world.git('for-each-ref').split('\n');
    return {
      refs: refs.filter((line) => !line.includes('refs/remotes/flotilla/')),
      head: world.git('symbolic-ref', 'HEAD'),
      status: world.git('status', '--porcelain'),
      objects: world.git('rev-list', '--objects', '--branches', '--tags'),
      problems: world.git('fsck', '--strict', '--no-dangling'),
      files: fingerprint(world.repository, (path) =>
        /^(?:\.git\/(?:objects|logs\/refs\/remotes|refs\/remotes)|\.claude\/runtime)(?:\/|$)/u.test(
          path,
        ),
      ),
    };
  }

  function failureOf(title: Way): { readonly reason: string; readonly message: string } | null {
    return taskOf(run, titles.indexOf(title) + 1).failure;
  }

  function filesOf(title: Way): string[] {
    const ref = refOf(run, titles.indexOf(title) + 1);
    expect(world.git('merge-base', 'main', ref)).toBe(world.git('rev-parse', 'main'));
    return world.git('diff', '--name-only', 'main', ref).trim().split('\n');
  }

  test('the user’s repository is whole', () => {
    expect(wholeness()).toEqual(before);
  });

  test.each(['Commits a file of 200 MB', 'Takes a file of 200 MB back'] as const)(
    '%s: invalid, and the file and its size are named',
    (title) => {
      expect(failureOf(title)).toMatchObject({ reason: 'invalid', type: 'VALIDATION_ERROR' });
      expect(failureOf(title)?.message).toContain('big.bin (200 MB)');
      expect(failureOf(title)?.message).toContain('--retry --fresh');
    },
  );

  test.each([
    ['Commits an AWS key', 'an AWS access key in aws.env:2'],
    ['Takes a GitHub token back', 'a GitHub token in token.txt:1'],
    ['Leaves a private key uncommitted', 'a private key in deep/id_rsa:1'],
  ] as const)('%s: invalid, with file and line', (title, place) => {
    expect(failureOf(title)).toMatchObject({ reason: 'invalid', type: 'VALIDATION_ERROR' });
    expect(failureOf(title)?.message).toContain(place);
  });

  test('no key reaches the user: neither in words nor in objects', async () => {
    const { stdout } = await world.flotilla('logs', '../issue.md');
    const told = spawnSync('grep', ['-rlF', awsKey, '.claude/runtime'], {
      cwd: world.repository,
      encoding: 'utf8',
    });
    for (const secret of [awsKey, githubToken, material]) {
      expect(ended.stdout + ended.stderr + stdout + JSON.stringify(run)).not.toContain(secret);
    }
    expect(told.stdout).toBe('');
    const published = world.git('log', '-p', '--remotes=flotilla', '--', ':!fixtures');
    expect(published).not.toContain(githubToken);
    expect(published).not.toContain(material);
  });

  test('a key that is no news, or stands where keys are none, stops nothing', () => {
    expect(filesOf('Names a key where names are allowed')).toEqual(['fixtures/aws.env']);
    expect(filesOf('Changes a file with an old key')).toEqual(['old-key.env']);
  });

  test('history that was rewritten is put right, and what was made of it is kept', () => {
    expect(filesOf('Amends the base')).toEqual(['amended.txt']);
    expect(filesOf('Goes back behind the base')).toEqual(['behind.txt']);
    const ref = refOf(run, titles.indexOf('Amends the base') + 1);
    expect(world.git('log', '-1', '--format=%B', ref)).toContain('had rewritten history');
  });

  test.each(['Changes what it rewrote', 'Begins a history of its own'] as const)(
    '%s: a failure that says so',
    (title) => {
      expect(failureOf(title)?.reason).toBe('agent-failed');
      expect(failureOf(title)?.message).toContain('rewrote history');
    },
  );

  test('a rebase that is half done is a failure, a merge that only lacks its commit is work', () => {
    expect(failureOf('Leaves a rebase half done')?.reason).toBe('agent-failed');
    expect(filesOf('Leaves a merge without conflicts half done')).toEqual(['one.txt', 'two.txt']);
  });

  test('an agent that asks gets no answer, and its question is reported', () => {
    expect(failureOf('Asks a question')).toMatchObject({
      reason: 'no-commits',
      message: expect.stringContaining('it asked: Which database should I use? [a/b]. Answer that'),
    });
    expect(failureOf('Asks by standard error')).toMatchObject({
      reason: 'agent-failed',
      message: expect.stringContaining('it asked: Shall I drop the table? (y/N)'),
    });
    expect(failureOf('Asks without a question mark')?.message).toContain(
      'its last words: Please tell me the colour',
    );
    expect(filesOf('Waits for an answer')).toEqual(['asked.txt']);
  });
});
