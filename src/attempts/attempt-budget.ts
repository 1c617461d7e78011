import type { Agent, AgentActivity } from '../agents/agent.ts';
import type { Failure } from '../model/failure/failure.ts';
import type { Services } from '../services/run-services.ts';

/** Holds an attempt to the limits that its program does not hold to by itself. */
export type AttemptBudget = {
  /** To be called with what the agent's reader saw, after it was recorded. */
  readonly take: (activities: readonly AgentActivity[]) => void;
  /** Which limit was passed; null: none. */
  readonly failure: () => Failure | null;
};

export type BudgetParams = {
  readonly ordinal: number;
  readonly attempt: number;
  readonly agent: Agent;
  /** Called once, when the first limit is passed. */
  readonly onOver: () => void;
};

/** Counts the tools that an agent uses, and what it says that it costs. Output that is read again counts the same. */
export function watchBudget(services: Services<'record'>, params: BudgetParams): AttemptBudget {
  const { maxTurns = null, maxCostUsd = null } = services.record.state().settings;
  const { limitsTurns, limitsCost } = params.agent.capabilities;
  let turns = 0;
  let failure: Failure | null = null;

  const judge = (): Failure | null => {
    if (maxTurns !== null && !limitsTurns && turns > maxTurns)
      return over(`The agent was ended at its tool use ${turns}: its limit is ${maxTurns} turns`);
    const spent = costOf(services, params);
    if (maxCostUsd !== null && !limitsCost && spent > maxCostUsd)
      return over(
        `The agent was ended when it had spent $${spent.toFixed(2)} of the $${maxCostUsd.toFixed(2)} that it may spend`,
      );
    return null;
  };

  return {
    take: (activities) => {
      turns += activities.filter(({ kind }) => kind === 'turn').length;
      if (failure !== null || activities.length === 0) return;
      failure = judge();
      if (failure !== null) params.onOver();
    },
    failure: () => failure,
  };
}

function over(message: string): Failure {
  return { reason: 'over-budget', message };
}

function costOf({ record }: Services<'record'>, { ordinal, attempt }: BudgetParams): number {
  const found = record.task(ordinal).attempts.find((one) => one.attempt === attempt);
  return found?.costUsd ?? 0;
}
