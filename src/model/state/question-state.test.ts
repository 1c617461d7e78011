import { expect, test } from 'vitest';
import type { RunEvent } from '../event/event.ts';
import { advanceQuestions, openQuestions, type QuestionState } from './question-state.ts';

function fold(events: readonly RunEvent[]): readonly QuestionState[] {
  return events.reduce<readonly QuestionState[]>(
    (questions, event, index) =>
      advanceQuestions(questions, {
        ...event,
        ...{ seq: index + 1, at: `2026-03-02T12:00:0${index}.000Z`, run: 'run-1' },
      }),
    [],
  );
}

const asked = (question: number, task = question): RunEvent => ({
  ...{ type: 'question-asked', task, attempt: 1, question, key: `${question}`.padStart(16, '0') },
  ...{ text: 'Which?', options: [] },
});
const answered = (question: number, text: string): RunEvent => ({
  ...{ type: 'question-answered', question, text, by: 'ann' },
});

test('the first answer counts, and none after the patience is over', () => {
  const [one, two] = fold([
    asked(1),
    asked(2),
    answered(1, 'red'),
    answered(1, 'green'),
    { type: 'question-expired', question: 2 },
    answered(2, 'late'),
  ]);
  expect(one).toMatchObject({ state: 'answered', answer: { text: 'red', by: 'ann' } });
  expect(two).toMatchObject({ state: 'expired', answer: null });
});

test('nobody waits for an answer whose agent has ended', () => {
  const questions = fold([
    asked(1),
    asked(2),
    {
      ...{ type: 'attempt-ended', task: 1, attempt: 1, claim: '', failure: null },
      result: { kind: 'exited', code: 0 },
    },
    answered(1, 'red'),
  ]);
  expect(questions[0]).toMatchObject({ state: 'gone', answer: null });
  expect(openQuestions(questions).map(({ question }) => question)).toEqual([2]);
});
