import type { ChangedFile } from '../../model/event/task-event.ts';
import type { CheckResult } from '../../model/failure/failure.ts';
/** Whether a measurement shows that something holds, and which. Code stands between backticks. */
export type Finding =
  | { readonly state: 'met' | 'not-met'; readonly evidence: string }
  /** Nothing measured it: why not. */
  | { readonly state: 'unmeasured'; readonly evidence: string };

/** What was measured about a task's work. */
export type Measured = {
  readonly checks: readonly CheckResult[];
  readonly files: readonly ChangedFile[];
  /** The same checks without the work; null: they were not run. */
  readonly baseChecks: readonly CheckResult[] | null;
};
