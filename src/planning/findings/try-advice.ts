import type { MasterIssue } from '../../model/issue/issue.ts';
import type { Finding, FindingKind, Plan, Verdict } from '../../model/plan/plan.ts';

/** The user guide's criteria, which every task must have. */
export const guideCriteria: readonly string[] = [
  'Implementation complete',
  'Unit tests passing (> 80% coverage)',
  'Integration tests passing',
  'Documentation updated',
  'Code follows project style',
  'No new warnings/errors',
];

/** Follows a finding's advice literally. */
type Follow = (issue: MasterIssue, finding: Finding) => MasterIssue;

const follow: Partial<Record<FindingKind, Follow>> = {
  'no-tests': (issue, { tasks }) => ({
    ...issue,
    tasks: issue.tasks.map((task) =>
      tasks.includes(task.ordinal)
        ? { ...task, description: `${task.description}\nInclude unit tests.`.trim() }
        : task,
    ),
  }),
  'no-criteria': (issue) => ({ ...issue, acceptance: guideCriteria }),
};

/** With more tasks, a trial would cost too much, and advice that cannot be tried is not given. */
const mostTasks = 200;

/**
 * The plan without advice that would not improve it: what can be followed literally is followed, and planned again.
 */
export function withTriedAdvice(
  plan: Plan,
  issue: MasterIssue,
  replan: (changed: MasterIssue) => Plan,
): Plan {
  const isGood = (finding: Finding): boolean => {
    const change = follow[finding.kind];
    if (change === undefined || finding.advice === '') return true;
    if (plan.tasks.length > mostTasks) return false;
    return isBetter(plan, replan(change(issue, finding)), finding.kind);
  };
  const findings = plan.findings.map((finding) =>
    isGood(finding) ? finding : { ...finding, advice: '' },
  );
  return { ...plan, findings };
}

const ranks: Record<Verdict, number> = { proceed: 0, consider: 1, sequential: 2 };

/** Whether the problem of a finding is solved, and nothing else has become worse. */
function isBetter(before: Plan, after: Plan, kind: FindingKind): boolean {
  return (
    about(after, kind) < about(before, kind) &&
    ranks[after.verdict] <= ranks[before.verdict] &&
    after.checklist.score >= before.checklist.score &&
    after.refusals.length <= before.refusals.length &&
    grave(after) <= grave(before)
  );
}

function about({ findings }: Plan, kind: FindingKind): number {
  return new Set(findings.filter((finding) => finding.kind === kind).flatMap(({ tasks }) => tasks))
    .size;
}

function grave({ findings }: Plan): number {
  return findings.filter(({ severity }) => severity !== 'info').length;
}
