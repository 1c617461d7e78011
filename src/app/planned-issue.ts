import type { JournalDamage } from '../model/user-error.ts';
import type { ProjectCommands } from '../reporting/plan/dry-run.ts';
import type { Plan } from '../model/plan/plan.ts';
import type { IssueRef } from '../model/issue/issue.ts';
/** A plan with what was found around it; nothing was begun. */
export type PlannedIssue = {
  readonly issue: { readonly ref: IssueRef; readonly title: string };
  readonly plan: Plan;
  /** The commands that were found in the repository. */
  readonly project: ProjectCommands;
  /** What a start would stumble over in the journal. */
  readonly damages: readonly JournalDamage[];
};
