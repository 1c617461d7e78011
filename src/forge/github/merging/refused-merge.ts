import { ForgeError } from '../../../model/forge-problem.ts';
import type { MergeRefusal } from '../../forge.ts';

/** Why GitHub did not merge: `method` means not in this way, `not-yet` that it is still waiting for something. */
export type RefusedMerge = {
  readonly why: Exclude<MergeRefusal, 'late' | 'closed'> | 'method' | 'not-yet';
  readonly message: string;
};

/** What GitHub's words say about a refused merge; null for anything else: a bad token, a network that is down. */
export function refusedMerge(error: unknown): RefusedMerge | null {
  if (!(error instanceof ForgeError)) return null;
  const { forge } = error;
  if (forge.kind === 'not-allowed') return { why: 'not-allowed', message: oneLine(forge.message) };
  if (forge.kind !== 'refused') return null;
  return { why: reasonOf(forge.status, forge.message), message: oneLine(forge.message) };
}

function reasonOf(status: number, message: string): RefusedMerge['why'] {
  if (status === 409 || /head (?:branch|sha).*modified/iu.test(message)) return 'head-moved';
  if (/base branch was modified/iu.test(message)) return 'base-moved';
  if (/merges are not allowed|can't be rebased|cannot be rebased|linear history/iu.test(message))
    return 'method';
  if (/merge conflict/iu.test(message)) return 'conflict';
  if (/changes (?:have been|were) requested|approving review|code owner review/iu.test(message))
    return 'not-approved';
  if (/status check.*(?:failing|failed)/iu.test(message)) return 'check-failed';
  // Rules are listed one per line.
  if (/(?:expected|pending|in progress|queued)\.?$/imu.test(message)) return 'not-yet';
  return 'not-allowed';
}

function oneLine(message: string): string {
  return message.replaceAll(/\s+/gu, ' ').trim();
}
