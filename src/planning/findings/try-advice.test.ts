import { expect, test } from 'vitest';
import { parseIssue } from '../../intake/parse-issue.ts';
import type { SubTask } from '../../model/issue/issue.ts';
import type { Plan } from '../../model/plan/plan.ts';
import { planIssue, type Evidence } from '../plan-issue.ts';

const titles = [
  'Add a search box',
  'Add a newsletter',
  'Show the date',
  'Add a wish list',
  'Translate it',
];

function plan(evidence: Partial<Evidence> = {}): Plan {
  const tasks = titles.map((title) => `- [ ] ${title}`).join('\n');
  const parsed = parseIssue(`# Shop work\n\n${tasks}\n`);
  if (!parsed.ok) throw new Error('unread');
  return planIssue(parsed.value, { files: new Set(['test/all.js']), ...evidence });
}

const adviceOf = (made: Plan, kind: string): string | undefined =>
  made.findings.find((finding) => finding.kind === kind)?.advice;

test('advice that takes a finding away and makes nothing worse is given', () => {
  const made = plan();
  expect(adviceOf(made, 'no-tests')).toContain('Include unit tests');
  expect(adviceOf(made, 'no-criteria')).toContain('- [ ] Unit tests passing (> 80% coverage)');
});

test('advice that would make tasks collide when it is followed is not given', () => {
  const everywhere = ({ description }: SubTask) =>
    description.includes('tests')
      ? [{ path: 'test/all.js', probability: 0.9, reason: '', isNew: false, isDeclared: false }]
      : [];
  const made = plan({ predict: everywhere });
  expect(adviceOf(made, 'no-tests')).toBe('');
  expect(adviceOf(made, 'no-criteria')).not.toBe('');
});
