import { createInterface } from 'node:readline/promises';
import { findingsThatAsk } from '../../model/objections.ts';
import type { Finding, Plan } from '../../model/plan.ts';
import { UserError } from '../../model/user-error.ts';
import { findingLines } from '../../reporting/finding-lines.ts';
import type { CommandContext } from '../command-context.ts';

/** What the user said beforehand, and whether they can be asked. */
export type Approval = {
  readonly isYes: boolean;
  readonly isForced: boolean;
  readonly canAsk: boolean;
};

/**
 * Lets a plan start or not: a refused one only when it is forced, one with warnings when the user agrees. Throws a
 * `UserError` that names the flag otherwise.
 */
export async function approvePlan(
  plan: Plan,
  { isYes, isForced, canAsk }: Approval,
  context: CommandContext,
): Promise<void> {
  if (isForced) return;
  refuse(plan);
  const warnings = findingsThatAsk(plan);
  if (warnings.length === 0 || isYes) return;
  if (canAsk && (await agrees(warnings, context))) return;
  throw new UserError({ code: 'plan-warned', warnings: warnings.map(({ message }) => message) });
}

/** Throws when a plan is refused. */
export function refuse({ refusals }: Plan): void {
  if (refusals.length > 0) throw new UserError({ code: 'plan-refused', reasons: refusals });
}

async function agrees(warnings: readonly Finding[], context: CommandContext): Promise<boolean> {
  const width = context.stdout.isTTY ? context.stdout.columns : null;
  context.stdout.write(`${findingLines(warnings, width).join('\n')}\n`);
  const terminal = createInterface({ input: context.stdin, output: context.stdout });
  try {
    // Ctrl-C, Ctrl-D and a terminal that goes away are no answer, and so no agreement.
    const answer = await terminal.question('Go on? [y/N] ').catch(() => '');
    return /^y(?:es)?$/iu.test(answer.trim());
  } finally {
    terminal.close();
  }
}
