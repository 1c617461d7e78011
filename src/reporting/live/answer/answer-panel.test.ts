import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { QuestionState } from '../../../model/state/question-state.ts';
import { widthOf } from '../text-width.ts';
import { advancePanel, openPanel, type AnswerPanel, type PanelKey } from './answer-panel.ts';
import { panelLines } from './panel-lines.ts';

function asked(question: number, change: Partial<QuestionState> = {}): QuestionState {
  return {
    ...{ question, task: question + 1, attempt: 1, key: '', text: `Which colour ${question}?` },
    ...{ options: ['red', 'dark green'], askedAt: '2026-03-02T12:00:00.000Z' },
    ...{ answer: null, state: 'open', closedAt: null },
    ...change,
  };
}

const typed = (text: string): PanelKey => ({ kind: 'insert', text });
const enter: PanelKey = { kind: 'enter' };
const next: PanelKey = { kind: 'next' };

type Reached = { readonly panel: AnswerPanel | null; readonly answers: readonly object[] };

function press(questions: readonly QuestionState[], ...keys: readonly PanelKey[]): Reached {
  const panel = openPanel(questions, new Map());
  return pressOn({ panel, answers: [] }, questions, keys);
}

function pressOn(
  from: Reached,
  questions: readonly QuestionState[],
  keys: readonly PanelKey[],
): Reached {
  return keys.reduce<Reached>((reached, key) => {
    if (reached.panel === null) return reached;
    const { panel, answer } = advancePanel(reached.panel, key, questions);
    return { panel, answers: answer === null ? reached.answers : [...reached.answers, answer] };
  }, from);
}

function shown(
  { panel }: Reached,
  questions: readonly QuestionState[],
  [width, height]: readonly [number, number] = [79, 20],
): string[] {
  if (panel === null) throw new Error('The panel was left');
  const lines = panelLines(panel, questions, { width, height, isColour: true });
  return lines.map((line) => stripVTControlCharacters(line));
}

test('the question that has waited longest is shown, with its options by number', () => {
  const questions = [asked(1, { state: 'expired' }), asked(2), asked(3)];
  expect(shown(press(questions), questions)).toEqual([
    'task 3 asks (question 2, 1 of 2)',
    '  Which colour 2?',
    '  1  red',
    '  2  dark green',
    '>  ',
    'Enter answers, Esc leaves, Tab: next, a number chooses',
  ]);
});

test('what was typed is answered, or the option whose number it is', () => {
  const questions = [asked(1)];
  const chosen = press(questions, typed('2'));
  expect(shown(chosen, questions).at(-1)).toBe('Enter answers: dark green');
  expect(pressOn(chosen, questions, [enter]).answers).toEqual([
    { question: 1, text: 'dark green' },
  ]);
  const numbers = [asked(1, { options: ['2', '4'] })];
  expect(press(numbers, typed('2'), enter).answers).toEqual([{ question: 1, text: '2' }]);
  expect(press(questions, typed(' 3 '), enter).answers).toEqual([{ question: 1, text: '3' }]);
  const nothing = press(questions, typed(' '), enter);
  expect(nothing.answers).toEqual([]);
  expect(shown(nothing, questions).at(-1)).toBe('An answer needs words.');
  // Until it is written, nothing is answered again.
  expect(press(questions, typed('red'), enter, enter, typed('x'), enter).answers).toHaveLength(1);
});

test('each question has a text of its own', () => {
  const questions = [asked(1), asked(2)];
  const turned = press(questions, typed('for one'), next, typed('for two'), next);
  expect(turned.panel?.question).toBe(1);
  expect(shown(turned, questions)).toContain('> for one ');
  expect(pressOn(turned, questions, [next, enter]).answers).toEqual([
    { question: 2, text: 'for two' },
  ]);
});

test('when somebody is faster, it says who, and nothing typed answers anything', () => {
  const open = [asked(1), asked(2)];
  const before = press(open, typed('gre'));
  const answer = { text: 'red\u001b[2J', by: 'una', seq: 9, comment: null };
  const questions = [asked(1, { state: 'answered', answer }), asked(2)];
  expect(shown(before, questions).slice(-2)).toEqual([
    'Question 1 was already answered by una: red',
    'Enter: next question, Esc leaves',
  ]);
  const after = pressOn(before, questions, [typed('en'), enter]);
  expect(after.answers).toEqual([]);
  expect(after.panel?.question).toBe(2);
  expect(pressOn(after, questions, [enter]).answers).toEqual([]);
  const [last] = questions;
  expect(pressOn(before, [last!], [enter]).panel).toBeNull();
});

const hostile = '購物車 👩‍👩‍👧 \u001b[2J\u001b]0;x\u0007\u202e\n| `x` '.repeat(40);

test.each([
  [79, 20],
  [39, 6],
  [20, 4],
  [5, 3],
  [1, 3],
])('it fits %i columns and %i lines, and shows nothing that a terminal obeys', (width, height) => {
  const questions = [
    asked(1, { text: hostile, options: [hostile, hostile] }),
    asked(2, {
      text: 'x'.repeat(2_000),
      state: 'answered',
      answer: { text: hostile, by: hostile, seq: 1, comment: null },
    }),
  ];
  for (const question of [1, 2]) {
    const panel = { ...openPanel(questions, new Map())!, question };
    const reached = pressOn({ panel, answers: [] }, questions, [typed(hostile)]);
    const lines = panelLines(reached.panel!, questions, { width, height, isColour: false });
    expect(lines.length).toBeLessThanOrEqual(height);
    for (const line of lines) {
      const plain = line.replaceAll('\u001b[7m', '').replaceAll('\u001b[27m', '');
      expect(plain).not.toMatch(/[\p{Cc}\u202e]/u);
      if (width > 1) expect(widthOf(plain), plain).toBeLessThanOrEqual(width);
    }
  }
});

test('a question that is longer than the room can be read to its end', () => {
  const text = Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n');
  const questions = [asked(1, { text })];
  const space = [39, 8] as const;
  let reached = press(questions);
  expect(shown(reached, questions, space)).toEqual([
    'task 2 asks (question 1)',
    ...['  line 0', '  line 1', '  line 2', '  line 3'],
    '  lines 1 to 4 of 32 (PgDn, PgUp)',
    '>  ',
    'Enter answers, Esc leaves, a number ch…',
  ]);
  const seen = new Set<string>();
  for (let count = 0; count < 8; count += 1) {
    for (const line of shown(reached, questions, space)) seen.add(line);
    reached = pressOn(reached, questions, [{ kind: 'page-down' }]);
  }
  expect(seen).toContain('  line 29');
  expect(seen).toContain('  2  dark green');
});
