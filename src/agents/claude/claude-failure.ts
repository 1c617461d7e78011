import type { AttemptResult } from '../../model/event/attempt-event.ts';
import type { Failure } from '../../model/failure/failure.ts';
import { unreachable } from '../../model/result.ts';
import { versionFailure } from '../program/known-program.ts';
import { cleanOutput, shortenStart } from '../stream/clean-output.ts';
import type { ClaudeResult } from './claude-stream.ts';

/** What a run of Claude Code left behind, from which its end is judged. */
export type ClaudeEnd = {
  readonly process: AttemptResult;
  /** Null when the program reported no result. */
  readonly result: ClaudeResult | null;
  /** The program's own code for the last failed request, such as `authentication_failed`. */
  readonly requestError: string | null;
  /** Seconds since 1970; null when no limit was reached, or none was reported. */
  readonly resetsAt: number | null;
  readonly lastWords: string;
  /** The tail of standard error. */
  readonly errors: string;
};

const maxTailChars = 1000;

/** Neither exit code 0 nor the subtype `success` means that all is well: both come with failed requests too. */
export function claudeFailure(end: ClaudeEnd): Failure | null {
  const { process, result } = end;
  // The code that stopped it knows why, and says so.
  if (process.kind === 'stopped') return null;
  if (process.kind === 'not-started') return { reason: 'not-started', message: process.message };
  if (result?.isError === true) return resultFailure(end, result);
  return processFailure(end, process);
}

function processFailure(
  end: ClaudeEnd,
  process: Exclude<AttemptResult, { kind: 'stopped' | 'not-started' }>,
): Failure | null {
  switch (process.kind) {
    case 'exited':
      return exitFailure(end, process.code);
    case 'signalled':
      return agentFailed(`Claude was ended by signal ${process.signal}`, tailOf(end));
    case 'lost':
      return agentFailed('Claude was lost: its keeper died without a result', tailOf(end));
    default:
      return unreachable(process);
  }
}

function exitFailure(end: ClaudeEnd, code: number): Failure | null {
  if (end.result === null && (code === 126 || code === 127)) {
    const message = says(`Claude could not be run (exit code ${code})`, tailOf(end));
    return { reason: 'not-started', message };
  }
  const version =
    code === 0 || end.lastWords !== '' ? null : versionFailure('Claude', cleanOutput(end.errors));
  if (version !== null) return version;
  if (code !== 0) return agentFailed(`Claude exited with code ${code}`, tailOf(end));
  return end.result === null
    ? agentFailed('Claude ended without reporting a result', tailOf(end))
    : null;
}

function resultFailure(end: ClaudeEnd, result: ClaudeResult): Failure {
  const words = tailOf(end);
  if (result.subtype === 'error_max_budget_usd')
    return { reason: 'over-budget', message: says('Claude reached its limit of cost', words) };
  if (result.subtype === 'error_max_turns')
    return { reason: 'over-budget', message: says('Claude reached its limit of turns', words) };
  if (isLimited(end, result)) return limited(end, result, words);
  if (isUnauthenticated(end, result))
    return { reason: 'unauthenticated', message: says('Claude is not signed in', words) };
  return agentFailed('Claude gave up', words);
}

const limitCodes = new Set(['rate_limit', 'overloaded', 'billing_error', 'usage_limit_reached']);

function isLimited({ requestError }: ClaudeEnd, { apiStatus, apiError }: ClaudeResult): boolean {
  return (
    apiStatus === 429 ||
    apiStatus === 529 ||
    limitCodes.has(apiError ?? '') ||
    limitCodes.has(requestError ?? '')
  );
}

function isUnauthenticated(
  { requestError }: ClaudeEnd,
  { apiStatus, text }: ClaudeResult,
): boolean {
  return (
    apiStatus === 401 ||
    apiStatus === 403 ||
    requestError === 'authentication_failed' ||
    /^(?:not logged in|invalid api key)/iu.test(text)
  );
}

function limited(end: ClaudeEnd, { apiStatus }: ClaudeResult, words: string): Failure {
  const status = apiStatus === null ? '' : ` (${apiStatus})`;
  const message = says(`The model's provider refuses for now${status}`, words);
  const resetsAt = isoTime(end.resetsAt);
  return { reason: 'provider-limited', message, ...(resetsAt === null ? {} : { resetsAt }) };
}

/** Null also for times that no calendar has. */
function isoTime(seconds: number | null): string | null {
  const time = new Date((seconds ?? Number.NaN) * 1000);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

function agentFailed(what: string, tail: string): Failure {
  return { reason: 'agent-failed', message: says(what, tail) };
}

function tailOf({ result, lastWords, errors }: ClaudeEnd): string {
  const candidates = [result?.isError === true ? result.text : '', cleanOutput(errors), lastWords];
  const words = candidates.map((candidate) => candidate.trim()).find((one) => one !== '') ?? '';
  return shortenStart(words, maxTailChars);
}

function says(what: string, words: string): string {
  return words === '' ? `${what}.` : `${what}: ${words}`;
}
