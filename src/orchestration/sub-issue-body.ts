import { displayIssue } from '../model/issue.ts';
import type { PlannedTask } from '../model/plan.ts';
import type { RunState } from '../model/run-state.ts';

/** What a sub-issue says: enough for someone who reads nothing else. */
export function subIssueBody(order: {
  readonly state: RunState;
  readonly planned: PlannedTask;
  readonly key: string;
}): string {
  const { state, planned } = order;
  const criteria = [...planned.acceptance, ...(state.plan?.acceptance ?? [])];
  const files = planned.footprint.map(({ path, isNew }) => `- \`${path}\`${isNew ? ' (new)' : ''}`);
  const parts = [
    `Part of ${displayIssue(state.issue)}, task ${planned.ordinal}.`,
    planned.description,
    criteria.length === 0
      ? ''
      : `## Acceptance Criteria\n\n${criteria.map((line) => `- [ ] ${line}`).join('\n')}`,
    files.length === 0 ? '' : `## Files\n\n${files.join('\n')}`,
    `Orchestration: \`${state.run}\``,
    `<!-- ${order.key} -->`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
