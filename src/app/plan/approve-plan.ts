import { createInterface } from 'node:readline/promises';
import { findingsThatAsk } from '../../model/plan/objections.ts';
import type { Finding, Plan } from '../../model/plan/plan.ts';
import { UserError } from '../../model/user-error.ts';
import { findingLines } from '../../reporting/plan/finding-lines.ts';
import type { CommandContext } from '../../cli/command-context.ts';
import type { OrchestrateOptions } from '../settings/given-flags.ts';

/** What the user said beforehand, and whether they can be asked. */
export type Approval = {
  readonly isYes: boolean;
  readonly isForced: boolean;
  readonly canAsk: boolean;
  /** Where the warnings are shown. */
  readonly shownOn: NodeJS.WritableStream;
};

/**
 * Lets a plan start or not, and shows what it warns of: one with a negative verdict only when it is forced, one with
 * warnings that ask when the user agrees. Throws a `UserError` that names the flag otherwise.
 */
export async function approvePlan(
  plan: Plan,
  { isYes, isForced, canAsk: mayAsk, shownOn }: Approval,
  context: CommandContext,
): Promise<void> {
  showWarnings(plan, shownOn, context);
  if (isForced) return;
  const isAgreed = isYes || (mayAsk && isAsking(plan) && (await agrees(context)));
  objectTo(plan, { isYes: isAgreed, isForced });
}

/** Throws a `UserError` where a start with these flags and nobody to ask would be refused. */
export function objectTo(
  plan: Plan,
  { isYes, isForced }: Pick<Approval, 'isYes' | 'isForced'>,
): void {
  if (isForced) return;
  const { refusals: reasons } = plan;
  if (reasons.length > 0)
    throw new UserError({ code: 'plan-refused', reasons, why: whyRefused(plan) });
  const warnings = findingsThatAsk(plan).map(({ message }) => message);
  if (warnings.length > 0 && !isYes) throw new UserError({ code: 'plan-warned', warnings });
}

/** Order matters more than shared files: those only make tasks wait for each other. */
function whyRefused({ findings }: Plan): 'dependencies' | 'collisions' | 'other' {
  const has = (...kinds: readonly Finding['kind'][]): boolean =>
    findings.some(({ kind, severity }) => severity !== 'info' && kinds.includes(kind));
  if (has('dependency', 'cycle')) return 'dependencies';
  return has('file-conflict', 'hub-file') ? 'collisions' : 'other';
}

/** Whether there is something to ask: a negative verdict is refused, and no answer changes that. */
function isAsking(plan: Plan): boolean {
  return plan.refusals.length === 0 && findingsThatAsk(plan).length > 0;
}

function showWarnings(plan: Plan, shownOn: Approval['shownOn'], { stdout }: CommandContext): void {
  const warnings = plan.findings.filter(({ severity }) => severity !== 'info');
  if (warnings.length === 0) return;
  const width = stdout.isTTY ? stdout.columns : null;
  shownOn.write(`${findingLines(warnings, width).join('\n')}\n`);
}

/** Whether there is a user to ask. */
export function canAsk(
  { json = false, plain = false }: Pick<OrchestrateOptions, 'json' | 'plain'>,
  { stdin, stdout }: CommandContext,
): boolean {
  return stdin.isTTY && stdout.isTTY && !json && !plain;
}

/** Asks whether to continue; no answer means no. */
export async function agrees(context: CommandContext): Promise<boolean> {
  const terminal = createInterface({ input: context.stdin, output: context.stdout });
  try {
    // Ctrl-C, Ctrl-D and a terminal that goes away are no answer, and so no agreement.
    const answer = await terminal.question('Continue? [y/N] ').catch(() => '');
    return /^y(?:es)?$/iu.test(answer.trim());
  } finally {
    terminal.close();
  }
}
