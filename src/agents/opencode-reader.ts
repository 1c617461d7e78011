import { z } from 'zod';
import { plausibleCost, plausibleTokens } from '../model/plausible-usage.ts';
import type { AgentReader } from './agent.ts';
import { readJson } from './stream/read-json.ts';
import type { Problem, StreamEvent } from './stream/stream-event.ts';
import { streamReader } from './stream/stream-reader.ts';
import type { ToolUse } from './stream/tool-use.ts';

const text = z.string().nullish().catch(null);
const number = z.number().nullish().catch(null);
const state = z.object({
  status: text,
  input: z.record(z.string(), z.unknown()).optional().catch({}),
  error: text,
});
const part = z.object({
  text,
  tool: text,
  reason: text,
  state: state.nullish().catch(null),
  cost: number,
  tokens: z
    .object({
      input: number,
      output: number,
      reasoning: number,
      cache: z.object({ read: number, write: number }).nullish().catch(null),
    })
    .nullish()
    .catch(null),
});
const line = z.object({
  type: z.string(),
  sessionID: text,
  part: part.nullish().catch(null),
  error: z
    .object({
      name: text,
      data: z.object({ message: text, statusCode: number }).nullish().catch(null),
    })
    .nullish()
    .catch(null),
});
type Part = z.infer<typeof part>;

/** Reads what `opencode run --format json` writes. */
export function opencodeReader(directory?: string): AgentReader {
  // It reports what each step used, and never a sum.
  const sum = { cost: 0, input: 0, output: 0 };
  const parse = (source: string): readonly StreamEvent[] => {
    const event = readJson(line, source);
    if (event === null) return [];
    const { sessionID: session } = event;
    const opened: readonly StreamEvent[] = session
      ? [{ kind: 'opened', session, model: null, directory: null }]
      : [];
    if (event.type === 'error') return [...opened, { kind: 'failed', problem: problemOf(event) }];
    return event.part ? [...opened, ...readPart(event.type, event.part, sum)] : opened;
  };
  return streamReader({ title: 'OpenCode', parse, directory });
}

type Sum = { cost: number; input: number; output: number };

function readPart(type: string, told: Part, sum: Sum): readonly StreamEvent[] {
  switch (type) {
    case 'text':
      return told.text ? [{ kind: 'text', text: told.text }] : [];
    case 'tool_use':
      return readTool(told);
    case 'step_finish':
      return readStep(told, sum);
    default:
      return [];
  }
}

/** Tools are reported when they have ended. */
function readTool({ tool: given, state: told }: Part): readonly StreamEvent[] {
  const tool = toolOf(given ?? 'a tool', told?.input ?? {});
  const isRefused =
    told?.status === 'error' &&
    /rule which prevents|rejected permission|permission.*(?:denied|rejected)/iu.test(
      (told.error ?? '').slice(0, 2_000),
    );
  return isRefused ? [{ kind: 'refused', tool, why: 'not allowed' }] : [{ kind: 'tool', tool }];
}

const names: Readonly<Record<string, string>> = {
  bash: 'Bash',
  edit: 'Edit',
  multiedit: 'Edit',
  write: 'Write',
  read: 'Read',
  glob: 'Glob',
  grep: 'Grep',
  list: 'LS',
  todowrite: 'TodoWrite',
};

function toolOf(name: string, input: Readonly<Record<string, unknown>>): ToolUse {
  const path = input['filePath'];
  const paths = typeof path === 'string' ? { file_path: path } : {};
  return { name: names[name] ?? name, input: { ...input, ...paths } };
}

function readStep({ reason, cost, tokens }: Part, sum: Sum): readonly StreamEvent[] {
  // Each by itself: one impossible step would spoil the sum of all others.
  const count = (told: number | null | undefined): number => plausibleTokens(told ?? 0) ?? 0;
  const input = count(tokens?.input) + count(tokens?.cache?.read) + count(tokens?.cache?.write);
  const output = count(tokens?.output) + count(tokens?.reasoning);
  sum.cost += plausibleCost(cost ?? 0, { inputTokens: input, outputTokens: output }) ?? 0;
  sum.input += input;
  sum.output += output;
  const usage = {
    kind: 'usage',
    over: 'attempt',
    costUsd: sum.cost,
    inputTokens: sum.input,
    outputTokens: sum.output,
  } as const;
  return reason === 'tool-calls' ? [usage] : [usage, { kind: 'finished' }];
}

function problemOf({ error }: z.infer<typeof line>): Problem {
  return {
    status: error?.data?.statusCode ?? null,
    message: error?.data?.message ?? error?.name ?? '',
    cause: error?.name === 'ProviderAuthError' ? 'authentication' : null,
  };
}
