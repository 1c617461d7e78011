import { findingsThatAsk } from '../../model/plan/objections.ts';
import type { Finding, Plan } from '../../model/plan/plan.ts';
import { UserError } from '../../model/user-error.ts';
import { findingLines } from '../../reporting/plan/finding-lines.ts';
import type { UserInterface } from '../user-interface.ts';

/** How a user is asked whether to go on. */
export const mayContinue = 'Continue? [y/N] ';

/** What the user said beforehand. */
export type Approval = {
  readonly isYes: boolean;
  readonly isForced: boolean;
};

/**
 * Lets a plan start or not, and shows what it warns of: one with a negative verdict only when it is forced, one with
 * warnings that ask when the user agrees. Throws a `UserError` that names the flag otherwise.
 */
export async function approvePlan(
  plan: Plan,
  { isYes, isForced }: Approval,
  user: UserInterface,
): Promise<void> {
  showWarnings(plan, user);
  if (isForced) return;
  const isAgreed =
    isYes || (user.canAsk && isAsking(plan) && (await user.confirm([], mayContinue)));
  objectTo(plan, { isYes: isAgreed, isForced });
}

/** Throws a `UserError` where a start with these flags and nobody to ask would be refused. */
export function objectTo(plan: Plan, { isYes, isForced }: Approval): void {
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

function showWarnings(plan: Plan, user: UserInterface): void {
  const warnings = plan.findings.filter(({ severity }) => severity !== 'info');
  if (warnings.length > 0) user.note(findingLines(warnings, user.width).join('\n'));
}
