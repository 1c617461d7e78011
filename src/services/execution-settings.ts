import type { BaseTrouble } from '../model/state/base-trouble.ts';
import type { Check } from '../verification/check.ts';
import type { OriginalChecks } from '../verification/original-checks.ts';

/**
 * What was settled before the run's work begins: by options, by the base, by the user. It is data, and stays as it is:
 * what can be changed while a run goes on stands in its state (`RunSettings`).
 */
export type ExecutionSettings = {
  /** The command that prepares a workspace; null where there is none. */
  readonly setup: string | null;
  readonly checks: readonly Check[];
  /** The checks of the run's beginning; null when there were none. */
  readonly original: OriginalChecks | null;
  /** Whether the checks were seen to pass on the base's commit before this run. */
  readonly isBaseKnownGreen: boolean;
  /** Whether the user lets agents start on a base that is not ready. */
  readonly agreesToRedBase: (
    troubles: readonly BaseTrouble[],
    how: { readonly mayAsk: boolean },
  ) => Promise<boolean>;
  /** Values that were handed to agents, in all forms in which they are masked. */
  readonly secretForms: readonly string[];
  /** Those of them that are secrets by their variables' names: no branch that holds one is published. */
  readonly keyForms: readonly string[];
  readonly statusIntervalSeconds: number;
  /** How long agents wait for the base's own check; 0: not at all. */
  readonly baseCheckWaitSeconds: number;
  /** How many tasks of the run are run a second time, alone. */
  readonly soloControls: number;
  /** How often a task begins again from the merged base, when its branch could not be brought together with it. */
  readonly workAgain: number;
  /** Whether a run that merges what is verified does so while other tasks are still worked on. */
  readonly isMergedAsReady: boolean;
  /** How long between two looks for conflicts. */
  readonly radarSeconds: number;
  /** How long a provider's limit pauses the run when it does not say when it ends; doubles each time. */
  readonly limitPauseSeconds: number;
  /** How long an agent that asks waits for a person; 0: agents cannot ask. */
  readonly questionPatienceSeconds: number;
  /** Whether an agent that waits keeps its place. */
  readonly isPlaceHeld: boolean;
  readonly policy: StepPolicy;
  readonly ci: CiPolicy;
  /** The project's own words to agents. */
  readonly instructions: string;
  /** Whether ignored files are copied into workspaces, so that these are not clean to begin with. */
  readonly isCopyingFiles: boolean;
  /** Paths in which what looks like a key is not one. */
  readonly allowedSecrets: readonly string[];
};

/** How the forge's own checks of pull requests are watched. */
export type CiPolicy = {
  /** How often red checks send a pull request back to its agent; 0: nobody watches. */
  readonly fixes: number;
  /** How long they are watched after a push. */
  readonly patienceSeconds: number;
  /** Between two looks. */
  readonly intervalSeconds: number;
  /** After a push, checks that are not there yet are waited for so long; four times that where there are workflows. */
  readonly graceSeconds: number;
};

export type StepPolicy = {
  readonly hasSetup: boolean;
  /** How often a failing check goes back to the agent. */
  readonly checkFixes: number;
  /** How often a task is retried by itself, for failures that are not its own fault. */
  readonly automaticRetries: number;
};
