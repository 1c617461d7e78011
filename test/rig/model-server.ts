import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';

/** What the scripted model answers to one request. */
export type ModelTurn =
  /** A message: words, tool calls, or both. */
  | { readonly say?: string; readonly tools?: readonly ToolCall[]; readonly usage?: ModelUsage }
  /** The provider refuses: an HTTP error with its headers, such as `retry-after`. */
  | {
      readonly status: number;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection breaks after these words. */
  | { readonly cutAfter: string };

type ToolCall = {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
};

type ModelUsage = { readonly inputTokens: number; readonly outputTokens: number };

/** A request of the agent program, with what a script needs to tell conversations apart and know where it is in one. */
export type ModelRequest = {
  readonly model: string;
  readonly system: string;
  readonly tools: readonly string[];
  readonly messages: readonly ModelMessage[];
  /** All words of the user's side, prompts and reminders alike. */
  readonly prompt: string;
  /** Messages that the model has given so far in this conversation. */
  readonly turnsTaken: number;
  /** What the tools gave back so far, in order. */
  readonly toolResults: readonly { readonly isError: boolean; readonly text: string }[];
};

type ModelMessage = {
  readonly role: string;
  readonly content: readonly ContentBlock[];
};

/**
 * Decides every answer. A function may hang by returning a promise and is released by resolving it; a list is one
 * conversation's turns, each used when as many messages were given before it (so a fault stays until retries end).
 */
export type ModelScript =
  | readonly ModelTurn[]
  | ((request: ModelRequest) => ModelTurn | Promise<ModelTurn>);

/** A model of loopback's own. Close it with `await using`. */
export type ModelServer = AsyncDisposable & {
  /** For `ANTHROPIC_BASE_URL`. */
  readonly url: string;
  /** The requests of conversations, in the order in which they came. Side requests (titles and such) are not here. */
  readonly requests: readonly ModelRequest[];
  /** Every request, as `POST /v1/messages`. */
  readonly visits: readonly string[];
};

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

type Message = {
  readonly model: string;
  readonly content: readonly Record<string, unknown>[];
  readonly stopReason: 'end_turn' | 'tool_use';
  readonly usage: ModelUsage;
};

const defaultUsage: ModelUsage = { inputTokens: 1000, outputTokens: 100 };

/** Starts a scripted model on a free port of loopback which speaks enough of Anthropic's Messages API for real agents. */
export async function startModelServer(script: ModelScript): Promise<ModelServer> {
  const requests: ModelRequest[] = [];
  const visits: string[] = [];
  const decide = typeof script === 'function' ? script : fromList(script);
  const server = createServer((request, response) => {
    visits.push(`${request.method} ${request.url}`);
    answer(request, response, async (asked) => {
      requests.push(asked);
      return decide(asked);
    }).catch((error: unknown) => refuse(response, { status: 400, message: String(error) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    visits,
    [Symbol.asyncDispose]: () => close(server),
  };
}

function fromList(turns: readonly ModelTurn[]): (request: ModelRequest) => ModelTurn {
  return ({ turnsTaken }) => turns[turnsTaken] ?? { say: 'The script has no further turn.' };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  decide: (asked: ModelRequest) => Promise<ModelTurn>,
): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://loopback').pathname;
  const body = await text(request);
  if (request.method !== 'POST') return sendJson(response, 200, {});
  if (path.endsWith('/count_tokens')) return sendJson(response, 200, { input_tokens: 100 });
  if (!path.endsWith('/v1/messages')) return sendJson(response, 200, {});
  const wire = JSON.parse(body) as WireRequest;
  const asked = understand(wire);
  // Agent programs ask small things on the side (a title, a quota); only conversations offer tools.
  const turn = asked.tools.length === 0 ? { say: 'ok' } : await decide(asked);
  if ('status' in turn) return refuse(response, turn);
  if ('cutAfter' in turn) return cut(response, asked.model, turn.cutAfter);
  const message = compose(asked.model, turn);
  if (wire.stream === true) stream(response, message);
  else sendJson(response, 200, { ...envelope(message), content: message.content });
}

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

function compose(model: string, turn: Extract<ModelTurn, { say?: string }>): Message {
  const said = turn.say === undefined ? [] : [{ type: 'text', text: turn.say }];
  const calls = (turn.tools ?? []).map(({ name, input }) => ({
    type: 'tool_use',
    id: `toolu_${crypto.randomUUID().replaceAll('-', '')}`,
    name,
    input,
  }));
  return {
    model,
    content: [...said, ...calls],
    stopReason: calls.length > 0 ? 'tool_use' : 'end_turn',
    usage: turn.usage ?? defaultUsage,
  };
}

function envelope({ model, stopReason, usage }: Message): Record<string, unknown> {
  return {
    id: `msg_${crypto.randomUUID().replaceAll('-', '')}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: stopReason,
    stop_sequence: null,
    usage: { input_tokens: usage.inputTokens, output_tokens: usage.outputTokens },
  };
}

function stream(response: ServerResponse, message: Message): void {
  openStream(response, message);
  message.content.forEach((block, index) => sendBlock(response, block, index));
  sendEvent(response, 'message_delta', {
    delta: { stop_reason: message.stopReason, stop_sequence: null },
    usage: { output_tokens: message.usage.outputTokens },
  });
  sendEvent(response, 'message_stop', {});
  response.end();
}

function openStream(response: ServerResponse, message: Message): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': 'req_scripted' });
  sendEvent(response, 'message_start', { message: { ...envelope(message), stop_reason: null } });
}

function sendBlock(response: ServerResponse, block: Record<string, unknown>, index: number): void {
  const isText = block['type'] === 'text';
  const empty = isText ? { ...block, text: '' } : { ...block, input: {} };
  const delta = isText
    ? { type: 'text_delta', text: block['text'] }
    : { type: 'input_json_delta', partial_json: JSON.stringify(block['input']) };
  sendEvent(response, 'content_block_start', { index, content_block: empty });
  sendEvent(response, 'content_block_delta', { index, delta });
  sendEvent(response, 'content_block_stop', { index });
}

function sendEvent(response: ServerResponse, type: string, data: Record<string, unknown>): void {
  response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
}

function cut(response: ServerResponse, model: string, words: string): void {
  openStream(response, { model, content: [], stopReason: 'end_turn', usage: defaultUsage });
  sendEvent(response, 'content_block_start', {
    index: 0,
    content_block: { type: 'text', text: '' },
  });
  const delta = { type: 'text_delta', text: words };
  sendEvent(response, 'content_block_delta', { index: 0, delta });
  // Only a write that has left can be followed by a broken connection that looks like one.
  response.write('\n', () => response.destroy());
}

const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

function refuse(response: ServerResponse, turn: Extract<ModelTurn, { status: number }>): void {
  const type = errorTypes[turn.status] ?? 'api_error';
  const message = turn.message ?? `Scripted ${turn.status}`;
  sendJson(response, turn.status, { type: 'error', error: { type, message } }, turn.headers);
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
