import type { MasterIssue, SubTask } from '../model/issue.ts';
import { isWithin, type Finding, type Plan, type PlannedTask } from '../model/plan.ts';
import { declaredPaths } from './declared-paths.ts';
import { estimateTask } from './estimate.ts';

/** What planning may look at in the repository. */
export type Evidence = {
  /** The files of the base, relative to its root. */
  readonly files: ReadonlySet<string>;
};

/** Plans an issue's open tasks from its text and the repository's files. */
export function planIssue(issue: MasterIssue, evidence: Evidence): Plan {
  const tasks = issue.tasks.map((task) => planTask(task, evidence));
  const byLength = tasks.toSorted(
    (one, other) => other.estimateMinutes - one.estimateMinutes || one.ordinal - other.ordinal,
  );
  return {
    phases: issue.phases,
    tasks,
    skipped: issue.skipped,
    acceptance: issue.acceptance,
    context: issue.context,
    findings: [...fileConflicts(tasks), ...withoutLocation(tasks)],
    order: byLength.map(({ ordinal }) => ordinal),
  };
}

function planTask(task: SubTask, { files }: Evidence): PlannedTask {
  const text = [task.title, task.description, ...task.acceptance].join('\n');
  const footprint = declaredPaths(text, files);
  return { ...task, dependsOn: [], stackOn: null, batch: 1, ...estimateTask(task, footprint), footprint };
}

function fileConflicts(tasks: readonly PlannedTask[]): Finding[] {
  return tasks.flatMap((one, index) =>
    tasks.slice(index + 1).flatMap((other) => {
      const shared = sharedPaths(one, other);
      return shared.length === 0 ? [] : [conflictOf(one, other, shared)];
    }),
  );
}

function sharedPaths(one: PlannedTask, other: PlannedTask): string[] {
  return one.footprint
    .map(({ path }) => path)
    .filter((path) =>
      other.footprint.some((entry) => isWithin(path, entry.path) || isWithin(entry.path, path)),
    );
}

function conflictOf(one: PlannedTask, other: PlannedTask, shared: readonly string[]): Finding {
  return {
    kind: 'file-conflict',
    severity: 'warning',
    tasks: [one.ordinal, other.ordinal],
    message: `Tasks ${one.ordinal} and ${other.ordinal} both name ${shared.join(', ')}`,
    evidence: `lines ${one.lines.start} and ${other.lines.start} of the issue`,
    advice:
      'Give each file to one task, or expect to resolve a conflict when the second one merges.',
  };
}

function withoutLocation(tasks: readonly PlannedTask[]): Finding[] {
  return tasks
    .filter(({ footprint }) => footprint.length === 0)
    .map((task) => ({
      kind: 'no-location' as const,
      severity: 'info' as const,
      tasks: [task.ordinal],
      message: `Task ${task.ordinal} names no file or directory`,
      evidence: `line ${task.lines.start} of the issue`,
      advice:
        'Say where the work goes, for example `src/cart.js`: agents stay in scope and conflicts are seen early.',
    }));
}
