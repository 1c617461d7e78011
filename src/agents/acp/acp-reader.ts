import { z } from 'zod';
import type { ToolCallUpdate } from '@agentclientprotocol/sdk';
import type { AgentReader } from '../agent.ts';
import { readJson } from '../stream/read-json.ts';
import type { Problem, StreamEvent } from '../stream/stream-event.ts';
import { streamReader } from '../stream/stream-reader.ts';
import type { ToolUse } from '../stream/tool-use.ts';
import { commandOf } from './acp-permission.ts';

const text = z.string().nullish().catch(null);
const call = z.looseObject({
  toolCallId: z.string(),
  title: text,
  kind: text,
  status: text,
  rawInput: z.unknown().optional(),
  locations: z
    .array(z.object({ path: z.string() }))
    .nullish()
    .catch(null),
});
const update = z.looseObject({
  sessionUpdate: z.string(),
  content: z.looseObject({ text }).nullish().catch(null),
  cost: z.object({ amount: z.number(), currency: z.string() }).nullish().catch(null),
});
const line = z.object({
  type: z.string(),
  session: text,
  stopReason: text,
  message: text,
  code: z.number().nullish().catch(null),
  data: z.unknown().optional(),
  call: call.optional().catch(undefined),
  update: update.optional().catch(undefined),
});
type Call = z.infer<typeof call>;

/** Reads what our own client of the Agent Client Protocol writes. */
export function acpReader(directory?: string): AgentReader {
  const calls = new Map<string, Call>();
  const reported = new Set<string>();

  const readUpdate = (given: z.infer<typeof update>): readonly StreamEvent[] => {
    switch (given.sessionUpdate) {
      case 'agent_message_chunk':
        return given.content?.text ? [{ kind: 'piece', text: given.content.text }] : [];
      case 'plan':
        return [{ kind: 'tool', tool: { name: 'TodoWrite', input: {} } }];
      case 'usage_update': {
        const costUsd = given.cost?.currency === 'USD' ? given.cost.amount : null;
        const rest = { inputTokens: null, outputTokens: null };
        return costUsd === null ? [] : [{ kind: 'usage', over: 'session', costUsd, ...rest }];
      }
      case 'tool_call':
      case 'tool_call_update': {
        const parsed = call.safeParse(given);
        return parsed.success ? readCall(parsed.data, { calls, reported }) : [];
      }
      default:
        return [];
    }
  };
  const parse = (source: string): readonly StreamEvent[] => {
    const event = readJson(line, source);
    switch (event?.type) {
      case 'opened':
        return event.session
          ? [{ kind: 'opened', session: event.session, model: null, directory: null }]
          : [];
      case 'update':
        return event.update === undefined ? [] : readUpdate(event.update);
      case 'refused':
        return event.call === undefined
          ? []
          : [{ kind: 'refused', tool: toolOf(whole(event.call, calls)), why: 'not allowed' }];
      case 'failed':
        return [{ kind: 'failed', problem: problemOf(event) }];
      case 'ended':
        return readStop(event.stopReason ?? '');
      default:
        return [];
    }
  };
  return streamReader({ title: 'The agent', parse, directory });
}

/** Updates name what changed: the rest is as it was reported before. */
function whole(given: Call, calls: ReadonlyMap<string, Call>): Call {
  const known = Object.entries(given).filter(([, value]) => value !== undefined && value !== null);
  return { ...calls.get(given.toolCallId), ...Object.fromEntries(known) } as Call;
}

/** A call is reported once, when enough of it is known: what it runs, or where; or when it has ended. */
function readCall(
  given: Call,
  { calls, reported }: { readonly calls: Map<string, Call>; readonly reported: Set<string> },
): readonly StreamEvent[] {
  const merged = whole(given, calls);
  calls.set(given.toolCallId, merged);
  const isOver = merged.status === 'completed' || merged.status === 'failed';
  const isKnown = (merged.locations ?? []).length > 0 || commandOf(merged as ToolCallUpdate) !== '';
  if (reported.has(given.toolCallId) || !(isKnown || isOver)) return [];
  reported.add(given.toolCallId);
  return [{ kind: 'tool', tool: toolOf(merged) }];
}

const names: Readonly<Record<string, string>> = {
  read: 'Read',
  search: 'Grep',
  edit: 'Edit',
  delete: 'Edit',
  move: 'Edit',
  execute: 'Bash',
};

function toolOf(given: Call): ToolUse {
  const name = names[given.kind ?? ''] ?? given.title ?? 'a tool';
  if (name === 'Bash') return { name, input: { command: commandOf(given as ToolCallUpdate) } };
  const path = given.locations?.[0]?.path;
  return { name, input: path === undefined ? { description: given.title } : { file_path: path } };
}

function readStop(reason: string): readonly StreamEvent[] {
  switch (reason) {
    case 'end_turn':
      return [{ kind: 'finished' }];
    case 'max_turn_requests':
      return [{ kind: 'failed', problem: { status: null, message: '', cause: 'turns' } }];
    default: {
      const message = `it stopped with ${reason || 'no reason'}`;
      return [{ kind: 'failed', problem: { status: null, message, cause: null } }];
    }
  }
}

/** The protocol's own code for "sign in first". */
const authenticationRequired = -32_000;

function problemOf({ message, code, data }: z.infer<typeof line>): Problem {
  const more = data === null || data === undefined ? '' : ` ${JSON.stringify(data)}`;
  const words = `${message ?? ''}${more}`;
  const status = /\b(?:status(?:Code)?"?:? ?|code"?: ?|HTTP )(4\d\d|5\d\d)\b/iu.exec(words)?.[1];
  return {
    status: status === undefined ? null : Number(status),
    message: words,
    cause: code === authenticationRequired ? 'authentication' : null,
  };
}
