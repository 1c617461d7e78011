import type {
  Complexity,
  EstimateBasis,
  FootprintEntry,
  SizeEstimate,
} from '../../model/plan/plan.ts';
import type { SubTask } from '../../model/issue/issue.ts';
import type { SizeHistory } from '../../model/plan/repository-index.ts';
import { textOf } from '../task-text.ts';
import { foreseeSize, type ForeseenSize } from './foresee-size.ts';
import type { PastRuns } from './past-runs.ts';
import { sizeByText, type TextSize } from './size-by-text.ts';
import { readStatedSize, type StatedSize } from './stated-size.ts';

/** What to expect of a task from its text and the repository. */
export type Estimate = {
  readonly complexity: Complexity;
  readonly size: SizeEstimate;
  readonly estimateMinutes: number;
  /** Minutes between which it lies eight times in ten. */
  readonly range: readonly [low: number, high: number];
  readonly basis: EstimateBasis;
  /** The evidence in words. */
  readonly because: string;
};

/** What a task is estimated from, besides its own text. */
export type EstimateEvidence = {
  readonly files: ReadonlySet<string>;
  readonly footprint: readonly FootprintEntry[];
  /** Everything that the repository's evidence predicts, including the unlikely: sizes were learned from that; otherwise the footprint. */
  readonly predicted?: readonly FootprintEntry[] | undefined;
  /** Whether the issue asks for tests of every task. */
  readonly areTestsAsked: boolean;
  /** What the history says of the task; nothing when left out. */
  readonly history?: SizeHistory | undefined;
  /** What this repository's past runs teach; null without any. */
  readonly past: PastRuns | null;
};

/** Everything that is known of one task's size. */
type Known = {
  readonly stated: StatedSize;
  readonly byText: TextSize;
  readonly foreseen: ForeseenSize;
  readonly history: SizeHistory;
  readonly footprint: readonly FootprintEntry[];
  readonly past: PastRuns | null;
};

const noHistory: SizeHistory = { similar: [], usual: [] };

/**
 * Estimates one task: what the author states, otherwise what past changes of the repository, the files that are foreseen and
 * the kind of work say, each figure with a range.
 */
export function estimateTask(task: SubTask, evidence: EstimateEvidence): Estimate {
  const { history = noHistory, footprint, predicted = footprint, past } = evidence;
  const text = textOf(task);
  const byText = sizeByText(task, evidence);
  const params = { title: task.title, text, byText, history, footprint: predicted };
  const stated = readStatedSize(task.title, text);
  const known = { stated, byText, foreseen: foreseeSize(params), history, footprint, past };
  const size = sizeOf(known);
  const { minutes, range } = minutesOf(size, known);
  return {
    size,
    estimateMinutes: minutes,
    range,
    complexity: stated.complexity ?? complexityOf(size, minutes),
    ...basisOf(known),
  };
}

function sizeOf({ stated, byText, foreseen }: Known): SizeEstimate {
  const { files, lines } = foreseen;
  const exactly = (figure: number): readonly [number, number] => [figure, figure];
  return {
    // Named files are not a guess.
    files: stated.files ?? Math.max(files.value, byText.from === 'files' ? byText.files : 1),
    loc: stated.loc ?? lines.value,
    tests: stated.tests ?? byText.tests,
    range: {
      files:
        stated.files === null
          ? [files.low, Math.max(files.high, byText.files)]
          : exactly(stated.files),
      loc: stated.loc === null ? [lines.low, lines.high] : exactly(stated.loc),
    },
  };
}

/** An estimate whose minutes a second reader has read from the task; null leaves it as it is. */
export function withMinutes(estimate: Estimate, minutes: number | null): Estimate {
  if (minutes === null) return estimate;
  const estimateMinutes = Math.max(1, Math.round(minutes));
  return {
    ...estimate,
    estimateMinutes,
    range: [estimateMinutes, estimateMinutes],
    basis: 'stated',
    because: 'as the second reader read it',
    complexity: complexityOf(estimate.size, minutes),
  };
}

/** Agents and days differ: with the size known, minutes are off by this much (natural logarithm). */
const pace = 0.3;
/** A few tasks of past runs prove little: they are averaged with this many that were as estimated. */
const doubt = 5;
const tenth = 1.28;

function minutesOf(
  { loc, range }: SizeEstimate,
  { stated, past }: Known,
): { readonly minutes: number; readonly range: readonly [number, number] } {
  if (stated.minutes !== null) {
    const minutes = Math.max(1, Math.round(stated.minutes));
    return { minutes, range: [minutes, minutes] };
  }
  const factor = past?.minutesFactor ?? 1;
  const value = minutesForLines(loc);
  const width = (bound: number): number => {
    const bySize = Math.log(minutesForLines(bound) / value);
    const byPlan = Math.hypot(bySize, tenth * pace);
    if (past === null) return byPlan;
    return (doubt * byPlan + past.tasks * tenth * past.minutesSpread) / (doubt + past.tasks);
  };
  const rounded = (minutes: number): number => Math.max(1, Math.round(minutes * factor));
  const minutes = rounded(value);
  return {
    minutes,
    range: [
      Math.min(minutes, rounded(value * Math.exp(-width(range.loc[0])))),
      Math.max(minutes, rounded(value * Math.exp(width(range.loc[1])))),
    ],
  };
}

/**
 * Fitted to the user guide's table, where 50 lines take 10 minutes, 150 take 15 and 180 take 18. Reading, starting up and
 * checking take most of a small task, so that ten times the lines take two and a half times as long.
 */
function minutesForLines(lines: number): number {
  return Math.min(240, 2.3 * lines ** 0.39);
}

function complexityOf({ files, loc }: SizeEstimate, minutes: number): Complexity {
  if (minutes > 25) return 'high';
  return files + loc / 75 >= 3.5 ? 'medium' : 'low';
}

/** With fewer past changes, a repository is too young to show how large a change usually is. */
const enoughChanges = 20;
/** From this many tasks on, past runs are better than nothing. */
const enoughTasks = 3;
/** A message that has less of a task's words only shares a common word with it. */
const alikeFrom = 0.3;

function basisOf({ stated, byText, foreseen, history, footprint, past }: Known) {
  const reason = (basis: EstimateBasis, because: string) => ({ basis, because });
  if (stated.minutes !== null) return reason('stated', `the issue says ${stated.minutes} minutes`);
  const corrected =
    past === null || past.tasks === 0
      ? ''
      : `; minutes as in ${counted(past.tasks, 'task')} of earlier runs`;
  const { similar, usual } = history;
  const alike = similar
    .filter(({ coverage }) => coverage >= alikeFrom)
    .toSorted((one, other) => other.coverage - one.coverage);
  const [first] = alike;
  const isOld = usual.length >= enoughChanges;
  if (isOld && first !== undefined)
    return reason(
      'history',
      `${counted(alike.length, 'similar past change')}, such as “${first.subject.slice(0, 60)}” (${counted(first.files, 'file')}, ${counted(first.lines, 'line')})${corrected}`,
    );
  const sure = footprint.filter(({ probability }) => probability >= 0.5).length;
  if (byText.from === 'files' || sure > 0)
    return reason('files', `${counted(Math.max(1, sure), 'file')} foreseen${corrected}`);
  if (isOld && !foreseen.isByRule)
    return reason('history', `the usual size of a change here; none is like it${corrected}`);
  if (past !== null && past.tasks >= enoughTasks)
    return reason('runs', `what ${counted(past.tasks, 'task')} of earlier runs took`);
  if (byText.from === 'kind')
    return reason('kind', `the kind of work alone: ${byText.kind ?? 'as described'}`);
  return reason('guess', 'a guess: neither the issue nor the repository says how much');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
