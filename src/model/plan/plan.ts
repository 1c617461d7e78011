import type { SkippedItem, SubTask, Phase } from '../issue/issue.ts';
import type { AppliedReading } from './second-reading.ts';

/** A file that a task will probably touch or create, with the reason for believing so. */
export type FootprintEntry = {
  /** Relative to the repository's root, with `/`; a trailing `/` means everything below a directory. */
  readonly path: string;
  /** 0 to 1. */
  readonly probability: number;
  readonly reason: string;
  /** Whether the base lacks it, so that the task would create it. */
  readonly isNew: boolean;
  /** Whether the author named it: the only kind that scope is enforced by. */
  readonly isDeclared: boolean;
  /** Whether its evidence is too weak for a collision: it counts for size and scope only. */
  readonly isHint?: boolean;
  /** Set where a second reader named it. */
  readonly isRead?: boolean;
};

/** How much work a task looks like, before it is done. */
export type SizeEstimate = {
  readonly files: number;
  /** Lines written or changed. */
  readonly loc: number;
  readonly tests: number;
  /** The bounds between which files and lines lie eight times in ten. */
  readonly range: {
    readonly files: readonly [low: number, high: number];
    readonly loc: readonly [low: number, high: number];
  };
};

/**
 * What an estimate rests on, the surest first: the author's word, past changes of the repository, the files that are
 * foreseen, what earlier runs took, the kind of work that the words ask for, or nothing.
 */
export type EstimateBasis = 'stated' | 'history' | 'files' | 'runs' | 'kind' | 'guess';

export type Complexity = 'low' | 'medium' | 'high';

/** A sub-task with what planning knows about it. */
export type PlannedTask = SubTask & {
  /** Ordinals of the tasks that must come first. */
  readonly dependsOn: readonly number[];
  /**
   * The task whose verified branch it starts from; null: the base. That branch contains all of `dependsOn`, since the
   * tasks below it in the stack come before it there.
   */
  readonly stackOn: number | null;
  /** The batch that it belongs to; the first is 1. A batch starts when the one before it has ended. */
  readonly batch: number;
  readonly complexity: Complexity;
  readonly size: SizeEstimate;
  readonly estimateMinutes: number;
  /** Minutes between which it lies eight times in ten. */
  readonly range: readonly [low: number, high: number];
  readonly basis: EstimateBasis;
  /** What the estimate rests on, in words. */
  readonly because: string;
  readonly footprint: readonly FootprintEntry[];
};

export type FindingKind =
  | 'file-conflict'
  | 'dependency'
  | 'hub-file'
  | 'unbalanced'
  | 'too-large'
  | 'too-small'
  | 'vague'
  | 'no-location'
  | 'no-tests'
  | 'no-criteria'
  | 'too-few'
  | 'cycle'
  | 'untrusted'
  | 'issue-edited'
  | 'too-many-sub-issues'
  | 'failed-alike'
  | 'resources'
  | 'red-base'
  | 'questions-refused'
  | 'mailbox-failed';

/** Something that a person should know before (or while) the run spends tokens. */
export type Finding = {
  readonly kind: FindingKind;
  readonly severity: 'info' | 'warning' | 'critical';
  /** Ordinals of the tasks it is about; empty when it is about the whole issue. */
  readonly tasks: readonly number[];
  readonly message: string;
  /** Where it was seen: file, line, figure. */
  readonly evidence: string;
  readonly advice: string;
};

/** One line of the user guide's checklist, computed. */
export type ChecklistItem = {
  readonly text: string;
  readonly passed: boolean;
  readonly why: string;
};

/** The user guide's checklist: how many of its lines hold. */
export type Checklist = {
  readonly score: number;
  readonly of: number;
  readonly items: readonly ChecklistItem[];
};

/** Whether to work side by side: yes; perhaps; no, one task after another. */
export type Verdict = 'proceed' | 'consider' | 'sequential';

/** What failures will probably cost, in addition to the work itself. */
export type FailureBudget = {
  /** The share of tasks that fail, at least and at most. */
  readonly share: readonly [low: number, high: number];
  /** Minutes for finding out why, fixing, and doing the task again, at least and at most, of all failures together. */
  readonly minutes: readonly [low: number, high: number];
  readonly basis: 'guide' | 'runs';
};

/** What a run will probably take, by the estimates. */
export type Forecast = {
  /** Agents at once that it counts with. */
  readonly workers: number;
  /** From the first agent's start to the last one's end, with stacks, batches and phases waiting for each other. */
  readonly parallelMinutes: number;
  /** One agent, one task after another. */
  readonly sequentialMinutes: number;
  readonly speedup: number;
  /** What working side by side costs people: setting it up, reviewing together, and the conflicts to be expected. */
  readonly overheadMinutes: number;
  /** No schedule on this many workers can be shorter. */
  readonly lowerBoundMinutes: number;
  readonly failures: FailureBudget;
  /** Calls to the forge. */
  readonly apiCalls: number;
  /** Of the agents that run at once. */
  readonly memoryMb: number;
  readonly diskMb: number;
  /** US dollars; null: no past run says. */
  readonly costUsd: number | null;
  /** What the estimates were multiplied by, as past runs of the repository taught; 1 without any. */
  readonly minutesFactor: number;
};

/** Agents at once, where nobody says how many. */
export const usualWorkers = 5;

/**
 * Whether tasks that depend on each other, or that had better not run together, start from the branch of the one before,
 * or all from the base together.
 */
export type StackMode = 'auto' | 'never';

/** What a run will do. */
export type Plan = {
  readonly phases: readonly Phase[];
  readonly tasks: readonly PlannedTask[];
  readonly skipped: readonly SkippedItem[];
  /** Criteria that hold for every task. */
  readonly acceptance: readonly string[];
  readonly context: string;
  readonly findings: readonly Finding[];
  /** Ordinals in the order in which they start: what a task waits for comes before it, the longest way first. */
  readonly order: readonly number[];
  readonly stack: StackMode;
  /** Sets of ordinals that may run at the same time, one set after the other; workers are not counted here. */
  readonly schedule: readonly (readonly number[])[];
  readonly checklist: Checklist;
  readonly verdict: Verdict;
  /** Why the verdict is negative, so that a run is refused unless it is forced, a sentence each; empty when it is not. */
  readonly refusals: readonly string[];
  readonly forecast: Forecast;
  /** What a second reader said, and what came of it; left out where none was asked. */
  readonly reading?: AppliedReading;
};

/** Whether a repository path lies in a footprint path (itself, or below a directory that ends in `/`). */
export function isWithin(path: string, footprintPath: string): boolean {
  return path === footprintPath || (footprintPath.endsWith('/') && path.startsWith(footprintPath));
}

/**
 * The plan with more findings, which come first: they are about the world that the tasks are in. With a warning, the
 * verdict is not a plain yes, unless it is only that the machine holds fewer agents.
 */
export function withFindings(plan: Plan, findings: readonly Finding[]): Plan {
  if (findings.length === 0) return plan;
  const isWarned = findings.some(
    ({ kind, severity }) => severity !== 'info' && kind !== 'resources',
  );
  const verdict = isWarned && plan.verdict === 'proceed' ? 'consider' : plan.verdict;
  return { ...plan, verdict, findings: [...findings, ...plan.findings] };
}

/** The ordinals of all tasks of one's stack, itself included: those that its branch and theirs hang together with. */
export function stackOf(tasks: readonly PlannedTask[], ordinal: number): number[] {
  const rootOf = (one: number): number => stackBelow(tasks, one).at(-1) ?? one;
  const root = rootOf(ordinal);
  return tasks.map((task) => task.ordinal).filter((one) => rootOf(one) === root);
}

/** The ordinals of the tasks below one in its stack, the nearest first: its branch has their work. */
export function stackBelow(tasks: readonly PlannedTask[], ordinal: number): number[] {
  return belowIn(new Map(tasks.map((task) => [task.ordinal, task.stackOn])), ordinal);
}

/** By ordinal, the task that each starts from; null: the base. */
export type StackOn = ReadonlyMap<number, number | null>;

/** Whether one of two tasks has the work of the other below it. */
export function areStacked(stackOn: StackOn, [one, other]: readonly [number, number]): boolean {
  return belowIn(stackOn, one).includes(other) || belowIn(stackOn, other).includes(one);
}

function belowIn(stackOn: StackOn, ordinal: number): number[] {
  const below: number[] = [];
  const under = (above: number): number | null => stackOn.get(above) ?? null;
  for (let next = under(ordinal); next !== null && !below.includes(next); next = under(next))
    below.push(next);
  return below;
}

/**
 * Whether a task needs what another one makes, and not only has to stay clear of its files: it depends on it, directly or
 * through others, or its author put both into a phase that is done in order.
 */
export function isNeeded(
  { tasks, phases }: Pick<Plan, 'tasks' | 'phases'>,
  { task, on }: { readonly task: number; readonly on: number },
): boolean {
  const known = new Map(tasks.map((one) => [one.ordinal, one]));
  const phase = known.get(task)?.phase;
  const mode = phases.find(({ number }) => number === phase)?.mode;
  if (mode === 'sequential' && known.get(on)?.phase === phase) return true;
  const seen = new Set([task]);
  for (const one of seen) for (const other of known.get(one)?.dependsOn ?? []) seen.add(other);
  return on !== task && seen.has(on);
}
