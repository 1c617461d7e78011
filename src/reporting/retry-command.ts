import type { ClueKind } from '../model/failure-clue.ts';
import { evidenceOfTask } from '../model/failure-evidence.ts';
import type { RunState, TaskState } from '../model/run-state.ts';
import { shellWord } from './shell-word.ts';

/**
 * What to type to start a run's failed tasks again: the settings that the run had, and changed ones where they help
 * (twice the time that was too short, half as many agents where the machine did not hold them).
 */
export function retryCommand(state: RunState): string {
  const failed = state.tasks.filter(({ status }) => status === 'failed');
  const words = [
    'flotilla orchestrate',
    shellWord(state.source),
    '--retry',
    ...keptFlags(state),
    ...timeFlags(state, failed),
    ...(failed.some((task) => wasTooMuch(state, task))
      ? [`--max-workers ${Math.max(1, Math.floor(state.settings.maxWorkers / 2))}`]
      : []),
  ];
  return words.join(' ');
}

/** What another start would not know by itself. */
function keptFlags({ settings }: RunState): readonly string[] {
  return [
    ...(settings.agent === 'claude' ? [] : [`--agent ${shellWord(settings.agent)}`]),
    ...(settings.model === null ? [] : [`--model ${shellWord(settings.model)}`]),
    ...(settings.successThresholdPercent === 80
      ? []
      : [`--success-threshold ${settings.successThresholdPercent}`]),
    ...(settings.isOutOfScopeAllowed ? ['--allow-out-of-scope'] : []),
  ];
}

function timeFlags({ settings }: RunState, failed: readonly TaskState[]): readonly string[] {
  const failures = failed.flatMap(({ failure }) => failure ?? []);
  const limits = failures.flatMap((one) => (one.reason === 'timed-out' ? one.limitSeconds : []));
  const silences = failures.flatMap((one) => (one.reason === 'stalled' ? one.silentSeconds : []));
  const isCheckSlow = failures.some(
    (one) => one.reason === 'check-failed' && one.check.state === 'timed-out',
  );
  return [
    ...limitFlag('--timeout', {
      usual: 1_800,
      given: settings.timeoutSeconds,
      tooShort: limits.length === 0 ? null : Math.max(...limits),
    }),
    ...limitFlag('--check-timeout', {
      usual: 600,
      given: settings.checkTimeoutSeconds,
      tooShort: isCheckSlow ? settings.checkTimeoutSeconds : null,
    }),
    ...(silences.length === 0 ? [] : [`--stall ${Math.ceil(Math.max(...silences) * 2)}`]),
  ];
}

/** Seconds: twice what was too short, or what was given when that is not the default anyway. */
function limitFlag(
  flag: string,
  limit: { readonly usual: number; readonly given: number; readonly tooShort: number | null },
): readonly string[] {
  if (limit.tooShort !== null) return [`${flag} ${limit.tooShort * 2}`];
  return limit.given === limit.usual ? [] : [`${flag} ${limit.given}`];
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
