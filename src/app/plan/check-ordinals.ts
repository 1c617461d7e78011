import type { MasterIssue } from '../../model/issue/issue.ts';
import { UserError } from '../../model/user-error.ts';
import type { OrchestrateOptions } from '../settings/given-flags.ts';

/**
 * Throws a `UserError` when an option names tasks that the issue does not have. `--batch` and
 * `--independent` may name checked items, so that they can be given again when some are done.
 */
export function checkOrdinals(
  { tasks, batch, independent }: Pick<OrchestrateOptions, 'tasks' | 'batch' | 'independent'>,
  issue: MasterIssue,
): void {
  const open = issue.tasks.map(({ ordinal }) => ordinal);
  const all = [...open, ...issue.skipped.map(({ ordinal }) => ordinal)];
  const missing = [
    ...(tasks ?? []).filter((ordinal) => !open.includes(ordinal)),
    ...[...(batch ?? []).flat(), ...(independent ?? [])].filter(
      (ordinal) => !all.includes(ordinal),
    ),
  ];
  if (missing.length > 0)
    throw new UserError({ code: 'no-such-task', ordinals: [...new Set(missing)], known: open });
}
