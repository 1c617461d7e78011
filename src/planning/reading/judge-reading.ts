import type { Plan, PlannedTask } from '../../model/plan/plan.ts';
import type { Proposal, Standing } from '../../model/plan/second-reading.ts';
import { readStatedSize } from '../size/stated-size.ts';
import { textOf } from '../task-text.ts';

type ProposalOf<Kind extends Proposal['kind']> = Extract<Proposal, { kind: Kind }>;

/** What the rules say, as far as proposals are compared with it. */
type Ground = {
  readonly plan: Plan;
  readonly tasks: ReadonlyMap<number, PlannedTask>;
  /** Tasks that wait for no other one, as the user says. */
  readonly independent: ReadonlySet<number>;
  /** Whether a phase runs its tasks one after another. */
  readonly isSequential: (phase: number) => boolean;
  /** By ordinal, what comes before it: by the rules, and by the proposals that decide so far. */
  readonly before: Map<number, Set<number>>;
};

const decides: Standing = { standing: 'decides', why: '' };
const agrees: Standing = { standing: 'agrees', why: '' };

function shown(why: string): Standing {
  return { standing: 'shown', why };
}

/**
 * Compares each proposal with the plan by the rules: where the rules are silent, it decides. Orders that decide form no
 * circle, with the rules or with each other. All proposals are about tasks of the plan.
 */
export function judgeReading(
  proposals: readonly Proposal[],
  plan: Plan,
  independent: readonly number[],
): Standing[] {
  const sequential = plan.phases.filter(({ mode }) => mode === 'sequential');
  const numbers = new Set(sequential.map(({ number }) => number));
  const ground: Ground = {
    plan,
    independent: new Set(independent),
    tasks: new Map(plan.tasks.map((task) => [task.ordinal, task])),
    isSequential: (phase) => numbers.has(phase),
    before: new Map(plan.tasks.map(({ ordinal, dependsOn }) => [ordinal, new Set(dependsOn)])),
  };
  return proposals.map((proposal) => judge(proposal, ground));
}

function judge(proposal: Proposal, ground: Ground): Standing {
  switch (proposal.kind) {
    case 'order':
      return judgeOrder(proposal, ground);
    case 'file':
      return judgeFile(proposal, ground);
    case 'size':
      return judgeSize(proposal, ground);
    case 'collision':
      return judgeCollision(proposal, ground);
  }
}

function judgeOrder({ task, after }: ProposalOf<'order'>, ground: Ground): Standing {
  const [later, earlier] = [ground.tasks.get(task), ground.tasks.get(after)];
  if (later === undefined || earlier === undefined) return shown('it is not planned');
  if (later.phase !== earlier.phase)
    return later.phase > earlier.phase ? agrees : shown('their phases order them the other way');
  if (ground.isSequential(later.phase)) return shown('the phase has an order of its own');
  if (later.dependsOn.includes(after)) return agrees;
  if (ground.independent.has(task)) return shown('you said that this task waits for no other');
  if (comesAfter(ground.before, after, task)) return shown('they are ordered the other way');
  ground.before.get(task)?.add(after);
  return decides;
}

/** Whether one task comes after another one, over any number of steps. */
function comesAfter(
  before: ReadonlyMap<number, ReadonlySet<number>>,
  later: number,
  earlier: number,
): boolean {
  const seen = new Set([later]);
  for (const ordinal of seen) {
    if (ordinal === earlier) return true;
    for (const next of before.get(ordinal) ?? []) seen.add(next);
  }
  return false;
}

function judgeFile({ task, path }: ProposalOf<'file'>, { tasks }: Ground): Standing {
  const declared = tasks.get(task)?.footprint.filter(({ isDeclared }) => isDeclared) ?? [];
  const same = declared.find((entry) => entry.path === path);
  if (same !== undefined)
    return same.probability >= 0.5 ? agrees : shown('the issue names it as only used');
  const others = declared.filter(({ probability }) => probability >= 0.5);
  return others.length === 0 ? decides : shown('the issue itself names where this task works');
}

function judgeSize({ task, minutes }: ProposalOf<'size'>, { tasks }: Ground): Standing {
  const planned = tasks.get(task);
  if (planned === undefined) return shown('it is not planned');
  const stated = readStatedSize(planned.title, textOf(planned)).minutes;
  if (stated === null) return planned.estimateMinutes === minutes ? agrees : decides;
  return stated === minutes ? agrees : shown(`the issue itself states ${stated} minutes`);
}

function judgeCollision(
  { tasks: [one, other] }: ProposalOf<'collision'>,
  ground: Ground,
): Standing {
  const [first, second] = [ground.tasks.get(one), ground.tasks.get(other)];
  if (first === undefined || second === undefined) return shown('it is not planned');
  if (first.phase !== second.phase || ground.isSequential(first.phase))
    return shown('they do not run at the same time');
  const isKnown = ground.plan.findings.some(
    ({ kind, tasks }) => kind === 'file-conflict' && tasks.includes(one) && tasks.includes(other),
  );
  if (isKnown) return agrees;
  const areOrdered = comesAfter(ground.before, one, other) || comesAfter(ground.before, other, one);
  return areOrdered ? shown('they come one after the other anyway') : decides;
}
