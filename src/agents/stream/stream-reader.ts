import type { AttemptResult } from '../../model/event/attempt-event.ts';
import type { AgentActivity, AgentReader } from '../agent.ts';
import { outputLines } from './output-lines.ts';
import { oneLine, cleanOutput, shorten, shortenMiddle } from './clean-output.ts';
import type { LineParser, Problem, StreamEvent } from './stream-event.ts';
import { streamFailure } from './stream-failure.ts';
import { describeTool, stageJudge, type StageJudge } from './tool-use.ts';

const maxLineChars = 64 * 1024 * 1024;
const maxSummaryChars = 200;
const maxClaimChars = 2000;
const maxDenialChars = 100;
const maxPieceChars = 64 * 1024;

export type StreamParams = {
  /** As people call the program: `Codex`. */
  readonly title: string;
  readonly parse: LineParser;
  /** Where it works, when its stream does not say. */
  readonly directory?: string | undefined;
  /** The program's own reading of its process's end, if that says what its stream did not; null when it says nothing. */
  readonly readEnd?: (process: AttemptResult) => Problem | null;
};

type Seen = {
  session: string | null;
  directory: string | null;
  problem: Problem | null;
  isFinished: boolean;
  lastWords: string;
  /** A message of which more may come. */
  open: string;
  /** The tool that was reported last, as long as it may still turn out to be refused. */
  lastTool: string | null;
  readonly refusals: string[];
};

/** Reads the stream of one attempt, one JSON value a line, by an agent's own parser of lines. */
export function streamReader(params: StreamParams): AgentReader {
  const lines = outputLines(maxLineChars);
  const judge = stageJudge();
  const seen: Seen = {
    session: null,
    directory: params.directory ?? null,
    problem: null,
    isFinished: false,
    lastWords: '',
    open: '',
    lastTool: null,
    refusals: [],
  };

  const take = (event: StreamEvent): readonly AgentActivity[] => {
    if (event.kind === 'piece') {
      seen.open = `${seen.open}${event.text}`.slice(-maxPieceChars);
      return [];
    }
    return [...closeMessage(seen), ...takeWhole(event, seen, judge)];
  };
  const takeLine = (line: string): readonly AgentActivity[] => params.parse(line).flatMap(take);

  return {
    read: (chunk) => lines.push(chunk).flatMap(takeLine),
    conclude: (process, errors) => {
      lines.flush().forEach(takeLine);
      closeMessage(seen);
      const problem =
        seen.problem ?? (seen.isFinished ? null : (params.readEnd?.(process) ?? null));
      const end = { ...seen, title: params.title, problem, process, errors };
      return { claim: claimOf(seen), failure: streamFailure(end) };
    },
  };
}

const turn = { kind: 'turn' } as const;

function takeWhole(
  event: Exclude<StreamEvent, { kind: 'piece' }>,
  seen: Seen,
  judge: StageJudge,
): readonly AgentActivity[] {
  switch (event.kind) {
    case 'opened':
      return open(seen, event);
    case 'text':
      seen.lastWords = event.text;
      return event.text.trim() === '' ? [] : [said(event.text)];
    case 'tool': {
      const words = said(describeTool(event.tool, seen.directory));
      const stage = judge(event.tool, seen.directory);
      seen.lastTool = words.text;
      if (stage === null) return [turn, words];
      return [
        turn,
        words,
        { kind: 'stage', stage, evidence: oneLine(words.text, maxSummaryChars) },
      ];
    }
    case 'refused': {
      const what = oneLine(describeTool(event.tool, seen.directory), maxDenialChars);
      seen.refusals.push(what);
      // Some programs report a tool before it is refused, some only that it was: it counts once.
      const isNew = oneLine(seen.lastTool ?? '', maxDenialChars) !== what;
      seen.lastTool = null;
      return [...(isNew ? [turn] : []), said(`Refused: ${what} (${event.why})`)];
    }
    case 'retrying':
      return [said(`${event.why}, retrying`)];
    case 'usage': {
      const { over, costUsd: sessionCostUsd, inputTokens, outputTokens } = event;
      return [{ kind: 'usage', over, sessionCostUsd, inputTokens, outputTokens }];
    }
    case 'failed':
      seen.problem = event.problem;
      return [];
    case 'finished':
      seen.isFinished = true;
      return [];
  }
}

function open(
  seen: Seen,
  { session, model, directory }: Extract<StreamEvent, { kind: 'opened' }>,
): readonly AgentActivity[] {
  seen.directory = directory ?? seen.directory;
  if (session === seen.session) return [];
  seen.session = session;
  return [{ kind: 'session', session, model }];
}

/** A message is whole when something else begins. */
function closeMessage(seen: Seen): readonly AgentActivity[] {
  const text = seen.open;
  seen.open = '';
  if (text.trim() === '') return [];
  seen.lastWords = text;
  return [said(text)];
}

function said(words: string): Extract<AgentActivity, { kind: 'said' }> {
  return { kind: 'said', summary: oneLine(words, maxSummaryChars), text: cleanOutput(words) };
}

/** What an agent did stands at the beginning of its words, what it asks at their end. */
function claimOf({ lastWords, refusals }: Seen): string {
  const words = cleanOutput(lastWords).trim();
  if (refusals.length === 0) return shortenMiddle(words, maxClaimChars);
  const refused = shorten(`Refused: ${[...new Set(refusals)].join('; ')}`, maxClaimChars / 2);
  return `${shortenMiddle(words, maxClaimChars - refused.length - 2)}\n\n${refused}`.trim();
}
