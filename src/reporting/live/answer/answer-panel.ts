import { openQuestions, type QuestionState } from '../../../model/state/question-state.ts';
import { plainText } from '../../../model/text/plain-text.ts';
import { editField, emptyField, fieldText, type Edit, type TextField } from './text-field.ts';

/** A place in the live view where a person answers what agents ask. */
export type AnswerPanel = {
  /** The question that is shown. */
  readonly question: number;
  /** What was typed so far, for each question on its own: no text is ever moved to another one. */
  readonly drafts: ReadonlyMap<number, TextField>;
  /** Which page of the question is shown, where it has several; after the last one comes the first. */
  readonly page: number;
  /** `sending`: the answer is being written, and no key changes anything. */
  readonly stage: 'writing' | 'sending';
  /** What was wrong with the answer; null when nothing was. */
  readonly problem: string | null;
};

/** A key as the panel understands it. */
export type PanelKey =
  | Edit
  | { readonly kind: 'enter' | 'escape' | 'next' | 'previous' | 'page-up' | 'page-down' };

/** What a key came to. */
export type PanelStep = {
  /** Null: the panel is left. */
  readonly panel: AnswerPanel | null;
  /** What must be answered now; null when nothing must. */
  readonly answer: { readonly question: number; readonly text: string } | null;
};

/** Shows the question that has waited longest, with what was typed before; null when none waits. */
export function openPanel(
  questions: readonly QuestionState[],
  drafts: AnswerPanel['drafts'],
): AnswerPanel | null {
  const [first] = openQuestions(questions);
  if (first === undefined) return null;
  const { question } = first;
  return { question, drafts, page: 0, stage: 'writing', problem: null };
}

/** The panel after a key. A question that has come to its end meanwhile takes no text: any answer to it would be too late. */
export function advancePanel(
  panel: AnswerPanel,
  key: PanelKey,
  questions: readonly QuestionState[],
): PanelStep {
  const stay = (change: Partial<AnswerPanel>): PanelStep => ({
    panel: { ...panel, ...change },
    answer: null,
  });
  if (panel.stage === 'sending') return stay({});
  const shown = shownQuestion(panel, questions);
  switch (key.kind) {
    case 'escape':
      return { panel: null, answer: null };
    case 'next':
      return { panel: turnTo(panel, questions, 1), answer: null };
    case 'previous':
      return { panel: turnTo(panel, questions, -1), answer: null };
    case 'page-up':
      return stay({ page: panel.page - 1 });
    case 'page-down':
      return stay({ page: panel.page + 1 });
    case 'enter': {
      if (shown?.state !== 'open') return { panel: turnTo(panel, questions, 1), answer: null };
      const text = answerOf(panel, shown);
      if (text === '') return stay({ problem: 'An answer needs words.' });
      const answer = { question: shown.question, text };
      return { panel: { ...panel, stage: 'sending', problem: null }, answer };
    }
    default: {
      if (shown?.state !== 'open') return stay({});
      const drafts = new Map(panel.drafts);
      drafts.set(panel.question, editField(draftOf(panel), key));
      return stay({ drafts, problem: null });
    }
  }
}

/** The panel at the next question that waits, or the one before; null when none does. */
export function turnTo(
  panel: AnswerPanel,
  questions: readonly QuestionState[],
  step: 1 | -1,
): AnswerPanel | null {
  const open = openQuestions(questions).map(({ question }) => question);
  const ahead = step === 1 ? open : open.toReversed();
  const isBeyond = (one: number): boolean =>
    step === 1 ? one > panel.question : one < panel.question;
  const question = ahead.find(isBeyond) ?? ahead[0];
  if (question === undefined) return null;
  return { ...panel, question, page: 0, stage: 'writing', problem: null };
}

export function shownQuestion(
  { question }: AnswerPanel,
  questions: readonly QuestionState[],
): QuestionState | undefined {
  return questions.find((one) => one.question === question);
}

export function draftOf({ drafts, question }: AnswerPanel): TextField {
  return drafts.get(question) ?? emptyField;
}

/** The option that the number in the field stands for; null when it is none, or is an option itself. */
export function chosenOption(panel: AnswerPanel, { options }: QuestionState): string | null {
  const typed = fieldText(draftOf(panel)).trim();
  const offered = options.map(shownOption);
  if (!/^[1-9]\d?$/u.test(typed) || offered.includes(typed)) return null;
  return offered[Number(typed) - 1] ?? null;
}

/** What would be answered now: the chosen option as it is shown, or what was typed. */
export function answerOf(panel: AnswerPanel, question: QuestionState): string {
  return chosenOption(panel, question) ?? fieldText(draftOf(panel)).trim();
}

/** An option as it is shown and answered: nothing that cannot be seen is said in somebody's name. */
export function shownOption(option: string): string {
  return plainText(option, 500);
}
