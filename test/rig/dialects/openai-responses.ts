import type { ServerResponse } from 'node:http';
import {
  newId,
  openEvents,
  sendEvent,
  sendJson,
  type ModelAnswer,
  type ModelDialect,
  type ModelRequest,
} from './dialect.ts';

type Item = {
  readonly type?: string;
  readonly role?: string;
  readonly content?: string | readonly { readonly text?: string }[];
  readonly output?: unknown;
};

type WireRequest = {
  readonly model?: string;
  readonly stream?: boolean;
  readonly instructions?: string;
  readonly tools?: readonly { readonly type: string; readonly name?: string }[];
  readonly input?: string | readonly Item[];
};

/** OpenAI's Responses API. */
export const openAiResponsesDialect: ModelDialect = {
  speaks: (path) => path.endsWith('/responses'),
  understand: ({ body }) => understand(body as WireRequest),
  answer: (response, { body }, answer) => {
    const items = itemsOf(answer, (body as WireRequest).tools ?? []);
    const whole = { ...envelope(answer.model, items), usage: usageOf(answer) };
    if ((body as WireRequest).stream !== true) return sendJson(response, 200, whole);
    openEvents(response);
    send(response, 'response.created', { response: envelope(answer.model, []) });
    items.forEach((item, index) => sendItem(response, item, index));
    send(response, 'response.completed', { response: { ...whole, status: 'completed' } });
    response.end();
  },
  begin: (response, model, words) => {
    openEvents(response);
    send(response, 'response.created', { response: envelope(model, []) });
    const item = { id: newId('msg'), type: 'message', role: 'assistant', content: [] };
    send(response, 'response.output_item.added', { output_index: 0, item });
    send(response, 'response.output_text.delta', { item_id: item.id, delta: words });
  },
  refusal: (status, message) => ({ error: { message, type: 'scripted', code: String(status) } }),
};

function understand(wire: WireRequest): ModelRequest {
  const input = wire.input ?? [];
  const items: readonly Item[] =
    typeof input === 'string' ? [{ role: 'user', content: input }] : input;
  const wordsOf = (...roles: readonly string[]): string =>
    items
      .filter(({ role }) => role !== undefined && roles.includes(role))
      .map(({ content }) => textOf(content ?? ''))
      .join('\n');
  return {
    model: wire.model ?? 'unknown',
    system: `${wire.instructions ?? ''}\n${wordsOf('system', 'developer')}`,
    tools: (wire.tools ?? []).map(({ type, name }) => name ?? type),
    messages: items,
    prompt: wordsOf('user'),
    turnsTaken: countTurns(items),
    toolResults: items
      .filter(({ type }) => type?.endsWith('_call_output') === true)
      .map(({ output }) => ({
        isError: false,
        text: typeof output === 'string' ? output : JSON.stringify(output),
      })),
  };
}

/** What the model gave in one go stands here as several items in a row. */
function countTurns(items: readonly Item[]): number {
  const isModels = ({ type, role }: Item): boolean =>
    role === 'assistant' || (type?.endsWith('_call') ?? false) || type === 'reasoning';
  return items.filter((item, at) => {
    const before = items[at - 1];
    return isModels(item) && (before === undefined || !isModels(before));
  }).length;
}

function textOf(content: string | readonly { readonly text?: string }[]): string {
  return typeof content === 'string'
    ? content
    : content.map(({ text: words }) => words ?? '').join('\n');
}

type OutItem = Record<string, unknown> & { readonly id: string };

function itemsOf(
  { say, tools }: ModelAnswer,
  offered: NonNullable<WireRequest['tools']>,
): readonly OutItem[] {
  const content = [{ type: 'output_text', text: say, annotations: [] }];
  const message = { type: 'message', role: 'assistant', status: 'completed', content };
  const said = say === null ? [] : [{ id: newId('msg'), ...message }];
  const calls = tools.map(({ name, input }) => {
    const isCustom = offered.some((tool) => tool.name === name && tool.type === 'custom');
    // A tool of a server is called by both names, whether the request shows it or it has to be searched for.
    const [own = name, namespace] = name.split('/').toReversed();
    const named = namespace === undefined ? { name } : { name: own, namespace };
    const call = { ...named, call_id: newId('call'), status: 'completed' };
    return isCustom
      ? { id: newId('ctc'), type: 'custom_tool_call', ...call, input: input['input'] }
      : { id: newId('fc'), type: 'function_call', ...call, arguments: JSON.stringify(input) };
  });
  return [...said, ...calls];
}

function sendItem(response: ServerResponse, item: OutItem, output_index: number): void {
  send(response, 'response.output_item.added', { output_index, item });
  if (item['type'] === 'message') {
    const [part] = item['content'] as readonly [{ readonly text: string }];
    const at = { item_id: item.id, output_index, content_index: 0 };
    send(response, 'response.content_part.added', { ...at, part: { ...part, text: '' } });
    send(response, 'response.output_text.delta', { ...at, delta: part.text });
    send(response, 'response.output_text.done', { ...at, text: part.text });
    send(response, 'response.content_part.done', { ...at, part });
  }
  if (item['type'] === 'function_call') {
    const at = { item_id: item.id, output_index };
    send(response, 'response.function_call_arguments.delta', { ...at, delta: item['arguments'] });
    send(response, 'response.function_call_arguments.done', {
      ...at,
      arguments: item['arguments'],
    });
  }
  send(response, 'response.output_item.done', { output_index, item });
}

function envelope(model: string, output: readonly object[]): Record<string, unknown> {
  return {
    id: newId('resp'),
    object: 'response',
    created_at: 1,
    model,
    output,
    status: 'in_progress',
  };
}

function usageOf({ usage }: ModelAnswer): object {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
}

function send(response: ServerResponse, type: string, data: object): void {
  sendEvent(response, { type, ...data }, type);
}
