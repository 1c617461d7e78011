import type { AttemptResult } from '../../model/event/attempt-event.ts';
import type { Failure } from '../../model/failure/failure.ts';
import { err, ok, unreachable } from '../../model/result.ts';
import {
  noCapabilities,
  type Agent,
  type AgentActivity,
  type AgentConclusion,
  type AgentReader,
} from '../agent.ts';
import { outputLines } from '../stream/output-lines.ts';
import { oneLine, cleanOutput, shortenStart } from '../stream/clean-output.ts';
import { findProgram } from './find-program.ts';

const shell = '/bin/sh';
const maxLineChars = 64 * 1024;
const maxSummaryChars = 200;
const maxClaimChars = 2000;
const maxTailChars = 1000;

/** Any command given by the user that reads a prompt on standard input and works in its current directory. */
export function commandAgent(command: string): Agent {
  const name = `command:${command}`;
  return {
    name,
    capabilities: noCapabilities,
    variables: [],
    home: [],
    known: null,
    locate: (env) => locateCommand({ name, command, otherwise: shell }, env),
    // The command is the user's own configuration, so a shell may read it. Issue text comes on standard input only.
    command: () => ({ argv: [shell, '-c', command], env: {} }),
    reader: commandReader,
  };
}

/** The program that a command begins with; `otherwise` where only a shell, or only the workspace, can tell it. */
export async function locateCommand(
  { name, command, otherwise }: { name: string; command: string; otherwise: string },
  env: NodeJS.ProcessEnv,
): ReturnType<Agent['locate']> {
  const program = programOf(command);
  if (program === null) return ok({ path: otherwise });
  const path = await findProgram(program, env);
  if (path !== null) return ok({ path });
  const fix = `Install ${program}, or give the agent another command.`;
  return err({ code: 'agent-missing', agent: name, program, fix });
}

const plainWord = /^[\w@%+:,./-]+$/u;
const shellWords = new Set(
  '. : alias break case cd command continue eval exec exit export for if read readonly return set shift time times trap type ulimit umask unset until wait while'.split(
    ' ',
  ),
);

/** The program that a command certainly needs; null when only a shell, or only the workspace, can tell. */
function programOf(command: string): string | null {
  const word = command.trim().split(/\s/u)[0] ?? '';
  const isRelative = word.includes('/') && !word.startsWith('/');
  return plainWord.test(word) && !isRelative && !shellWords.has(word) ? word : null;
}

function commandReader(): AgentReader {
  const lines = outputLines(maxLineChars);
  let hasOutput = false;
  let said = '';

  // Lines that come together are reported together: a command may print thousands a second.
  const take = (complete: readonly string[]): readonly AgentActivity[] => {
    const texts = complete.map(lastState).filter((text) => text.trim() !== '');
    const last = texts.at(-1);
    if (last === undefined) return [];
    const text = texts.join('\n');
    said = shortenStart(`${said}\n${text.slice(-maxClaimChars)}`.trim(), maxClaimChars);
    return [{ kind: 'said', summary: oneLine(last, maxSummaryChars), text }];
  };

  return {
    read: (chunk) => {
      const activities = take(lines.push(chunk));
      if (hasOutput || chunk === '') return activities;
      hasOutput = true;
      return [{ kind: 'stage', stage: 'analyzing', evidence: 'first output' }, ...activities];
    },
    conclude: (result, errors) => {
      take(lines.flush());
      // A program that prints nothing on standard output prints to standard error.
      const claim = said === '' ? tailOf(errors, '') : said;
      return { claim, failure: failureOf(result, errors, said) };
    },
  };
}

// A progress bar writes over itself: only its last state is worth keeping.
function lastState(line: string): string {
  const states = line.split('\r').map(cleanOutput);
  return states.findLast((state) => state.trim() !== '') ?? '';
}

function failureOf(
  result: AttemptResult,
  errors: string,
  said: string,
): AgentConclusion['failure'] {
  switch (result.kind) {
    case 'exited':
      return result.code === 0 ? null : exitFailure(result.code, tailOf(errors, said));
    case 'signalled':
      return agentFailed(`was ended by signal ${result.signal}`, tailOf(errors, said));
    case 'not-started':
      return { reason: 'not-started', message: result.message };
    case 'stopped':
      // The code that stopped it knows why, and says so.
      return null;
    case 'lost':
      return agentFailed('was lost: its keeper died without a result', tailOf(errors, said));
    default:
      return unreachable(result);
  }
}

function exitFailure(code: number, tail: string): Failure {
  // What a shell exits with when it finds no program, or one that cannot be run.
  if (code !== 126 && code !== 127) return agentFailed(`exited with code ${code}`, tail);
  const message = `The agent's command could not be run (exit code ${code})${afterColon(tail)}`;
  return { reason: 'not-started', message };
}

function agentFailed(what: string, tail: string): Failure {
  return { reason: 'agent-failed', message: `The agent's command ${what}${afterColon(tail)}` };
}

function tailOf(errors: string, said: string): string {
  const words = cleanOutput(errors).trim() || said.trim();
  return shortenStart(words, maxTailChars);
}

function afterColon(tail: string): string {
  return tail === '' ? '.' : `: ${tail}`;
}
