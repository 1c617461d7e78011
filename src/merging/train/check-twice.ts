import type { CheckResult } from '../../model/failure/failure.ts';
import type { UpdateChecked } from '../../model/event/merge-event.ts';
import type { TrainTools } from './train-tools.ts';

/** What fails runs again, and when it fails again, on the base alone: a flaky check or a red base is no branch's fault. */
export async function checkTwice(
  { scratch, runChecks, stop }: Pick<TrainTools, 'scratch' | 'runChecks' | 'stop'>,
  head: string,
  onto: string | null,
): Promise<Pick<UpdateChecked, 'checks' | 'flaky' | 'redOnBase'>> {
  const on = async (commit: string, only: Set<string> | null): Promise<readonly CheckResult[]> => {
    await scratch.show(commit);
    return stop.aborted ? [] : runChecks(scratch.directory, only);
  };
  const first = await on(head, null);
  const failed = redOf(first);
  if (failed.length === 0) return { checks: first };
  const second = await on(head, new Set(failed));
  const red = redOf(second);
  const flaky = failed.filter((name) => !red.includes(name));
  const checks = first.map((one) => second.find(({ name }) => name === one.name) ?? one);
  const alone = red.length === 0 || onto === null ? [] : await on(onto, new Set(red));
  return { checks, flaky, redOnBase: redOf(alone) };
}

function redOf(checks: readonly CheckResult[]): string[] {
  return checks.filter(({ state }) => state !== 'passed').map(({ name }) => name);
}
