import { unreachable } from '../../model/result.ts';
import type { AgentActivity, AgentReader } from '../agent.ts';
import { outputLines } from '../stream/output-lines.ts';
import { oneLine, cleanOutput, shorten, shortenMiddle } from '../stream/clean-output.ts';
import { describeTool, stageJudge, type ToolUse } from '../stream/tool-use.ts';
import { claudeFailure } from './claude-failure.ts';
import { readClaudeLine, type ClaudeEvent, type ClaudeResult } from './claude-stream.ts';

// Far beyond what the program writes for the largest file that it reads.
const maxLineChars = 64 * 1024 * 1024;
const maxSummaryChars = 200;
const maxClaimChars = 2000;
const maxDenialChars = 100;

/** What was read so far. */
type Seen = {
  session: string | null;
  directory: string | null;
  result: ClaudeResult | null;
  requestError: string | null;
  resetsAt: number | null;
  lastWords: string;
};

/** Reads what `claude --output-format stream-json` writes. */
export function claudeReader(): AgentReader {
  const lines = outputLines(maxLineChars);
  const judge = stageJudge();
  const seen: Seen = {
    session: null,
    directory: null,
    result: null,
    requestError: null,
    resetsAt: null,
    lastWords: '',
  };

  const take = (event: ClaudeEvent): readonly AgentActivity[] => {
    note(seen, event);
    return event.kind === 'tool'
      ? toolActivities(event.tool, seen.directory, judge(event.tool, seen.directory))
      : activitiesOf(event);
  };
  const takeLine = (line: string): readonly AgentActivity[] =>
    readClaudeLine(line)
      .filter((event) => event.kind !== 'opened' || event.session !== seen.session)
      .flatMap(take);

  return {
    read: (chunk) => lines.push(chunk).flatMap(takeLine),
    conclude: (process, errors) => {
      lines.flush().forEach(takeLine);
      return { claim: claimOf(seen), failure: claudeFailure({ ...seen, process, errors }) };
    },
  };
}

function note(seen: Seen, event: ClaudeEvent): void {
  if (event.kind === 'opened') {
    seen.session = event.session;
    seen.directory = event.directory;
  } else if (event.kind === 'text') {
    seen.lastWords = event.text;
    seen.requestError = event.error;
  } else if (event.kind === 'limit') {
    seen.resetsAt = event.isReached ? event.resetsAt : null;
  } else if (event.kind === 'result') {
    seen.result = event.result;
  }
}

function activitiesOf(event: Exclude<ClaudeEvent, { kind: 'tool' }>): readonly AgentActivity[] {
  switch (event.kind) {
    case 'opened':
      return [{ kind: 'session', session: event.session, model: event.model }];
    case 'text':
      return [said(event.text)];
    case 'refused':
      return [said(`Refused: ${event.tool} (${event.why})`)];
    case 'retrying':
      return [said(retryWords(event.status))];
    case 'limit':
      return [];
    case 'result':
      return [usageOf(event.result)];
    default:
      return unreachable(event);
  }
}

function toolActivities(
  tool: ToolUse,
  directory: string | null,
  stage: ReturnType<ReturnType<typeof stageJudge>>,
): readonly AgentActivity[] {
  const words = said(describeTool(tool, directory));
  return stage === null
    ? [words]
    : [words, { kind: 'stage', stage, evidence: oneLine(words.text, maxSummaryChars) }];
}

function said(words: string): Extract<AgentActivity, { kind: 'said' }> {
  return { kind: 'said', summary: oneLine(words, maxSummaryChars), text: cleanOutput(words) };
}

function retryWords(status: number | null): string {
  return status === null
    ? 'the provider could not be reached, retrying'
    : `the provider answered ${status}, retrying`;
}

function usageOf({ costUsd, inputTokens, outputTokens }: ClaudeResult): AgentActivity {
  return { kind: 'usage', sessionCostUsd: costUsd, inputTokens, outputTokens };
}

/** What an agent did stands at the beginning of its words, what it asks at their end. */
function claimOf({ result, lastWords, directory }: Seen): string {
  const words = cleanOutput(result?.text || lastWords).trim();
  const denials = (result?.denials ?? []).map((tool) =>
    oneLine(describeTool(tool, directory), maxDenialChars),
  );
  if (denials.length === 0) return shortenMiddle(words, maxClaimChars);
  const refused = shorten(`Refused: ${[...new Set(denials)].join('; ')}`, maxClaimChars / 2);
  return `${shortenMiddle(words, maxClaimChars - refused.length - 2)}\n\n${refused}`.trim();
}
