import { expect, test } from 'vitest';
import { parseIssue } from '../../intake/parse-issue.ts';
import type { MasterIssue } from '../../model/issue/issue.ts';
import { checklistOf, digestWithReferences, withReferences } from './referenced-tasks.ts';

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
    labels: ['bug', 'agent:codex', 'agent:$(evil)'],
  } as const;
  const { tasks } = withReferences(master, ({ number }) => ({ ...issue, number }));
  expect(tasks.map(({ title }) => title)).toEqual(['Theirs', 'Mine', 'Another']);
  expect(tasks.map(({ description }) => description)).toEqual([
    'Text.\n\nagent:codex',
    'Text.\n\nagent:codex',
    '',
  ]);
});

test('a reference to a closed issue asks for no work, and to nothing stays as it is', () => {
  const master = parsed('# T\n\n## Sub-Tasks\n\n- [ ] #12\n- [ ] #13\n');
  const { tasks, skipped } = withReferences(master, ({ number }) =>
    number === 12 ? { number, title: 'Done', body: '', state: 'closed', labels: [] } : null,
  );
  expect(skipped).toEqual([{ ordinal: 1, title: 'Done', reason: 'checked' }]);
  expect(tasks.map(({ ordinal, title }) => [ordinal, title])).toEqual([[2, '#13']]);
});

test('sub-issues make a checklist', () => {
  const list = checklistOf([
    { number: 4, title: 'A', body: '', state: 'open', labels: [] },
    { number: 5, title: 'B', body: '', state: 'closed', labels: [] },
  ]);
  const { tasks, skipped } = parsed(`# T\n\nWords.${list}`);
  expect(tasks.map(({ title }) => title)).toEqual(['#4']);
  expect(skipped.map(({ title }) => title)).toEqual(['#5']);
});

test('what the items refer to counts as their words, whether they are checked or closed', () => {
  const text = '# T\n\n## Sub-Tasks\n\n- [ ] #12\n- [ ] Another\n';
  const words = (markdown: string, issue: { body: string; state: 'open' | 'closed' }): object =>
    digestWithReferences(parsed(markdown), ({ number }) => ({
      ...{ number, title: 'Theirs', labels: [], ...issue },
    }));
  const before = words(text, { body: '- [ ] It is so', state: 'open' });
  expect(words(text, { body: '- [x] It is so', state: 'closed' })).toEqual(before);
  expect(
    words(text.replace('[ ] #12', '[x] #12'), { body: '- [x] It is so', state: 'closed' }),
  ).toEqual(before);
  expect(words(text, { body: '- [ ] It is otherwise', state: 'open' })).not.toEqual(before);
});
