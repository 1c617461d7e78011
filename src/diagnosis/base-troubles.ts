import { isRed, type CheckResult } from '../model/failure/failure.ts';
import { isOriginalName } from '../model/original-check.ts';
import type { BaseTrouble } from '../model/state/base-trouble.ts';
import type { RunState } from '../model/state/run-state.ts';
import { clueOf } from './clue-of.ts';
import { looksLikeProject, packageName } from './log/missing-module.ts';

/** What is known to keep a run's base from being worked on. */
export function baseTroubles({
  base,
  baseChecks,
  baseOnForge,
}: Pick<RunState, 'base' | 'baseChecks' | 'baseOnForge'>): BaseTrouble[] {
  const onForge =
    baseOnForge?.checks === 'failed' ? [forgeTrouble(base.branch, baseOnForge.failed)] : [];
  return [...onForge, ...checkTroubles(baseChecks ?? [])];
}

function forgeTrouble(branch: string, failed: readonly string[]): BaseTrouble {
  return {
    kind: 'red',
    message: `The forge's own checks of ${branch} are red: ${failed.slice(0, 5).join(', ') || 'it does not say which'}`,
    remedy: 'Fix the base first: pull requests from it would be red as well.',
  };
}

/** Which of the results of setup and checks on a base keep it from being worked on. */
export function checkTroubles(checks: readonly CheckResult[]): BaseTrouble[] {
  // Of a check that only counts as it was when the run began, the base itself is not the cause.
  return checks.filter((check) => isRed(check) && !isOriginalName(check.name)).map(troubleOf);
}

/** Exit codes with which a shell says that it could not run a program: it is no program, or it is not there. */
const notRunCodes: ReadonlySet<number | null> = new Set([126, 127]);

function troubleOf(check: CheckResult): BaseTrouble {
  const { name, command, state, exitCode } = check;
  const clue = clueOf(check);
  const line = clue.line === '' ? '' : `: ${clue.line}`;
  if (name === 'setup')
    return {
      kind: 'setup-failed',
      message: `The setup command ${command} ${endOf(check)} on the base itself${line}`,
      remedy:
        'Run it in a fresh clone and correct it with --setup COMMAND; --setup true if nothing has to be installed.',
    };
  const missing = clue.missing !== null && !looksLikeProject(clue.missing) ? clue.missing : null;
  const program = clue.kind === 'command-not-found' ? clue.subject : null;
  if (missing !== null || program !== null || notRunCodes.has(exitCode)) {
    const what = missing === null ? (program ?? '') : packageName(missing);
    return {
      kind: 'setup-failed',
      message: `${command} cannot run on the base itself (exit code ${exitCode ?? 'none'})${what === '' ? line : `: ${what} is not installed`}`,
      remedy:
        'Name the command that installs what it needs with --setup COMMAND, or another check with --check COMMAND.',
    };
  }
  return {
    kind: 'red',
    message: `${command} ${endOf(check)} on the base itself${state === 'timed-out' ? '' : line}`,
    remedy: 'Fix the base first, or name other checks with --check COMMAND.',
  };
}

function endOf({ state, exitCode }: CheckResult): string {
  if (state === 'timed-out') return 'times out';
  return state === 'not-started' ? 'cannot be started' : `fails (exit code ${exitCode ?? 'none'})`;
}
