import type { RunState } from './run-state.ts';

/**
 * What keeps a base from being worked on. `setup-failed`: its setup failed, so nothing is known about its code;
 * `red`: its own code does not pass.
 */
export type BaseTrouble = {
  readonly kind: 'setup-failed' | 'red';
  /** A whole sentence without its full stop, such as `npm test fails on the base itself: 1 of 20 tests failed`. */
  readonly message: string;
  /** A whole sentence that says what to do. */
  readonly remedy: string;
};

/** Whether a check of this name, or the setup, did not pass on the base itself. */
export function isRedOnBase({ baseChecks }: Pick<RunState, 'baseChecks'>, name: string): boolean {
  return baseChecks?.some((check) => check.name === name && check.state !== 'passed') ?? false;
}

/** The forge's checks that are red on the base, which the user agreed to: no pull request has to pass them. */
export function redOnForge({
  baseOnForge,
  isRedBaseAccepted,
}: Pick<RunState, 'baseOnForge' | 'isRedBaseAccepted'>): readonly string[] {
  return isRedBaseAccepted ? (baseOnForge?.failed ?? []) : [];
}
