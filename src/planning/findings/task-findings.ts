import type { Finding, PlannedTask } from '../../model/plan/plan.ts';
import { asksForTests, isAboutDocuments, linesOf, named, textOf } from '../task-text.ts';
import { guideCriteria } from './try-advice.ts';

/** The guide's bounds for a task, in minutes. */
const tooLarge = 30;
const tooSmall = 5;

/** Whether a task says too little for an agent to know what to do. */
export function isVague(task: PlannedTask): boolean {
  const { title, description, acceptance, footprint, reference } = task;
  const saysMore = description.trim() !== '' || acceptance.length > 0 || reference !== null;
  if (saysMore || footprint.some(({ isDeclared }) => isDeclared)) return false;
  const words = title.split(/\s+/u).filter((word) => word !== '');
  return (
    words.length < 2 ||
    (words.length < 6 &&
      /\b(?:stuff|things?|misc|various|etc|somehow|something|everything|polish|improvements?)\b/iu.test(
        title,
      ))
  );
}

/** What the issue says of all its tasks. */
export type SaidOfAll = {
  readonly areTestsAsked: boolean;
  readonly acceptance: readonly string[];
};

/** Findings about single tasks. Tasks with the same finding share it. */
export function taskFindings(
  tasks: readonly PlannedTask[],
  { areTestsAsked, acceptance }: SaidOfAll,
): Finding[] {
  const isUnlocated = ({ footprint }: PlannedTask): boolean =>
    !footprint.some(({ isDeclared, probability }) => isDeclared || probability >= 0.5);
  const isUntested = (task: PlannedTask): boolean =>
    !areTestsAsked && !isAboutDocuments(task.title) && !asksForTests(textOf(task));
  return [
    ...tasks.filter(({ estimateMinutes }) => estimateMinutes > tooLarge).map(largeTask),
    ...grouped(
      tasks.filter(
        ({ estimateMinutes, range }) => estimateMinutes < tooSmall && range[1] < 2 * tooSmall,
      ),
      {
        kind: 'too-small',
        says: ['takes under 5 minutes', 'take under 5 minutes each'],
        advice:
          'Combine it with a task that touches the same files: starting an agent and reviewing cost more than the work.',
      },
    ),
    ...grouped(tasks.filter(isVague), {
      kind: 'vague',
      says: ['says too little to act on', 'say too little to act on'],
      advice:
        'Say which behaviour changes, where, and how to see that it is done: `- [ ] **Add the cart model**: Create `src/cart.js`. Include unit tests.`',
    }),
    ...grouped(tasks.filter(isUnlocated), {
      kind: 'no-location',
      says: ['names no file or directory', 'name no file or directory'],
      advice:
        'Say where the work goes, for example `src/cart.js`: agents stay in scope and conflicts are seen early.',
    }),
    ...grouped(tasks.filter(isUntested), {
      kind: 'no-tests',
      says: ['asks for no tests', 'ask for no tests'],
      advice: 'Add “Include unit tests.” to each, or acceptance criteria for all.',
    }),
    ...grouped(
      tasks.filter((task) => acceptance.length === 0 && task.acceptance.length === 0),
      {
        kind: 'no-criteria',
        says: ['has no acceptance criteria', 'have no acceptance criteria'],
        advice: `Say when a task is done, for each or once for all. Under “## Acceptance Criteria”: ${guideCriteria.map((line) => `- [ ] ${line}`).join(' ')}`,
      },
    ),
  ];
}

function largeTask(task: PlannedTask): Finding {
  const { ordinal, estimateMinutes, size } = task;
  return {
    kind: 'too-large',
    severity: 'warning',
    tasks: [ordinal],
    message: `Task ${ordinal} is too large for one agent: about ${estimateMinutes} minutes`,
    evidence: `${linesOf([task])}; the limit is ${tooLarge} minutes; ${size.files === 1 ? '1 file' : `${size.files} files`}, ${size.loc} lines; ${task.because}`,
    advice:
      'Split it along its parts or its acceptance criteria, or give it more time: --timeout 3600',
  };
}

function grouped(
  tasks: readonly PlannedTask[],
  words: {
    readonly kind: 'too-small' | 'vague' | 'no-location' | 'no-tests' | 'no-criteria';
    readonly says: readonly [string, string];
    readonly advice: string;
  },
): Finding[] {
  if (tasks.length === 0) return [];
  const ordinals = tasks.map(({ ordinal }) => ordinal);
  return [
    {
      kind: words.kind,
      severity: 'info',
      tasks: ordinals,
      message: `${named(ordinals)} ${words.says[tasks.length === 1 ? 0 : 1]}`,
      evidence: linesOf(tasks),
      advice: words.advice,
    },
  ];
}
