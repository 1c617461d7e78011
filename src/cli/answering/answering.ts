import { answerQuestion, type AnswerOutcome } from '../../app/steer/answer-question.ts';
import { displayIssue } from '../../model/issue/issue.ts';
import { openQuestions, type QuestionState } from '../../model/state/question-state.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { plainText } from '../../model/text/plain-text.ts';
import { UserError } from '../../model/user-error.ts';
import {
  advancePanel,
  openPanel,
  turnTo,
  type AnswerPanel,
  type PanelStep,
} from '../../reporting/live/answer/answer-panel.ts';
import { lateWords, takenWords } from '../../reporting/words/question-words.ts';
import type { CommandContext } from '../command-context.ts';
import { renderProblem } from '../render-problem.ts';
import type { Key, SignalKey } from './key-reader.ts';
import { openTerminalKeys } from './terminal-keys.ts';
import { keySignals, signalByKey } from './terminal-signals.ts';

/** The view in which questions are answered. */
export type AnsweringView = {
  readonly show: (panel: AnswerPanel | null) => void;
  readonly note: (line: string) => void;
  /** Leaves the terminal to others, and comes back. */
  readonly leave: () => void;
  readonly enter: () => void;
};

/** Answers questions by keys while a run is shown: the terminal's keys are taken only while one waits. */
export type Answering = {
  readonly update: (state: RunState) => void;
  /** The key that begins an answer; null while the keys go elsewhere. */
  readonly key: () => string | null;
  /** Gives the keys back for now, and takes them again. */
  readonly rest: () => void;
  readonly wake: () => void;
  readonly close: () => void;
};

const answerKey = 'a';

type Answer = NonNullable<PanelStep['answer']>;

export function openAnswering(context: CommandContext, view: AnsweringView): Answering {
  let newest: RunState | null = null;
  let panel: AnswerPanel | null = null;
  let drafts: AnswerPanel['drafts'] = new Map();
  /** How our own answers went, before the run's events have it. */
  const outcomes = new Map<number, QuestionState>();
  let isResting = false;
  let isClosed = false;

  const questions = (): readonly QuestionState[] =>
    (newest?.questions ?? []).map((one) => outcomes.get(one.question) ?? one);
  const show = (next: AnswerPanel | null): void => {
    drafts = panel?.drafts ?? drafts;
    panel = next;
    settleKeys();
    view.show(panel);
  };
  const settleKeys = (): void => {
    const isWanted = panel !== null || openQuestions(questions()).length > 0;
    if (isWanted && !isResting && !isClosed) keys.take();
    else keys.giveBack();
  };
  const send = async (answer: Answer): Promise<void> => {
    const sent = await sendAnswer(answer, newest, context);
    if ('problem' in sent) {
      if (panel !== null) show({ ...panel, stage: 'writing', ...sent });
      return;
    }
    outcomes.set(answer.question, sent.question);
    view.note(sent.kind === 'taken' ? takenWords(sent.question) : lateWords(sent.question));
    if (panel !== null) show(turnTo(panel, questions(), 1));
  };
  const press = (key: Key): void => {
    if (isSignal(key)) return signalByKey(key.kind, view);
    if (panel === null) return;
    const step = advancePanel(panel, key, questions());
    show(step.panel);
    if (step.answer !== null) void send(step.answer);
  };
  const onKeys = (pressed: readonly Key[]): void => {
    const [key] = pressed;
    // Text that was typed ahead, or pasted, is no wish to answer.
    const isAnswerKey = pressed.length === 1 && key?.kind === 'insert' && key.text === answerKey;
    if (panel === null && isAnswerKey) return show(openPanel(questions(), drafts));
    pressed.forEach(press);
  };
  const keys = openTerminalKeys({ ...context, onKeys });
  // Keys may come here again, or no longer.
  const onContinue = (): void => {
    if (isResting || isClosed) return;
    keys.giveBack();
    settleKeys();
  };
  process.on('SIGCONT', onContinue);

  return {
    update: (state) => {
      const waiting = openQuestions(questions()).length;
      newest = state;
      if (openQuestions(questions()).length !== waiting) settleKeys();
    },
    key: () => (keys.areTaken() ? answerKey : null),
    rest: () => {
      isResting = true;
      settleKeys();
    },
    wake: () => {
      isResting = false;
      settleKeys();
      view.show(panel);
    },
    close: () => {
      if (isClosed) return;
      isClosed = true;
      process.off('SIGCONT', onContinue);
      settleKeys();
    },
  };
}

function isSignal(key: Key): key is SignalKey {
  return key.kind in keySignals;
}

/** Answers a question of the run that is shown. An answer that could not be written is still in the field. */
async function sendAnswer(
  answer: Answer,
  shown: RunState | null,
  context: CommandContext,
): Promise<AnswerOutcome | { readonly problem: string }> {
  if (shown === null) return { problem: 'No run is shown yet.' };
  const { run, issue } = shown;
  try {
    return await answerQuestion({ issue: displayIssue(issue), run, ...answer }, context);
  } catch (error) {
    const words = error instanceof UserError ? renderProblem(error.problem).message : String(error);
    return { problem: plainText(words, 500) };
  }
}
