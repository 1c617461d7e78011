import { z } from 'zod';
import type { AgentReader } from './agent.ts';
import { readJson } from './stream/read-json.ts';
import type { Problem, StreamEvent } from './stream/stream-event.ts';
import { streamReader } from './stream/stream-reader.ts';
import type { ToolUse } from './stream/tool-use.ts';

const text = z.string().nullish().catch(null);
const number = z.number().nullish().catch(null);
const data = z.object({
  content: text,
  toolCallId: text,
  toolName: text,
  arguments: z.record(z.string(), z.unknown()).optional().catch({}),
  success: z.boolean().nullish().catch(null),
  error: z.object({ message: text, code: text }).nullish().catch(null),
  errorType: text,
  message: text,
  statusCode: number,
  reason: text,
});
const line = z.object({
  type: z.string(),
  sessionId: text,
  exitCode: number,
  data: data.optional().catch(undefined),
});
type Data = z.infer<typeof data>;

/** Reads what `copilot --output-format json` writes. */
export function copilotReader(directory?: string): AgentReader {
  const calls = new Map<string, ToolUse>();
  let status: number | null = null;
  const parse = (source: string): readonly StreamEvent[] => {
    // Most of the stream is pieces of messages, which come again whole.
    if (/^\{"type":"[\w.]*_(?:delta|changed)"/u.test(source)) return [];
    const event = readJson(line, source);
    if (event === null) return [];
    if (event.type === 'result') return readResult(event);
    if (event.data === undefined) return [];
    if (event.type === 'model.call_failure') status = event.data.statusCode ?? null;
    return readEvent(event.type, event.data, { calls, status });
  };
  return streamReader({ title: 'Copilot', parse, directory });
}

type Known = { readonly calls: Map<string, ToolUse>; readonly status: number | null };

function readEvent(type: string, told: Data, { calls, status }: Known): readonly StreamEvent[] {
  const id = told.toolCallId ?? '';
  switch (type) {
    case 'assistant.message':
      return told.content ? [{ kind: 'text', text: told.content }] : [];
    case 'tool.execution_start': {
      const tool = toolOf(told);
      calls.set(id, tool);
      return [{ kind: 'tool', tool }];
    }
    case 'tool.execution_complete': {
      const tool = calls.get(id);
      calls.delete(id);
      return tool !== undefined && told.error?.code === 'denied'
        ? [{ kind: 'refused', tool, why: 'not allowed' }]
        : [];
    }
    case 'assistant.turn_retry':
      return [{ kind: 'retrying', why: retryWords(status, told.reason ?? null) }];
    case 'session.error':
      return [{ kind: 'failed', problem: problemOf(told) }];
    default:
      return [];
  }
}

const names: Readonly<Record<string, string>> = {
  bash: 'Bash',
  create: 'Write',
  edit: 'Edit',
  str_replace_editor: 'Edit',
  view: 'Read',
  glob: 'Glob',
  grep: 'Grep',
};

function toolOf({ toolName, arguments: input = {} }: Data): ToolUse {
  const name = toolName ?? 'a tool';
  const path = input['path'];
  const paths = typeof path === 'string' ? { file_path: path } : {};
  return { name: names[name] ?? name, input: { ...input, ...paths } };
}

function retryWords(status: number | null, reason: string | null): string {
  return status === null
    ? `the request failed (${reason ?? 'unknown'})`
    : `the provider answered ${status}`;
}

function problemOf({ errorType, message, statusCode }: Data): Problem {
  const isSignIn = errorType === 'authentication' || errorType === 'authorization';
  const isLimit = errorType === 'rate_limit' || errorType === 'quota';
  return {
    status: statusCode ?? null,
    message: message ?? '',
    cause: isSignIn ? 'authentication' : isLimit ? 'limit' : null,
  };
}

/** It names its session only at the end. */
function readResult({ sessionId, exitCode }: z.infer<typeof line>): readonly StreamEvent[] {
  const opened: readonly StreamEvent[] = sessionId
    ? [{ kind: 'opened', session: sessionId, model: null, directory: null }]
    : [];
  return exitCode === 0 ? [...opened, { kind: 'finished' }] : opened;
}
