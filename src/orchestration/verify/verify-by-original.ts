import { isRedOnBase } from '../../model/state/base-trouble.ts';
import { acceptAdvice } from '../../model/original-check.ts';
import { checkRoom } from '../../services/run-workspaces.ts';
import type { Services } from '../../services/run-services.ts';
import { runOriginalChecks } from './original-checks.ts';
import type { Verdict, VerifyOrder } from './verdict.ts';

/**
 * Verifies a task's head by the checks that the run began with, where what was merged changed them. Null: nothing speaks
 * against it.
 */
export async function verifyByOriginal(
  services: Services<'record' | 'workspaces' | 'agents' | 'settings'>,
  order: VerifyOrder & {
    /** The environment of the room in which the task's commits are checked. */
    readonly variables: () => Promise<Readonly<Record<string, string>>>;
    readonly signal: AbortSignal;
  },
): Promise<Verdict | null> {
  const { record } = services;
  const { ordinal: task, attempt, variables, signal } = order;
  const { base } = record.state();
  const results = await runOriginalChecks(services, {
    ...{ task, room: checkRoom(task), environment: variables, signal, base: base.sha, only: null },
    commit: record.task(task).head ?? '',
    logs: attempt === 0 ? 'as-found' : `attempt-${attempt}`,
  });
  if (signal.aborted) return { kind: 'interrupted' };
  for (const check of results) {
    record.record({ type: 'check-ended', task, attempt, result: check });
    if (check.state === 'passed') continue;
    if (!isRedOnBase(record.state(), check.name)) return { kind: 'check-failed' };
    // No agent can do anything about it.
    const message = `${check.name} fails on the base already, without this task's work: ${acceptAdvice}`;
    return { kind: 'failed', failure: { reason: 'check-failed', message, check } };
  }
  return null;
}
