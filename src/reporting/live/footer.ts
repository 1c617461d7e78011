import { openQuestions } from '../../model/state/question-state.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { countTasks } from '../../model/state/run-status.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import { counted } from '../figures.ts';
import type { FrameInput } from './frame-input.ts';
import type { Cell } from './line.ts';

/** The last line of a frame: how the run ended, or what continues, and what keys do. */
export function footerCell({
  state,
  stops = 'run',
  answerKey,
  answering,
}: Pick<FrameInput, 'state' | 'stops' | 'answerKey' | 'answering'>): Cell {
  const { total, succeeded } = countTasks(state);
  const keys = answering == null ? keyWords(state, answerKey ?? null) : '';
  if (state.ended !== null) {
    const word = state.ended[0]?.toUpperCase() + state.ended.slice(1).replaceAll('-', ' ');
    const tone = succeeded === total ? 'good' : 'warning';
    return { text: `${word}: ${succeeded} of ${counted(total, 'task')} succeeded`, tone };
  }
  switch (state.drain) {
    case 'none':
      return { text: sentences(keys, stillWords(state), stopWords(state)[stops]), tone: 'quiet' };
    case 'drain':
      return { text: sentences(keys, drainWords(state, stops === 'run')), tone: 'warning' };
    case 'now':
      return { text: 'Stopping: ending the agents; their work is kept', tone: 'warning' };
  }
}

function sentences(...words: readonly string[]): string {
  return words.filter((one) => one !== '').join('. ');
}

/** Which key answers what waits. */
function keyWords({ questions }: RunState, key: string | null): string {
  const waiting = openQuestions(questions).length;
  if (key === null || waiting === 0) return '';
  return waiting === 1 ? `Press ${key} to answer` : `Press ${key} to answer ${waiting} questions`;
}

function drainWords({ merging }: RunState, isOurs: boolean): string {
  if (merging !== null)
    return 'Stopping after this step of the merge; the same command continues it';
  const words = 'Stopping: running agents finish, nothing new starts';
  return isOurs ? `${words}. Ctrl-C again ends them` : words;
}

/** What continues, where the table does not show it. */
function stillWords({ merging, tasks, pause }: RunState): string {
  if (pause?.reason === 'unapproved') return 'Waiting for reviewers';
  switch (merging) {
    case null:
      return '';
    case 'judging':
      return 'Judging all branches together before anything is merged';
    case 'merging': {
      const merged = tasks.filter(({ status }) => status === 'merged').length;
      if (isWorking(tasks)) return `${merged} of ${tasks.length} merged so far`;
      return `Merging one after another: ${merged} of ${tasks.length} merged`;
    }
  }
}

/** Whether agents work, or will: what is merged meanwhile is the smaller part then. */
function isWorking(tasks: readonly TaskState[]): boolean {
  return tasks.some(({ status }) => status === 'running' || status === 'queued');
}

/** What Ctrl-C would do. */
function stopWords({
  merging,
  pause,
  tasks,
}: RunState): Record<'run' | 'watching' | 'nothing', string> {
  const working = isWorking(tasks) ? 'working' : (merging ?? 'working');
  const doing = pause?.reason === 'unapproved' ? 'waiting' : working;
  return {
    run: runStops[doing],
    watching: 'Ctrl-C stops watching; the run continues',
    nothing: '',
  };
}

const runStops = {
  working: 'Ctrl-C starts nothing new and lets running agents finish',
  waiting: 'Ctrl-C stops waiting; the same command continues',
  judging: 'Ctrl-C stops it',
  merging: 'Ctrl-C stops after this step',
} as const;
