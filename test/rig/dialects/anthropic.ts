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

type ContentBlock = {
  readonly type: string;
  readonly text?: string;
  readonly content?: string | readonly ContentBlock[];
  readonly is_error?: boolean;
};

type WireRequest = {
  readonly model?: string;
  readonly stream?: boolean;
  readonly system?: string | readonly ContentBlock[];
  readonly tools?: readonly { readonly name: string }[];
  readonly messages?: readonly {
    readonly role: string;
    readonly content: string | readonly ContentBlock[];
  }[];
};

/** Anthropic's Messages API. */
export const anthropicDialect: ModelDialect = {
  speaks: (path) => path.endsWith('/messages'),
  understand: ({ body }) => understand(body as WireRequest),
  answer: (response, { body }, answer) => {
    if ((body as WireRequest).stream === true) stream(response, answer);
    else sendJson(response, 200, { ...envelope(answer), content: contentOf(answer) });
  },
  begin: (response, model, words) => {
    const usage = { inputTokens: 1, outputTokens: 1 };
    openStream(response, { model, say: words, tools: [], usage });
    send(response, 'content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
    const delta = { type: 'text_delta', text: words };
    send(response, 'content_block_delta', { index: 0, delta });
  },
  refusal: (status, message) => {
    const type = errorTypes[status] ?? 'api_error';
    return { type: 'error', error: { type, message } };
  },
};

const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

function understand(wire: WireRequest): ModelRequest {
  const messages = (wire.messages ?? []).map(({ role, content }) => ({
    role,
    content: blocksOf(content),
  }));
  const fromUser = messages.filter(({ role }) => role === 'user').flatMap(({ content }) => content);
  return {
    model: wire.model ?? 'unknown',
    system: textOf(wire.system ?? ''),
    tools: (wire.tools ?? []).map(({ name }) => name),
    messages,
    prompt: textOf(fromUser),
    turnsTaken: messages.filter(({ role }) => role === 'assistant').length,
    toolResults: fromUser
      .filter(({ type }) => type === 'tool_result')
      .map(({ is_error, content }) => ({
        isError: is_error === true,
        text: textOf(content ?? ''),
      })),
  };
}

function blocksOf(content: string | readonly ContentBlock[]): readonly ContentBlock[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

function textOf(content: string | readonly ContentBlock[]): string {
  return blocksOf(content)
    .flatMap(({ type, text: words }) => (type === 'text' ? [words ?? ''] : []))
    .join('\n');
}

function contentOf({ say, tools }: ModelAnswer): readonly Record<string, unknown>[] {
  const said = say === null ? [] : [{ type: 'text', text: say }];
  return [...said, ...tools.map((call) => ({ type: 'tool_use', id: newId('toolu'), ...call }))];
}

function stopReason({ tools }: ModelAnswer): string {
  return tools.length > 0 ? 'tool_use' : 'end_turn';
}

function envelope(answer: ModelAnswer): Record<string, unknown> {
  const { inputTokens, outputTokens } = answer.usage;
  return {
    id: newId('msg'),
    type: 'message',
    role: 'assistant',
    model: answer.model,
    content: [],
    stop_reason: stopReason(answer),
    stop_sequence: null,
    usage: { input_tokens: inputTokens, output_tokens: outputTokens },
  };
}

function stream(response: ServerResponse, answer: ModelAnswer): void {
  openStream(response, answer);
  contentOf(answer).forEach((block, index) => sendBlock(response, block, index));
  send(response, 'message_delta', {
    delta: { stop_reason: stopReason(answer), stop_sequence: null },
    usage: { output_tokens: answer.usage.outputTokens },
  });
  send(response, 'message_stop', {});
  response.end();
}

function openStream(response: ServerResponse, answer: ModelAnswer): void {
  openEvents(response);
  send(response, 'message_start', { message: { ...envelope(answer), stop_reason: null } });
}

function sendBlock(response: ServerResponse, block: Record<string, unknown>, index: number): void {
  const isText = block['type'] === 'text';
  const empty = isText ? { ...block, text: '' } : { ...block, input: {} };
  const delta = isText
    ? { type: 'text_delta', text: block['text'] }
    : { type: 'input_json_delta', partial_json: JSON.stringify(block['input']) };
  send(response, 'content_block_start', { index, content_block: empty });
  send(response, 'content_block_delta', { index, delta });
  send(response, 'content_block_stop', { index });
}

function send(response: ServerResponse, type: string, data: object): void {
  sendEvent(response, { type, ...data }, type);
}
