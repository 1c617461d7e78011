import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { dice } from '../../test/rig/dice.ts';
import { shellWord } from './shell-word.ts';

/** What a shell reads the words as, each followed by a NUL byte. */
function readBack(shell: string, words: readonly string[]): string {
  const command = `printf '%s\\0' ${words.map(shellWord).join(' ')}`;
  return execFileSync(shell, ['-c', command], { encoding: 'utf8' });
}

test.each([
  ...['issue.md', '#12', "it's  here/issue $(id).md", 'owner/repo#3', '~/x', 'a;b', '`id`', ''],
  ...[
    'main;touch${IFS}x',
    '--flag',
    '-',
    'a\\nb',
    'a\nb',
    'a\n',
    '\u001b]0;T\u0007',
    'a\u202Eb',
    '!!',
    '*',
  ],
])('a shell reads %j back as one word', (text) => {
  expect(readBack('sh', [text])).toBe(`${text}\0`);
});

const letters =
  'ab \'"\\$`;&|<>(){}[]*?!#~=%^\n\t\r\u001b\u0007\u007f\u0085\u00a0\u200b\u202e\u2028é🚢01/._-@:,+';

test.each(['sh', 'bash'])('%s reads any words back as they were', (shell) => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const { text } = dice(seed);
    const words = Array.from({ length: 30 }, () => text(letters, 12));
    expect(readBack(shell, words), `seed ${seed}`).toBe(words.map((word) => `${word}\0`).join(''));
  }
});

test('what is printed holds nothing that a terminal obeys', () => {
  for (let seed = 1; seed <= 500; seed += 1) {
    const word = shellWord(dice(seed).text(letters, 12).replace(/\n+$/u, ''));
    expect(word, `seed ${seed}`).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
  }
});

test('harmless words stay as people would type them', () => {
  expect(shellWord('docs/issue.md')).toBe('docs/issue.md');
  expect(shellWord('local#3')).toBe('local#3');
  expect(shellWord('my issue.md')).toBe("'my issue.md'");
});
