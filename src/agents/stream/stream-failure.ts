import type { AttemptResult } from '../../model/event/attempt-event.ts';
import type { Failure } from '../../model/failure/failure.ts';
import { unreachable } from '../../model/result.ts';
import { versionFailure } from '../program/known-program.ts';
import { cleanOutput, shortenStart } from './clean-output.ts';
import type { Problem } from './stream-event.ts';

/** What an agent left behind, from which its end is judged. */
export type StreamEnd = {
  /** As people call the program: `Codex`. */
  readonly title: string;
  readonly process: AttemptResult;
  readonly problem: Problem | null;
  /** Whether it reported its own end. */
  readonly isFinished: boolean;
  readonly lastWords: string;
  /** The tail of standard error. */
  readonly errors: string;
};

const maxTailChars = 1000;

/** An exit code of 0 with a reported problem is a failure, and so is a stream that just ends. */
export function streamFailure(end: StreamEnd): Failure | null {
  const { process, problem } = end;
  // The code that stopped it knows why, and says so.
  if (process.kind === 'stopped') return null;
  if (process.kind === 'not-started') return { reason: 'not-started', message: process.message };
  if (problem !== null) return problemFailure(end, problem);
  switch (process.kind) {
    case 'exited':
      return exitFailure(end, process.code);
    case 'signalled':
      return agentFailed(end, `was ended by signal ${process.signal}`);
    case 'lost':
      return agentFailed(end, 'was lost: its keeper died without a result');
    default:
      return unreachable(process);
  }
}

function exitFailure(end: StreamEnd, code: number): Failure | null {
  if (code === 126 || code === 127) {
    const what = `${end.title} could not be run (exit code ${code})`;
    return { reason: 'not-started', message: says(what, tailOf(end)) };
  }
  if (code !== 0) {
    const version =
      end.lastWords === '' ? versionFailure(end.title, cleanOutput(end.errors)) : null;
    if (version !== null) return version;
    const message = tailOf(end);
    const cause = causeOf({ status: null, message: cleanOutput(end.errors), cause: null });
    return cause === 'authentication' || cause === 'limit'
      ? problemFailure(end, { status: null, message, cause })
      : agentFailed(end, `exited with code ${code}`);
  }
  return end.isFinished ? null : agentFailed(end, 'ended without reporting a result');
}

function problemFailure(end: StreamEnd, problem: Problem): Failure {
  const words = shortenStart(cleanOutput(problem.message).trim(), maxTailChars);
  switch (causeOf(problem)) {
    case 'authentication':
      return { reason: 'unauthenticated', message: says(`${end.title} is not signed in`, words) };
    case 'limit': {
      const status = problem.status === null ? '' : ` (${problem.status})`;
      const what = `The model's provider refuses for now${status}`;
      return { reason: 'provider-limited', message: says(what, words) };
    }
    case 'cost':
      return {
        reason: 'over-budget',
        message: says(`${end.title} reached its limit of cost`, words),
      };
    case 'turns':
      return {
        reason: 'over-budget',
        message: says(`${end.title} reached its limit of turns`, words),
      };
    case null:
      return { reason: 'agent-failed', message: says(`${end.title} gave up`, words) };
  }
}

const limited =
  /\b429\b|too many requests|slow down|try again later|rate.?limit|usage limit|quota|overloaded|high demand|resource.?exhausted|insufficient (?:credit|balance)/iu;
const unauthenticated =
  /\b401\b|unauthorized|unauthenticated|not (?:logged|signed) in|(?:invalid|incorrect|missing|no) api.?key|api.?key (?:is )?(?:invalid|missing|not (?:found|valid))|log ?in|auth(?:entication)? (?:failed|method|required)|no authentication/iu;

function causeOf({ status, message, cause }: Problem): Problem['cause'] {
  if (cause !== null) return cause;
  if (status === 401 || status === 403) return 'authentication';
  if (status === 429 || status === 503 || status === 529) return 'limit';
  if (status !== null) return null;
  if (limited.test(message)) return 'limit';
  return unauthenticated.test(message) ? 'authentication' : null;
}

function agentFailed(end: StreamEnd, what: string): Failure {
  return { reason: 'agent-failed', message: says(`${end.title} ${what}`, tailOf(end)) };
}

function tailOf({ errors, lastWords }: StreamEnd): string {
  return shortenStart(cleanOutput(errors).trim() || lastWords.trim(), maxTailChars);
}

function says(what: string, words: string): string {
  return words === '' ? `${what}.` : `${what}: ${words}`;
}
