import { expect, test } from 'vitest';
import { forgeMeaning, hostileTexts, readMarkdown } from '../../../test/rig/read-markdown.ts';
import { sampleEvents } from '../../../test/rig/sample-run.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import { undoBody, undoTitle } from './undo-body.ts';

const sha = 'c0ffee'.padEnd(40, '0');

function undoOf(title: string, subject = title): { title: string; body: string } {
  const tasks = [{ outcome: 'completed', title }, { outcome: 'completed' }] as const;
  const state = foldRun(sampleEvents({ title, tasks }));
  if (state === null) throw new Error('a run');
  const undo = {
    ...{ key: 'flotilla:undo:orch-local-1-20260302-1200:1', branch: 'undo-1', tasks: [1] },
    ...{ base: sha, head: sha, commits: [{ task: 1, sha, subject }], standing: [2] },
  };
  return { title: undoTitle(state, undo), body: undoBody(state, undo) };
}

test.each(hostileTexts)('%j means nothing in an undo', (text) => {
  const { title, body } = undoOf(text);
  const { kinds, prose } = readMarkdown(body);
  // Our own references to the issue and to pull requests are meant.
  expect(prose.replaceAll(/#[12]0\d\b|local#1\b/gu, '')).not.toMatch(forgeMeaning);
  expect(kinds).not.toContain('image');
  const marks = [...body.matchAll(/<!--.*?-->/gu)].map(([mark]) => mark);
  expect(marks).toEqual(['<!-- flotilla:undo:orch-local-1-20260302-1200:1 -->']);
  for (const shown of [title, body])
    expect(shown).not.toMatch(/[[\p{Cc}\u202A-\u202E\u2066-\u2069]--[\n\t]]/v);
});

test('a reviewer reads what goes, what stays, and what to look at', () => {
  const { title, body } = undoOf('Add the cart', 'Add the cart (#7)');
  expect(title).toBe('Undo task 1: Add the cart');
  expect(body).toContain('  - c0ffee000 `Add the cart (#7)`');
  expect(body).toContain('**Look at task 2**');
});
