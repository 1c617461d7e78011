import { z } from 'zod';
import type { AgentReader } from './agent.ts';
import { readJson } from './stream/read-json.ts';
import type { Problem, StreamEvent } from './stream/stream-event.ts';
import { streamReader } from './stream/stream-reader.ts';

const text = z.string().nullish().catch(null);
const number = z.number().nullish().catch(null);

const item = z.object({
  type: z.string(),
  text,
  message: text,
  command: text,
  server: text,
  tool: text,
  query: text,
  status: text,
  changes: z
    .array(z.object({ path: z.string(), kind: text }))
    .nullish()
    .catch(null),
});
const line = z.object({
  type: z.string(),
  thread_id: text,
  message: text,
  error: z.object({ message: text }).nullish().catch(null),
  item: item.nullish().catch(null),
  usage: z.object({ input_tokens: number, output_tokens: number }).nullish().catch(null),
});

/** Reads what `codex exec --json` writes. */
export function codexReader(directory?: string): AgentReader {
  return streamReader({ title: 'Codex', parse: readLine, directory });
}

function readLine(source: string): readonly StreamEvent[] {
  const event = readJson(line, source);
  switch (event?.type) {
    case 'thread.started':
      return event.thread_id
        ? [{ kind: 'opened', session: event.thread_id, model: null, directory: null }]
        : [];
    case 'item.started':
      return event.item ? startedItem(event.item) : [];
    case 'item.completed':
      return event.item ? completedItem(event.item) : [];
    case 'error':
      return readError(event.message ?? '');
    case 'turn.failed':
      return [{ kind: 'failed', problem: readProblem(event.error?.message ?? '') }];
    case 'turn.completed':
      return [...readUsage(event.usage), { kind: 'finished' }];
    default:
      return [];
  }
}

type Item = z.infer<typeof item>;

/** What takes time is reported when it begins. */
function startedItem({ type, command, server, tool, query }: Item): readonly StreamEvent[] {
  switch (type) {
    case 'command_execution':
      return [
        { kind: 'tool', tool: { name: 'Bash', input: { command: bareCommand(command ?? '') } } },
      ];
    case 'mcp_tool_call':
      return [{ kind: 'tool', tool: { name: `${server}.${tool}`, input: {} } }];
    case 'web_search':
      return [{ kind: 'tool', tool: { name: 'WebSearch', input: { query } } }];
    case 'todo_list':
      return [{ kind: 'tool', tool: { name: 'TodoWrite', input: {} } }];
    default:
      return [];
  }
}

function completedItem(done: Item): readonly StreamEvent[] {
  switch (done.type) {
    case 'agent_message':
      return [{ kind: 'text', text: done.text ?? '' }];
    case 'file_change':
      return (done.changes ?? []).map(({ path, kind }) => ({
        kind: 'tool',
        tool: { name: kind === 'add' ? 'Write' : 'Edit', input: { file_path: path } },
      }));
    case 'command_execution':
      return done.status === 'declined'
        ? [
            {
              kind: 'refused',
              tool: { name: 'Bash', input: { command: bareCommand(done.command ?? '') } },
              why: 'not allowed',
            },
          ]
        : [];
    default:
      return [];
  }
}

/** `/bin/bash -lc 'npm test'` is shown as `npm test`. */
function bareCommand(command: string): string {
  const inner = /^\S*sh -l?c (['"]?)([^]*)\1$/u.exec(command)?.[2];
  return inner ?? command;
}

/** `Reconnecting... 2/5 (why)` is on its way; anything else comes again as the reason of the turn's failure. */
function readError(message: string): readonly StreamEvent[] {
  const why = /^Reconnecting[^(]*\(([^]*)\)$/u.exec(message)?.[1];
  return why === undefined ? [] : [{ kind: 'retrying', why }];
}

function readProblem(message: string): Problem {
  const status = /status:? (\d{3})/u.exec(message)?.[1];
  return { status: status === undefined ? null : Number(status), message, cause: null };
}

/** Cumulative over the thread, also over what was said before a resume. */
function readUsage(usage: z.infer<typeof line>['usage']): readonly StreamEvent[] {
  if (usage === null || usage === undefined) return [];
  const [inputTokens, outputTokens] = [usage.input_tokens ?? null, usage.output_tokens ?? null];
  return [{ kind: 'usage', over: 'session', costUsd: null, inputTokens, outputTokens }];
}
