import type { RunState } from '../model/state/run-state.ts';
import type { RunStatus } from '../model/state/run-status.ts';
import { openQuestions } from '../model/state/question-state.ts';
import { askedWords } from './words/question-words.ts';
import { counted } from './figures.ts';
import { continueCommand, goOnCommand } from './ending/retry-command.ts';
import { shellWord } from './shell-word.ts';

/** Something that a run waits for a person to do. */
export type Wait = {
  readonly what: 'question' | 'paused' | 'reviews' | 'merge';
  readonly message: string;
  /** What to type, in the run's repository; null where it is done elsewhere. */
  readonly command: string | null;
};

/** What of a run waits for a person. */
export function waitsOf(state: RunState, status: RunStatus): readonly Wait[] {
  const rest = [...pauseWaits(state), ...reviewWaits(state, status), ...mergeWaits(state, status)];
  return [...questionWaits(state), ...rest];
}

function questionWaits({ questions, source }: RunState): Wait[] {
  return openQuestions(questions).map(({ task, question, text, options }) => ({
    what: 'question',
    message: `task ${task} asks: ${askedWords({ text, options })}`,
    command: `flotilla answer ${shellWord(source)} ${question}`,
  }));
}

function pauseWaits(state: RunState): readonly Wait[] {
  if (!state.isPauseAsked) return [];
  return [{ what: 'paused', message: 'paused on request', command: continueCommand(state) }];
}

/** Nobody else waits for people while the orchestrator is gone: then the run is interrupted. */
function reviewWaits({ pause }: RunState, status: RunStatus): readonly Wait[] {
  const isForPeople = pause?.reason === 'unapproved' || pause?.reason === 'unreviewed';
  if (!isForPeople || (status !== 'paused' && status !== 'awaiting-merge')) return [];
  return [{ what: 'reviews', message: pause.message, command: null }];
}

function mergeWaits(state: RunState, status: RunStatus): readonly Wait[] {
  if (status !== 'awaiting-merge') return [];
  const open = state.tasks.filter((task) => task.status === 'completed').length;
  if (open === 0)
    return [{ what: 'merge', message: 'what comes next can start', command: goOnCommand(state) }];
  const message = `${counted(open, 'pull request')} must be merged first`;
  return [{ what: 'merge', message, command: `flotilla merge ${shellWord(state.source)}` }];
}
