import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeWorld } from '../rig/world.ts';

const guide = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'guide.md'), 'utf8');

/** The blocks of a language in the guide, in their order. */
function blocksOf(language: string): string[] {
  const blocks = guide.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gmu'));
  return [...blocks].map(([, text = '']) => text);
}

test('the guide’s own issue gives the dry run that it shows', async () => {
  const [issue = ''] = blocksOf('markdown');
  const [shown = ''] = blocksOf('text');
  await using world = await makeWorld({ issue });
  const ended = await world.flotilla('orchestrate', '../issue.md', '--dry-run');
  expect(ended.code, ended.stderr).toBe(0);
  expect(shown).toContain('Independence validation:');
  expect(ended.stdout.slice(0, shown.length)).toBe(shown);
  expect(ended.stdout).toContain('Recommendation: ✅ Proceed');
});

test('the guide’s phases are phases, and the time that it writes into a title counts', async () => {
  const [, phases = ''] = blocksOf('markdown');
  const long = /`(- \[ \] .*\(60min\))`/u.exec(guide)?.[1] ?? '';
  await using world = await makeWorld({ issue: `# Staged\n\n${phases}${long}\n` });
  const ended = await world.flotilla('orchestrate', '../issue.md', '--dry-run', '--json');
  const { tasks } = JSON.parse(ended.stdout) as {
    readonly tasks: readonly { readonly phase: number; readonly estimateMinutes: number }[];
  };
  expect(tasks.map(({ phase }) => phase)).toEqual([1, 2, 2, 3, 3]);
  expect(tasks.at(-1)?.estimateMinutes).toBe(60);
});
