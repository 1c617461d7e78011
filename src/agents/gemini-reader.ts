import { z } from 'zod';
import type { AttemptResult } from '../model/event/attempt-event.ts';
import type { AgentReader } from './agent.ts';
import { readJson } from './stream/read-json.ts';
import type { Problem, StreamEvent } from './stream/stream-event.ts';
import { streamReader } from './stream/stream-reader.ts';
import type { ToolUse } from './stream/tool-use.ts';

const text = z.string().nullish().catch(null);
const number = z.number().nullish().catch(null);
const error = z.object({ type: text, message: text }).nullish().catch(null);
const line = z.object({
  type: z.string(),
  role: text,
  content: text,
  session_id: text,
  model: text,
  tool_name: text,
  tool_id: text,
  parameters: z.record(z.string(), z.unknown()).optional().catch({}),
  status: text,
  message: text,
  error,
  stats: z.object({ input_tokens: number, output_tokens: number }).nullish().catch(null),
});
type Line = z.infer<typeof line>;

/** Reads what `gemini -o stream-json` writes. */
export function geminiReader(directory?: string): AgentReader {
  const calls = new Map<string, ToolUse>();
  const parse = (source: string): readonly StreamEvent[] => {
    const event = readJson(line, source);
    return event === null ? [] : readEvent(event, calls);
  };
  return streamReader({ title: 'Gemini CLI', parse, directory, readEnd });
}

function readEvent(event: Line, calls: Map<string, ToolUse>): readonly StreamEvent[] {
  switch (event.type) {
    case 'init': {
      const { session_id: session, model = null } = event;
      return session ? [{ kind: 'opened', session, model, directory: null }] : [];
    }
    case 'message':
      return event.role === 'assistant' && event.content
        ? [{ kind: 'piece', text: event.content }]
        : [];
    case 'tool_use': {
      const tool = toolOf(event);
      calls.set(event.tool_id ?? '', tool);
      return [{ kind: 'tool', tool }];
    }
    case 'tool_result': {
      const tool = calls.get(event.tool_id ?? '');
      calls.delete(event.tool_id ?? '');
      return tool !== undefined && event.error?.type === 'policy_violation'
        ? [{ kind: 'refused', tool, why: 'not allowed' }]
        : [];
    }
    case 'error':
      return event.message ? [{ kind: 'text', text: event.message }] : [];
    case 'result':
      return readResult(event);
    default:
      return [];
  }
}

const names: Readonly<Record<string, string>> = {
  write_file: 'Write',
  replace: 'Edit',
  read_file: 'Read',
  read_many_files: 'Read',
  list_directory: 'LS',
  glob: 'Glob',
  grep_search: 'Grep',
  search_file_content: 'Grep',
  run_shell_command: 'Bash',
  write_todos: 'TodoWrite',
};

function toolOf({ tool_name, parameters }: Line): ToolUse {
  const name = tool_name ?? 'a tool';
  return { name: names[name] ?? name, input: parameters ?? {} };
}

function readResult({ status, error: told, stats }: Line): readonly StreamEvent[] {
  const [inputTokens, outputTokens] = [stats?.input_tokens ?? null, stats?.output_tokens ?? null];
  const usage = {
    kind: 'usage',
    over: 'attempt',
    costUsd: null,
    inputTokens,
    outputTokens,
  } as const;
  if (status === 'success') return [usage, { kind: 'finished' }];
  return [usage, { kind: 'failed', problem: readProblem(told?.message ?? '') }];
}

const mostProblemChars = 4_000;

/** Its messages quote the provider's whole answer, with its code: `[API Error: {"error":{"code":401,…}}]`. */
function readProblem(whole: string): Problem {
  // These patterns look far, and anything may write into the stream.
  const message = whole.slice(0, mostProblemChars);
  const code = /"code":\s*(\d{3})\b/u.exec(message)?.[1];
  const words = /"message":\s*"((?:[^"\\]|\\.)*)"/u.exec(message)?.[1] ?? message;
  const isLimit = /quota|wait and try again/iu.test(message);
  return {
    status: code === undefined ? null : Number(code),
    message: words,
    cause: isLimit
      ? 'limit'
      : /turn.*(?:limit|exceeded)|max.*turns/iu.test(message)
        ? 'turns'
        : null,
  };
}

/*
 * Its exit code is its own, or the HTTP status of the provider's answer without what does not fit in a byte: 401 is 145.
 * From 129 on a shell takes that for a signal.
 */
function readEnd(process: AttemptResult): Problem | null {
  const code = exitCode(process);
  if (code === 41) return { status: null, message: '', cause: 'authentication' };
  if (code === 53) return { status: null, message: '', cause: 'turns' };
  const status = code === null ? 0 : code + 256;
  return status >= 400 && status < 511
    ? { status, message: `The provider answered ${status}`, cause: null }
    : null;
}

function exitCode(process: AttemptResult): number | null {
  if (process.kind === 'exited') return process.code;
  return process.kind === 'signalled' && process.signal > 15 ? process.signal + 128 : null;
}
