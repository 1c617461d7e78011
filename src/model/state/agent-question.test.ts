import { expect, test } from 'vitest';
import { questionIn, withQuestion } from './agent-question.ts';

test.each([
  ['Which colour would you like? [red/green]', 'Which colour would you like? [red/green]'],
  ['I looked.\nShall I delete the table? (y/N)', 'Shall I delete the table? (y/N)'],
  ['Done so far. Which one? Please answer with 1 or 2.', 'Which one? Please answer with 1 or 2.'],
  ['Should the module be public?\n> ', 'Should the module be public?'],
  ['Which database?\n\n1. Postgres\n2. MySQL\n', 'Which database? 1. Postgres 2. MySQL'],
  ['Should I go from v1.2 to v2?', 'Should I go from v1.2 to v2?'],
  ['**May I use `left-pad`?**', '**May I use `left-pad`?**'],
  ['どちらにしますか？', 'どちらにしますか？'],
  ['Which one do you mean?\n\nRefused: Bash: curl x', 'Which one do you mean?'],
  ['I cannot ask.\n\nRefused: Bash: ls; AskUserQuestion: Which one?; Bash: cd', 'Which one?'],
])('%j asks', (claim, question) => {
  expect(questionIn(claim)).toBe(question);
});

test.each(['All done.', '', 'See https://a.example/?q=1 for it.', 'It is `a ? b : c` now.'])(
  '%j asks nothing',
  (claim) => {
    expect(questionIn(claim)).toBeNull();
  },
);

test('what was asked stands in a failure of the agent, and in no other', () => {
  const asked = 'Which one? [a/b]';
  const told = (reason: 'stalled' | 'forge-error') =>
    withQuestion({ reason, message: 'No sign of life.', silentSeconds: 9 }, asked);
  expect(told('stalled')).toMatch(
    /^No sign of life; it asked: Which one\? \[a\/b\]\. Answer that/u,
  );
  expect(told('forge-error')).toBe('No sign of life.');
});

test('the last words of an agent that did nothing are quoted when it asked nothing', () => {
  const failure = { reason: 'no-commits', message: 'It ended without a commit' } as const;
  expect(withQuestion(failure, 'Please tell me the colour')).toContain(
    'its last words: Please tell me the colour',
  );
  expect(withQuestion(failure, '')).toBe(failure.message);
});
