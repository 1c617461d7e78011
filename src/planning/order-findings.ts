import type { MasterIssue } from '../model/issue.ts';
import type { Finding, PlannedTask, StackMode } from '../model/plan.ts';
import type { Dependency } from './dependency.ts';
import { outsideIssues } from './dependencies.ts';
import { linesOf } from './task-text.ts';

const mostFindings = 200;

/** One finding for each dependency. */
export function dependencyFindings(
  tasks: readonly PlannedTask[],
  dependencies: readonly Dependency[],
  stack: StackMode,
): Finding[] {
  const known = new Map(tasks.map((task) => [task.ordinal, task]));
  return dependencies.slice(0, mostFindings).map(({ task, on, source, why }) => ({
    kind: 'dependency' as const,
    severity:
      stack === 'never'
        ? ('critical' as const)
        : source === 'ordered'
          ? ('info' as const)
          : ('warning' as const),
    tasks: [on, task],
    message: `Task ${task} depends on task ${on}: it ${why}`,
    evidence: linesOf([known.get(on), known.get(task)].filter((found) => found !== undefined)),
    advice:
      stack === 'never'
        ? `Put task ${on} into a phase before, join the two, or leave out --stack never: then task ${task} starts from its branch.`
        : 'Such a task starts from the verified branch of the one that it depends on. To have them side by side, create what they share first.',
  }));
}

/** One finding for each circle. */
export function cycleFindings(
  tasks: readonly PlannedTask[],
  cycles: readonly (readonly number[])[],
): Finding[] {
  return cycles.map((cycle) => {
    const ordinals = [...new Set(cycle)].toSorted((one, other) => one - other);
    return {
      kind: 'cycle' as const,
      severity: 'warning' as const,
      tasks: ordinals,
      message: `Tasks wait for each other in a circle: ${cycle.join(' → ')}`,
      evidence: linesOf(tasks.filter(({ ordinal }) => ordinals.includes(ordinal))),
      advice:
        'Take one of the dependencies out, or join the tasks. If you go on, the order in the issue decides.',
    };
  });
}

/** One finding for each task that its author put into a phase before the one that it is to come after. */
export function phaseFindings(
  tasks: readonly PlannedTask[],
  againstPhases: readonly Dependency[],
): Finding[] {
  return againstPhases.slice(0, mostFindings).map(({ task, on, why }) => ({
    kind: 'cycle' as const,
    severity: 'warning' as const,
    tasks: [task, on].toSorted((one, other) => one - other),
    message: `Task ${task} can never start: it ${why}, which is in a later phase`,
    evidence: linesOf(tasks.filter(({ ordinal }) => ordinal === task || ordinal === on)),
    advice: `Move task ${task} into the later phase. If you go on, the phases decide.`,
  }));
}

/** What waits for issues outside, and parts that are one integration. */
export function outsideFindings(issue: MasterIssue, integrated: string | null): Finding[] {
  const outside = outsideIssues(issue).map(([task, number]) => ({
    kind: 'dependency' as const,
    severity: 'info' as const,
    tasks: [task.ordinal],
    message: `Task ${task.ordinal} says that it comes after #${number}, which is none of these tasks`,
    evidence: linesOf([task]),
    advice: `See that #${number} is merged before you start.`,
  }));
  if (integrated === null) return outside;
  const together: Finding = {
    kind: 'dependency',
    severity: 'warning',
    tasks: issue.tasks.map(({ ordinal }) => ordinal),
    message:
      'The tasks are parts of one integration: none of them can be tested without the others',
    evidence: integrated,
    advice: 'Build the integration first, in one task; then let enhancements run side by side.',
  };
  return [together, ...outside];
}
