import type { MasterIssue } from '../../model/issue/issue.ts';
import type { Finding, PlannedTask, StackMode } from '../../model/plan/plan.ts';
import { linesOf, named } from '../task-text.ts';
import type { Cycle } from './cycles.ts';
import type { Dependency } from './dependency.ts';
import { outsideIssues } from './dependencies.ts';

const mostFindings = 200;

/** One finding for each dependency; if the same words imply several for a task, one for all of them. */
export function dependencyFindings(
  tasks: readonly PlannedTask[],
  dependencies: readonly Dependency[],
  stack: StackMode,
): Finding[] {
  const known = new Map(tasks.map((task) => [task.ordinal, task]));
  return groupsOf(dependencies).map(([first, ...more]) => {
    const { task, source } = first;
    const on = [first, ...more].map((dependency) => dependency.on);
    const calm = source === 'ordered' ? ('info' as const) : ('warning' as const);
    const such =
      'Such a task starts from the verified branch of the one that it depends on. To run them side by side, create what they share first.';
    return {
      kind: 'dependency' as const,
      severity: stack === 'never' ? ('critical' as const) : calm,
      tasks: [...on, task],
      message: messageOf(first, on),
      evidence: evidenceOf(
        first,
        linesOf([...on, task].flatMap((ordinal) => known.get(ordinal) ?? [])),
      ),
      advice:
        stack === 'never'
          ? `Put ${named(on).toLowerCase()} into an earlier phase, combine them, or leave out --stack never: then task ${task} starts from that branch.`
          : withWayOut(such, first),
    };
  });
}

/** One finding for each task that gathers what others make, and waits until they are merged. */
export function gatheredFindings(gathered: readonly Dependency[]): Finding[] {
  return groupsOf(gathered).map(([first, ...more]) => {
    const on = [first, ...more].map((dependency) => dependency.on);
    return {
      kind: 'dependency' as const,
      severity: 'info' as const,
      tasks: [...on, first.task],
      message: messageOf(first, on),
      evidence: evidenceOf(
        first,
        `it needs ${on.length === 1 ? 'a task' : `${on.length} tasks`} before a barrier`,
      ),
      advice: withWayOut('It starts when these are merged; they run side by side.', first),
    };
  });
}

type Group = [Dependency, ...Dependency[]];

/** Dependencies of one task that were read from the same words, together. */
function groupsOf(dependencies: readonly Dependency[]): Group[] {
  const keyOf = ({ task, on, read, source }: Dependency): string =>
    [task, source, read === undefined ? on : `${read.line} ${read.words}`].join(' ');
  return ([...Map.groupBy(dependencies, keyOf).values()] as Group[]).slice(0, mostFindings);
}

function messageOf({ task, why }: Dependency, on: readonly number[]): string {
  return `Task ${task} depends on ${named(on).toLowerCase()}: it ${why}`;
}

/** The words first, since a reader judges by them. */
function evidenceOf({ read }: Dependency, rest: string): string {
  return read === undefined ? rest : `“${read.words}” (line ${read.line} of the issue); ${rest}`;
}

function withWayOut(advice: string, { task }: Dependency): string {
  return `${advice} If this was misread, start with --independent ${task}.`;
}

/** One finding for each circle. */
export function cycleFindings(tasks: readonly PlannedTask[], cycles: readonly Cycle[]): Finding[] {
  return cycles.map(({ way, links }) => {
    const ordinals = [...new Set(way)].toSorted((one, other) => one - other);
    return {
      kind: 'cycle' as const,
      severity: 'warning' as const,
      tasks: ordinals,
      message: `Tasks wait for each other in a circle: ${way.join(' → ')}`,
      evidence: [
        ...links.map(({ task, on, why }) => `task ${task} on task ${on}: it ${why}`),
        linesOf(tasks.filter(({ ordinal }) => ordinals.includes(ordinal))),
      ].join('; '),
      advice:
        'Remove one of the dependencies, or combine the tasks. If you continue, the order in the issue decides.',
    };
  });
}

/** One finding for each task that its author put into a phase before the one that it should come after. */
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
    advice: `Move task ${task} into the later phase. If you continue, the phases decide.`,
  }));
}

/** What waits for issues outside, and parts that are one integration. */
export function outsideFindings(issue: MasterIssue, integrated: string | null): Finding[] {
  const outside = outsideIssues(issue).map(([task, number]) => ({
    kind: 'dependency' as const,
    severity: 'info' as const,
    tasks: [task.ordinal],
    message: `Task ${task.ordinal} says that it comes after #${number}, which is not one of these tasks`,
    evidence: linesOf([task]),
    advice: `Make sure that #${number} is merged before you start.`,
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
