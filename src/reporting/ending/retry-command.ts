import { carriedOptions, type GivenFlags } from '../../model/options/run-settings.ts';
import { evidenceOfTask } from '../../diagnosis/failure-evidence.ts';
import type { ClueKind } from '../../model/failure/failure-clue.ts';
import { longestSeconds } from '../../model/options/longest-duration.ts';
import { choiceGoingOn } from '../../model/state/phases.ts';
import type { RunState } from '../../model/state/run-state.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import { wordsFor } from '../../model/options/value-kind.ts';
import { shellWord } from '../shell-word.ts';

/** What to type to go on with a run: what was typed before, for the same tasks. */
export function goOnCommand(state: RunState): string {
  return commandOf(state, [...flagsOf(state.settings.given), ...taskFlag(state)]);
}

/** What to type to start the tasks, too, that nobody chose so far. */
export function restCommand(state: RunState): string {
  return commandOf(state, flagsOf(state.settings.given));
}

/** What to type to end a pause that somebody asked for. */
export function continueCommand({ source }: Pick<RunState, 'source'>): string {
  return `flotilla continue ${shellWord(source)}`;
}

/** What to type to take up tasks that were skipped. */
export function takeUpCommand(state: RunState, ordinals: readonly number[]): string {
  return commandOf(state, [...flagsOf(state.settings.given), `--tasks ${ordinals.join(',')}`]);
}

/**
 * What to type to start a run's failed tasks again: the flags that the run had, and changed ones where they help
 * (twice the time that was too short, half as many agents where the machine did not hold them).
 */
export function retryCommand(state: RunState): string {
  return retryWith(state, helpfulChanges(state));
}

/** The same, with one agent at a time. */
export function oneByOneCommand(state: RunState): string {
  return retryWith(state, { maxWorkers: 1 });
}

function retryWith(state: RunState, changes: Partial<GivenFlags>): string {
  const flags = flagsOf({ ...state.settings.given, ...changes });
  return commandOf(state, ['--retry', ...flags, ...taskFlag(state)]);
}

function commandOf(state: RunState, flags: readonly string[]): string {
  return ['flotilla orchestrate', shellWord(state.source), ...flags].join(' ');
}

/** Each option that a command line gave, written again. */
function flagsOf(given: GivenFlags): readonly string[] {
  const values: Readonly<Record<string, unknown>> = given;
  return carriedOptions
    .flatMap((option) => wordsFor(option, values[option.key]))
    .map((word) => shellWord(word));
}

/** Tasks that were left out stay so, until those that were chosen are done. */
function taskFlag(state: RunState): readonly string[] {
  const chosen = choiceGoingOn(state);
  return chosen === null ? [] : [`--tasks ${chosen.join(',')}`];
}

function helpfulChanges(state: RunState): Partial<GivenFlags> {
  const { settings } = state;
  const failed = state.tasks.filter(({ status }) => status === 'failed');
  const failures = failed.flatMap(({ failure }) => failure ?? []);
  const limits = failures.flatMap((one) => (one.reason === 'timed-out' ? one.limitSeconds : []));
  const silences = failures.flatMap((one) => (one.reason === 'stalled' ? one.silentSeconds : []));
  const isCheckSlow = failures.some(
    (one) => one.reason === 'check-failed' && one.check.state === 'timed-out',
  );
  const isTooMuch = failed.some((task) => wasTooMuch(state, task));
  return {
    ...(limits.length === 0 ? {} : { timeoutSeconds: twice(limits) }),
    ...(isCheckSlow ? { checkTimeoutSeconds: twice([settings.checkTimeoutSeconds]) } : {}),
    ...(silences.length === 0 ? {} : { stallSeconds: twice(silences) }),
    ...(isTooMuch ? { maxWorkers: Math.max(1, Math.floor(settings.maxWorkers / 2)) } : {}),
  };
}

/** Twice the longest of the times that were too short, as far as a time may go. */
function twice(seconds: readonly number[]): number {
  return Math.min(longestSeconds, Math.ceil(Math.max(...seconds) * 2));
}

const resourceKinds = new Set<ClueKind>([
  'disk-full',
  'out-of-memory',
  'too-many-files',
  'port-in-use',
]);

function wasTooMuch(state: RunState, task: TaskState): boolean {
  const evidence = evidenceOfTask(state, task);
  return (
    task.failure?.reason === 'out-of-resources' ||
    (evidence !== null && resourceKinds.has(evidence.kind))
  );
}
