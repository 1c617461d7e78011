import { expect, test } from 'vitest';
import { parseIssue } from '../intake/parse-issue.ts';
import type { MasterIssue } from '../model/issue.ts';
import { checklistOf, withReferences } from './referenced-tasks.ts';

function parsed(markdown: string): MasterIssue {
  const result = parseIssue(markdown);
  if (!result.ok) throw new Error('No tasks');
  return result.value;
}

test('a task that is a reference gets its words, and keeps those that it has', () => {
  const master = parsed('# T\n\n## Sub-Tasks\n\n- [ ] #12\n- [ ] #13 Mine\n- [ ] Another\n');
  const issue = {
    title: '[Master #1] Theirs',
    body: 'Text. <!-- hidden -->',
    state: 'open',
  } as const;
  const { tasks } = withReferences(master, ({ number }) => ({ ...issue, number }));
  expect(tasks.map(({ title }) => title)).toEqual(['Theirs', 'Mine', 'Another']);
  expect(tasks.map(({ description }) => description)).toEqual(['Text.', 'Text.', '']);
});

test('a reference to a closed issue asks for no work, and to nothing stays as it is', () => {
  const master = parsed('# T\n\n## Sub-Tasks\n\n- [ ] #12\n- [ ] #13\n');
  const { tasks, skipped } = withReferences(master, ({ number }) =>
    number === 12 ? { number, title: 'Done', body: '', state: 'closed' } : null,
  );
  expect(skipped).toEqual([{ ordinal: 1, title: 'Done', reason: 'checked' }]);
  expect(tasks.map(({ ordinal, title }) => [ordinal, title])).toEqual([[2, '#13']]);
});

test('sub-issues make a checklist', () => {
  const list = checklistOf([
    { number: 4, title: 'A', body: '', state: 'open' },
    { number: 5, title: 'B', body: '', state: 'closed' },
  ]);
  const { tasks, skipped } = parsed(`# T\n\nWords.${list}`);
  expect(tasks.map(({ title }) => title)).toEqual(['#4']);
  expect(skipped.map(({ title }) => title)).toEqual(['#5']);
});
