import { expect, test } from 'vitest';
import { told } from '../rig/five-pull-requests.ts';
import { makeWorld } from '../rig/world.ts';

function lines(word: string): string {
  return Array.from({ length: 30 }, (_, index) => `${word} ${index + 1}\n`).join('');
}

/** A kind of conflict: what two agents do, what settles it, and what the base then has. */
type Kind = {
  readonly name: string;
  readonly one: string;
  readonly other: string;
  readonly settle: string;
  readonly base: (show: (path: string) => string) => void;
};

const kinds: readonly Kind[] = [
  {
    name: 'add-add',
    one: 'commit made.txt one',
    other: 'commit made.txt other',
    settle: 'printf "one\\nother\\n" >made.txt; git commit --quiet --all --no-edit',
    base: (show) => expect(show('made.txt')).toBe('one\nother\n'),
  },
  {
    name: 'modify-delete',
    one: 'sed -i "3s/.*/third/" doomed.txt; git commit --quiet --all --message Change',
    other:
      'git rm --quiet doomed.txt; commit instead.txt; git commit --quiet --amend --all --no-edit',
    settle: 'git add doomed.txt; commit kept.txt',
    base: (show) => expect(show('doomed.txt')).toContain('third\n'),
  },
  {
    name: 'binary',
    one: 'printf "\\0\\1one" >picture.bin; git commit --quiet --all --message One',
    other: 'printf "\\0\\1other" >picture.bin; git commit --quiet --all --message Other',
    settle: 'printf "\\0\\1both" >picture.bin; git commit --quiet --all --no-edit',
    base: (show) => expect(show('picture.bin')).toBe('\0\u0001both'),
  },
  {
    name: 'rename',
    one: 'git mv moving.txt here.txt; git commit --quiet --message Here',
    other: 'git mv moving.txt there.txt; git commit --quiet --message There',
    settle:
      'git rm --quiet --cached moving.txt; git add here.txt there.txt; git commit --quiet --no-edit',
    base: (show) =>
      expect([show('here.txt'), show('there.txt')]).toEqual([lines('moving'), lines('moving')]),
  },
  {
    name: 'submodule',
    one: `mkdir -p lib; git update-index --add --cacheinfo 160000,${'a'.repeat(40)},lib; git commit --quiet --message One`,
    other: `mkdir -p lib; git update-index --add --cacheinfo 160000,${'b'.repeat(40)},lib; git commit --quiet --message Other`,
    settle: `mkdir -p lib; git update-index --add --cacheinfo 160000,${'c'.repeat(40)},lib; git commit --quiet --no-edit`,
    base: () => undefined,
  },
];

test('every kind of conflict is left and named without agents, and merged when they settle it', async () => {
  const titles = kinds.flatMap(({ name }) => [`The one ${name}`, `The other ${name}`]);
  await using world = await makeWorld({
    issue: titles,
    files: {
      'doomed.txt': lines('doomed'),
      'moving.txt': lines('moving'),
      'picture.bin': '\0\u0001',
    },
  });
  for (const [index, { one, other, settle }] of kinds.entries())
    world.script({
      [`agent-${2 * index + 1}.1`]: one,
      [`agent-${2 * index + 1}.2`]: settle,
      [`agent-${2 * index + 2}.1`]: other,
      [`agent-${2 * index + 2}.2`]: settle,
    });
  const given = ['--stack', 'never', '--max-workers', '3', '--check', 'true', '--force'];
  const ran = await world.orchestrate(...given);
  expect(ran.code, ran.stdout).toBe(0);

  const unasked = await world.flotilla('merge', 'local#1', '--yes', '--json', '--no-resolve');
  expect(unasked.code, unasked.stdout).toBe(1);
  const { merged, left } = told(unasked.stdout);
  expect(merged).toHaveLength(kinds.length);
  for (const { ordinal, reason, with: others } of left) {
    expect([ordinal, reason]).toEqual([ordinal, 'conflict']);
    // Its twin, and nobody else.
    expect(others).toEqual([ordinal % 2 === 0 ? ordinal - 1 : ordinal + 1]);
  }

  const asked = await world.flotilla('merge', 'local#1', '--yes', '--json');
  expect(told(asked.stdout).left).toEqual([]);
  expect(asked.code).toBe(0);
  for (const { base } of kinds) base((path) => world.git('show', `flotilla/main:${path}`));
  expect(world.git('ls-tree', 'flotilla/main', 'lib')).toContain(`160000 commit ${'c'.repeat(40)}`);
}, 300_000);
