import { styleText } from 'node:util';
import { openQuestions, type QuestionState } from '../../../model/state/question-state.ts';
import { lateWords } from '../../words/question-words.ts';
import { renderLine, type Cell } from '../line.ts';
import {
  chosenOption,
  draftOf,
  shownOption,
  shownQuestion,
  type AnswerPanel,
} from './answer-panel.ts';
import { fieldLine } from './text-field.ts';
import { wrapBlock } from './wrap-block.ts';

export type PanelSpace = {
  /** Columns that a line may take. */
  readonly width: number;
  /** Lines that there may be, three at least. */
  readonly height: number;
  readonly isColour: boolean;
};

const mark = '> ';

/** The lines of a panel: who asks, the question with its options by number, the text field, and what keys do. */
export function panelLines(
  panel: AnswerPanel,
  questions: readonly QuestionState[],
  space: PanelSpace,
): string[] {
  const shown = shownQuestion(panel, questions);
  if (shown === undefined) return [];
  const open = openQuestions(questions);
  const isLate = shown.state !== 'open' && panel.stage === 'writing';
  const line = (cell: Cell): string => renderLine([cell], space);
  const place = open.findIndex(({ question }) => question === shown.question) + 1;
  const count = open.length > 1 && place > 0 ? `, ${place} of ${open.length}` : '';
  const heading: Cell = {
    text: `task ${shown.task} asks (question ${shown.question}${count})`,
    tone: 'warning',
  };
  const end = isLate
    ? lateLines(shown, space, open.length > 0)
    : [fieldOf(panel, space), line(hintOf(panel, shown, open.length))];
  const hasHeading = space.height - end.length >= 2;
  const room = space.height - end.length - (hasHeading ? 1 : 0);
  const body = bodyOf(shown, space.width);
  return [
    ...(hasHeading ? [line(heading)] : []),
    ...pageOf(body, panel.page, room).map(line),
    ...end,
  ];
}

/** The question and its options. */
function bodyOf({ text, options }: QuestionState, width: number): Cell[] {
  const offered = options.flatMap((option, index) => {
    const number = `${index + 1}  `;
    return wrapBlock(shownOption(option), width - 2 - number.length).map(
      (part, at) => `  ${at === 0 ? number : ' '.repeat(number.length)}${part}`,
    );
  });
  const asked = wrapBlock(text, width - 2).map((part) => `  ${part}`);
  return [
    ...asked.map((part): Cell => ({ text: part, tone: 'strong' })),
    ...offered.map((part): Cell => ({ text: part, tone: 'plain' })),
  ];
}

/** A page of a body, where not all of it fits. */
function pageOf(body: readonly Cell[], page: number, room: number): readonly Cell[] {
  if (body.length <= room) return body;
  const size = Math.max(1, room - 1);
  const pages = Math.ceil(body.length / size);
  const from = (((page % pages) + pages) % pages) * size;
  const seen = body.slice(from, from + size);
  const where = `  lines ${from + 1} to ${from + seen.length} of ${body.length} (PgDn, PgUp)`;
  return [...seen, { text: where, tone: 'quiet' as const }].slice(0, room);
}

function fieldOf(panel: AnswerPanel, { width, isColour }: PanelSpace): string {
  const { before, under, after } = fieldLine(draftOf(panel), Math.max(1, width - mark.length));
  // The cursor has no other look: without colours, it is still seen.
  const cursor = styleText('inverse', under, { validateStream: false });
  const prompt = isColour ? styleText('cyan', mark, { validateStream: false }) : mark;
  return width <= mark.length ? '' : `${prompt}${before}${cursor}${after}`;
}

/** What keys do, the most needed first: what does not fit is cut. */
function hintOf(panel: AnswerPanel, shown: QuestionState, waiting: number): Cell {
  if (panel.stage === 'sending') return { text: 'Answering …', tone: 'quiet' };
  if (panel.problem !== null) return { text: panel.problem, tone: 'bad' };
  const chosen = chosenOption(panel, shown);
  if (chosen !== null) return { text: `Enter answers: ${chosen}`, tone: 'good' };
  const words = [
    'Enter answers',
    'Esc leaves',
    ...(waiting > 1 ? ['Tab: next'] : []),
    ...(shown.options.length > 0 ? ['a number chooses'] : []),
  ];
  return { text: words.join(', '), tone: 'quiet' };
}

/** Of a question that takes no answer any more: why, and what to press. */
function lateLines(shown: QuestionState, space: PanelSpace, isMore: boolean): string[] {
  const words = wrapBlock(lateWords(shown), space.width).slice(0, Math.max(1, space.height - 2));
  return [
    ...words.map((text) => renderLine([{ text, tone: 'warning' }], space)),
    renderLine(
      [{ text: isMore ? 'Enter: next question, Esc leaves' : 'Enter leaves', tone: 'quiet' }],
      space,
    ),
  ];
}
