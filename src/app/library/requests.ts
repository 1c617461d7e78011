import type { OrchestrateOptions } from '../settings/given-flags.ts';

/** Where a request works. */
export type Where = {
  /** The repository, or a folder of it; left out: the folder of this process. */
  readonly directory?: string | undefined;
  /** Environment variables; left out: those of this process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Gets what is neither an event nor a result, in words for a person. */
  readonly onNote?: ((text: string) => void) | undefined;
};

/** The options of the command line, by the same names in camel case; what is left out is as the configuration says. */
export type RunOptions = Omit<
  OrchestrateOptions,
  'json' | 'plain' | 'dashboard' | 'dryRun' | 'assist' | 'event'
>;

/** A master issue, as the command line takes it: a file, a number, `owner/repository#N` or a URL. */
export type PlanRequest = Where & { readonly issue: string; readonly options?: RunOptions };

export type RunRequest = PlanRequest & {
  /** Aborted: agents are ended, their work is kept, and the same request continues the run. */
  readonly signal?: AbortSignal | undefined;
  /** Aborted: nothing new starts; what has begun ends in its time. */
  readonly drain?: AbortSignal | undefined;
  /**
   * Answers what a person would be asked at a terminal: whether a plan with warnings starts, whether agents work on a base
   * that is not ready, whether the configuration is trusted. Left out: no; then the request fails and says which option
   * agrees beforehand.
   */
  readonly confirm?: ((lines: readonly string[], question: string) => Promise<boolean>) | undefined;
};

export type MergeRequest = Omit<RunRequest, 'options'> & {
  readonly options?: {
    /** What is required of a pull request; left out: as the run and the configuration say. */
    readonly merge?: 'verified' | 'approved' | undefined;
    readonly method?: 'merge' | 'squash' | 'rebase' | undefined;
    /** Whether an agent is asked where branches collide; left out: yes. */
    readonly resolve?: boolean | undefined;
    readonly acceptCheckChanges?: boolean | undefined;
    /** Merges without asking. */
    readonly yes?: boolean | undefined;
    readonly trust?: boolean | undefined;
    readonly takeOver?: boolean | undefined;
  };
};

export type OpenRunRequest = Where & {
  /** An issue or the id of a run; left out: the newest run of the repository. */
  readonly issue?: string | undefined;
};
