import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('every option of a run stands in a group, in its order', () => {
  const main = join(import.meta.dirname, '../main.ts');
  const help = execFileSync(process.execPath, [main, 'orchestrate', '--help'], {
    encoding: 'utf8',
  });
  const headings = [...help.matchAll(/^(\w[\w ]*):$/gmu)].map(([, heading]) => heading);
  expect(headings.slice(0, 4)).toEqual(['Arguments', 'What is worked on', 'Going on', 'Agents']);
  const [, ungrouped = ''] = help.split('\nOptions:\n');
  expect([...ungrouped.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gmu)].map(([, name]) => name)).toEqual([
    '--help',
  ]);
});
