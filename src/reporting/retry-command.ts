import type { GivenFlags } from '../model/run-settings.ts';
import { evidenceOfTask } from '../model/failure-evidence.ts';
import type { ClueKind } from '../model/failure-clue.ts';
import { longestSeconds } from '../model/longest-duration.ts';
import { choiceGoingOn } from '../model/phases.ts';
import type { RunState, TaskState } from '../model/run-state.ts';
import { shellWord } from './shell-word.ts';

/** What to type to go on with a run: what was typed before, for the same tasks. */
export function goOnCommand(state: RunState): string {
  return commandOf(state, [...flagsOf(state.settings.given), ...taskFlag(state)]);
}

/** What to type to start the tasks, too, that nobody chose so far. */
export function restCommand(state: RunState): string {
  return commandOf(state, flagsOf(state.settings.given));
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

type Renderer<Value> = (value: Value) => readonly string[];

/** How each option that a command line gave is written again. What is missing here does not compile. */
const renderers: { readonly [Name in keyof GivenFlags]-?: Renderer<Required<GivenFlags>[Name]> } = {
  agent: valued('--agent'),
  model: valued('--model'),
  maxCostUsd: valued('--max-cost'),
  maxTurns: valued('--max-turns'),
  base: valued('--base'),
  setup: valued('--setup'),
  checks: repeated('--check'),
  variables: repeated('--env'),
  sandbox: valued('--sandbox'),
  successThresholdPercent: valued('--success-threshold'),
  isOutOfScopeAllowed: bare('--allow-out-of-scope'),
  areCheckChangesAccepted: bare('--accept-check-changes'),
  isDraft: bare('--draft'),
  ciFixes: valued('--ci-fixes'),
  timeoutSeconds: valued('--timeout'),
  checkTimeoutSeconds: valued('--check-timeout'),
  runTimeoutSeconds: valued('--run-timeout'),
  stallSeconds: valued('--stall'),
  maxWorkers: valued('--max-workers'),
  batchSize: valued('--batch-size'),
  batches: (batches) => valued('--batch')(batches.map((one) => one.join(',')).join(';') || null),
  stack: valued('--stack'),
  independent: (ordinals) => valued('--independent')(ordinals.join(',') || null),
  onConflict: valued('--on-conflict'),
  reader: valued('--reader'),
  forge: valued('--forge'),
  merge: valued('--merge'),
  maxUnreviewed: valued('--max-unreviewed'),
  soloControl: valued('--solo-control'),
};

function flagsOf(given: GivenFlags): readonly string[] {
  const names = Object.keys(renderers) as (keyof GivenFlags)[];
  return names.flatMap((name) => rendered(given, name));
}

/** Nothing for what older journals do not have. */
function rendered(given: GivenFlags, name: keyof GivenFlags): readonly string[] {
  const value = given[name];
  return value === undefined ? [] : (renderers[name] as Renderer<typeof value>)(value);
}

function valued(name: string): Renderer<string | number | null> {
  return (value) => (value === null ? [] : [`${name} ${shellWord(String(value))}`]);
}

function repeated(name: string): Renderer<readonly string[]> {
  return (values) => values.flatMap(valued(name));
}

function bare(name: string): Renderer<boolean> {
  return (isGiven) => (isGiven ? [name] : []);
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
