import type { ClueKind } from '../../model/failure/failure-clue.ts';
import type { FailureReason } from '../../model/failure/failure.ts';
import type { Remedy } from './catalogue-entry.ts';
import { clueCatalogue, missingOwnModule, missingPackage } from './clue-catalogue.ts';
import { reasonCatalogue } from './reason-catalogue.ts';

/** What to say about a failure: by its evidence, or otherwise by its reason. */
export function remedyOf(
  reason: FailureReason,
  evidence: { readonly kind: ClueKind; readonly isProjectModule: boolean },
): Remedy {
  const { kind, isProjectModule } = evidence;
  if (kind === 'missing-module') return isProjectModule ? missingOwnModule : missingPackage;
  const isTold = reason === 'provider-limited' || reason === 'unauthenticated';
  const byClue: Partial<Record<ClueKind, Remedy>> = isTold ? {} : clueCatalogue;
  const { cause, fix } = byClue[kind] ?? reasonCatalogue[reason];
  return { cause, fix };
}

/** What to say about a check that fails without any task's work: that is not for a task to fix. */
export function redBaseRemedy(command: string, branch: string): Remedy {
  return {
    cause: `${command} fails on the base (${branch}) already, without this task's work.`,
    fix: `Make it pass on ${branch} first, or name another check (--check), then retry.`,
  };
}
