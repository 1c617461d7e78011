import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from './shell-word.ts';

test.each(['issue.md', '#12', "it's  here/issue $(id).md", 'owner/repo#3', '~/x', 'a;b', '`id`'])(
  'a shell reads %s back as one word',
  (text) => {
    const read = execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' });
    expect(read).toBe(text);
  },
);

test('harmless words stay as people would type them', () => {
  expect(shellWord('docs/issue.md')).toBe('docs/issue.md');
  expect(shellWord('local#3')).toBe('local#3');
});
