import { z } from 'zod';
import type { ToolUse } from '../stream/tool-use.ts';

/** What one line of `claude --output-format stream-json` says, as far as it matters here. */
export type ClaudeEvent =
  | {
      readonly kind: 'opened';
      readonly session: string;
      readonly model: string | null;
      readonly directory: string | null;
    }
  /** `error` is the program's own code for a message that stands for a failed request, such as `rate_limit`. */
  | { readonly kind: 'text'; readonly text: string; readonly error: string | null }
  | { readonly kind: 'tool'; readonly tool: ToolUse }
  | { readonly kind: 'refused'; readonly tool: string; readonly why: string }
  /** `status` is null when there was no answer at all. */
  | { readonly kind: 'retrying'; readonly status: number | null }
  /** A limit of the account; `resetsAt` is in seconds since 1970. */
  | { readonly kind: 'limit'; readonly isReached: boolean; readonly resetsAt: number | null }
  | { readonly kind: 'result'; readonly result: ClaudeResult };

/** The program's account of a whole run. */
export type ClaudeResult = {
  readonly subtype: string;
  /** Also set with the subtype `success`, when a request to the model failed for good. */
  readonly isError: boolean;
  readonly apiStatus: number | null;
  readonly apiError: string | null;
  readonly text: string;
  /** Cumulative over the session, in US dollars. */
  readonly costUsd: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** Tool uses that nobody allowed. They leave the exit code at 0. */
  readonly denials: readonly ToolUse[];
};

const text = z.string().nullish().catch(null);
const number = z.number().nullish().catch(null);
const record = z.record(z.string(), z.unknown()).catch({});

const block = z.object({ type: text, text, name: text, input: record.optional() });
const assistant = z.object({ message: z.object({ content: z.array(block) }), error: text });
const init = z.object({ session_id: z.string(), model: text, cwd: text });
const refusal = z.object({ tool_name: z.string(), message: text });
const retry = z.object({ error_status: number });
const limit = z.object({ rate_limit_info: z.object({ status: text, resetsAt: number }) });
const modelTokens = z.object({
  inputTokens: number,
  cacheReadInputTokens: number,
  cacheCreationInputTokens: number,
  outputTokens: number,
});
const result = z.object({
  subtype: text,
  is_error: z.boolean().nullish().catch(null),
  api_error_status: number,
  api_error: text,
  result: text,
  errors: z.array(z.string()).nullish().catch(null),
  total_cost_usd: number,
  // Cumulative like the cost, while `usage` next to it counts from the start of the process.
  modelUsage: z.record(z.string(), modelTokens).nullish().catch(null),
  permission_denials: z
    .array(z.object({ tool_name: z.string(), tool_input: record.optional() }))
    .nullish()
    .catch(null),
});
const line = z.object({ type: z.string(), subtype: text }).loose();

/** Reads one line. A line that is torn, not JSON, or of an unknown kind gives nothing. */
export function readClaudeLine(source: string): readonly ClaudeEvent[] {
  // Pieces of messages are most of the stream and come again as whole messages: they need no parsing.
  if (!source.startsWith('{') || source.startsWith('{"type":"stream_event"')) return [];
  const parsed = line.safeParse(parseJson(source));
  if (!parsed.success) return [];
  const { type, subtype } = parsed.data;
  const read = readers[type === 'system' ? `system/${subtype}` : type];
  return read?.(parsed.data) ?? [];
}

const readers: Readonly<Record<string, (data: unknown) => readonly ClaudeEvent[]>> = {
  'system/init': (data) =>
    readAs(init, data, ({ session_id, model, cwd }) => [
      { kind: 'opened', session: session_id, model: model ?? null, directory: cwd ?? null },
    ]),
  'system/permission_denied': (data) =>
    readAs(refusal, data, ({ tool_name, message }) => [
      { kind: 'refused', tool: tool_name, why: message ?? 'not allowed' },
    ]),
  'system/api_retry': (data) =>
    readAs(retry, data, ({ error_status }) => [{ kind: 'retrying', status: error_status ?? null }]),
  rate_limit_event: (data) =>
    readAs(limit, data, ({ rate_limit_info: { status, resetsAt } }) => [
      { kind: 'limit', isReached: status === 'rejected', resetsAt: resetsAt ?? null },
    ]),
  assistant: (data) =>
    readAs(assistant, data, ({ message, error }) =>
      message.content.flatMap((one) => readBlock(one, error ?? null)),
    ),
  result: (data) =>
    readAs(result, data, (given) => [{ kind: 'result', result: readResult(given) }]),
};

function readAs<T>(
  schema: z.ZodType<T>,
  data: unknown,
  use: (value: T) => readonly ClaudeEvent[],
): readonly ClaudeEvent[] {
  const parsed = schema.safeParse(data);
  return parsed.success ? use(parsed.data) : [];
}

function readBlock(one: z.infer<typeof block>, error: string | null): readonly ClaudeEvent[] {
  if (one.type === 'text' && one.text) return [{ kind: 'text', text: one.text, error }];
  if (one.type !== 'tool_use' || !one.name) return [];
  return [{ kind: 'tool', tool: { name: one.name, input: one.input ?? {} } }];
}

function readResult(given: z.infer<typeof result>): ClaudeResult {
  return {
    subtype: given.subtype ?? 'unknown',
    isError: given.is_error ?? given.subtype !== 'success',
    apiStatus: given.api_error_status ?? null,
    apiError: given.api_error ?? null,
    text: given.result ?? given.errors?.join('\n') ?? '',
    costUsd: given.total_cost_usd ?? null,
    ...readTokens(Object.values(given.modelUsage ?? {})),
    denials: (given.permission_denials ?? []).map(({ tool_name, tool_input }) => ({
      name: tool_name,
      input: tool_input ?? {},
    })),
  };
}

function readTokens(
  models: readonly z.infer<typeof modelTokens>[],
): Pick<ClaudeResult, 'inputTokens' | 'outputTokens'> {
  if (models.length === 0) return { inputTokens: null, outputTokens: null };
  const sum = (counts: readonly (number | null | undefined)[]): number =>
    counts.reduce<number>((total, count) => total + (count ?? 0), 0);
  return {
    inputTokens: sum(
      models.flatMap((one) => [
        one.inputTokens,
        one.cacheReadInputTokens,
        one.cacheCreationInputTokens,
      ]),
    ),
    outputTokens: sum(models.map((one) => one.outputTokens)),
  };
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return null;
  }
}
