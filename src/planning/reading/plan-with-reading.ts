import { findingsThatAsk } from '../../model/plan/objections.ts';
import type { Plan, Verdict } from '../../model/plan/plan.ts';
import type { Proposal, SecondReading, Standing } from '../../model/plan/second-reading.ts';
import type { Applied } from './apply-reading.ts';
import { judgeReading } from './judge-reading.ts';
import { tasksOf } from './reader-answer.ts';

/** A second reading next to the plan by the rules. */
export type SecondReadingInput = {
  readonly reading: SecondReading;
  readonly rules: Plan;
  /** Tasks that wait for no other one, as the user says. */
  readonly independent: readonly number[];
};

/** What is used, from everything to the least: what could make a plan look better than it is, is dropped first. */
const attempts: readonly (readonly Proposal['kind'][])[] = [
  ['order', 'collision', 'file', 'size'],
  ['order', 'collision', 'file'],
  ['order', 'collision'],
  ['order'],
  [],
];

const tooKind = {
  standing: 'shown',
  why: 'with it, the plan would look better than by the rules',
} as const;

/**
 * The plan with what a second reading adds where the rules are silent. It never judges better than the plan by the
 * rules alone: proposals that would bring that about are only shown.
 */
export function planWithReading(
  { reading, rules, independent }: SecondReadingInput,
  planWith: (applied: Applied) => Plan,
): Plan {
  const known = new Set(rules.tasks.map(({ ordinal }) => ordinal));
  const about = reading.proposals.filter((one) => tasksOf(one).every((task) => known.has(task)));
  const standings = judgeReading(about, rules, independent);
  const judged = about.map((proposal, index) => ({ ...proposal, ...standings[index]! }));
  for (const kinds of attempts) {
    const isLeft = ({ kind, standing }: Proposal & Standing): boolean =>
      standing === 'decides' && !kinds.includes(kind);
    const proposals = judged.map((one) => (isLeft(one) ? { ...one, ...tooKind } : one));
    const deciding = proposals.filter(({ standing }) => standing === 'decides');
    const isSame = deciding.length === 0;
    const plan = isSame ? rules : planWith({ reader: reading.reader, proposals: deciding });
    if (isSame || !isKinder(plan, rules)) return { ...plan, reading: { ...reading, proposals } };
  }
  return rules;
}

const gravity: Readonly<Record<Verdict, number>> = { proceed: 0, consider: 1, sequential: 2 };

/** Whether a plan passes something that another one fails. */
function isKinder(plan: Plan, rules: Plan): boolean {
  const count = ({ findings }: Plan): number =>
    findings.filter(({ severity }) => severity === 'critical').length;
  return (
    gravity[plan.verdict] < gravity[rules.verdict] ||
    (plan.refusals.length === 0 && rules.refusals.length > 0) ||
    count(plan) < count(rules) ||
    findingsThatAsk(plan).length < findingsThatAsk(rules).length
  );
}
