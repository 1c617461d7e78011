import { failureLine } from '../diagnosis/failure-line.ts';
import { openQuestions } from '../model/state/question-state.ts';
import type { RunState } from '../model/state/run-state.ts';
import type { RunStatus } from '../model/state/run-status.ts';
import type { TaskState } from '../model/state/task-state.ts';
import { plainText } from '../model/text/plain-text.ts';
import { continueCommand, goOnCommand, retryCommand } from '../reporting/ending/retry-command.ts';
import { counted } from '../reporting/figures.ts';
import { shellWord } from '../reporting/shell-word.ts';
import type { Attention } from './page-data.ts';

const longestTitle = 300;
const longestText = 2_000;

/** What of a run waits for a person, the most urgent first. */
export function attentionOf(state: RunState, status: RunStatus): Attention[] {
  const none = { task: null, since: null, question: null, command: null };
  const issue = shellWord(state.source);
  const questions = openQuestions(state.questions).map((one): Attention => ({
    what: 'question',
    task: one.task,
    message: plainText(one.text, longestText),
    since: one.askedAt,
    question: {
      id: one.question,
      text: plainText(one.text, longestText),
      options: one.options.map((option) => plainText(option, longestTitle)),
    },
    command: `flotilla answer ${issue} ${one.question}`,
  }));
  const run: Attention[] = [];
  const isForPeople = ['unapproved', 'unreviewed'].includes(state.pause?.reason ?? '');
  if (state.isPauseAsked && state.ended === null)
    run.push({
      ...none,
      what: 'paused',
      message: 'Paused: nothing new starts.',
      command: continueCommand(state),
    });
  else if (isForPeople && state.pause !== null)
    run.push({ ...none, what: 'reviews', message: plainText(state.pause.message, longestText) });
  if (status === 'interrupted')
    run.push({
      ...none,
      what: 'interrupted',
      message: interruptedWords(state),
      command: goOnCommand(state),
    });
  if (status === 'awaiting-merge') {
    const open = state.tasks.filter((task) => task.status === 'completed').length;
    const message =
      open === 0 ? 'What comes next can start.' : `${counted(open, 'pull request')} to be merged.`;
    const command = open === 0 ? goOnCommand(state) : `flotilla merge ${issue}`;
    run.push({ ...none, what: 'merge', message, command });
  }
  const open = state.tasks.filter(isOpenPull).length;
  if (state.ended === 'finished' && open > 0)
    run.push({
      ...none,
      what: 'merge',
      message: `${counted(open, 'pull request')} to be reviewed and merged.`,
      command: `flotilla merge ${issue}`,
    });
  const failed = state.tasks
    .filter((task) => task.status === 'failed')
    .map((task): Attention => ({
      ...none,
      what: 'failed',
      task: task.ordinal,
      since: task.endedAt,
      message: plainText(
        task.failure === null ? 'It failed.' : failureLine(task.failure),
        longestText,
      ),
      command: state.ended === null ? null : retryCommand(state),
    }));
  const collisions = state.conflicts.flatMap(({ task, with: other, files }): Attention[] =>
    other === 'base' || state.ended !== null
      ? []
      : [
          {
            ...none,
            what: 'collision',
            task,
            message: `Tasks ${task} and ${other} change the same lines${pathsWords(files.map(({ path }) => path))}. Both go on: the one that merges later is settled with the other.`,
          },
        ],
  );
  return [...questions, ...run, ...failed, ...collisions];
}

function isOpenPull({ status, pullRequest }: TaskState): boolean {
  return status === 'completed' && pullRequest?.state === 'open';
}

function interruptedWords(state: RunState): string {
  return state.ended === null
    ? 'Its orchestrator died. Nothing is lost: it goes on from here.'
    : 'It was interrupted, and goes on from here.';
}

/** `: src/a.ts, src/b.ts and 2 more`; empty without any. */
export function pathsWords(paths: readonly string[]): string {
  if (paths.length === 0) return '';
  const shown = paths.slice(0, 3).map((path) => plainText(path, longestTitle));
  const more = paths.length > shown.length ? ` and ${paths.length - shown.length} more` : '';
  return `: ${shown.join(', ')}${more}`;
}
