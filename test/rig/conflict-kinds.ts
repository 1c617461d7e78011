import { expect } from 'vitest';

function lines(word: string): string {
  return Array.from({ length: 30 }, (_, index) => `${word} ${index + 1}\n`).join('');
}

/** A kind of conflict: what two agents do, what settles it, and what the base then has. */
type ConflictKind = {
  readonly name: string;
  readonly one: string;
  readonly other: string;
  readonly settle: string;
  readonly base: (show: (path: string) => string) => void;
};

/** A pair of tasks for each of them collides, and with nobody else. */
export const conflictKinds: readonly ConflictKind[] = [
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

/** The repository in which they collide. */
export const conflictFiles = {
  'doomed.txt': lines('doomed'),
  'moving.txt': lines('moving'),
  'picture.bin': '\0\u0001',
};

/** Two tasks for each kind, in this order. */
export const conflictTitles = conflictKinds.flatMap(({ name }) => [
  `The one ${name}`,
  `The other ${name}`,
]);

/** What their agents do at first, and when they are asked to settle it. */
export function conflictScripts(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    conflictKinds.flatMap(({ one, other, settle }, index) => [
      [`agent-${2 * index + 1}.1`, one],
      [`agent-${2 * index + 1}.2`, settle],
      [`agent-${2 * index + 2}.1`, other],
      [`agent-${2 * index + 2}.2`, settle],
    ]),
  );
}
