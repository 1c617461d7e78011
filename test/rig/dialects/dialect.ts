import type { ServerResponse } from 'node:http';

/** A request of the agent program, with what a script needs to tell conversations apart and know where it is in one. */
export type ModelRequest = {
  readonly model: string;
  readonly system: string;
  readonly tools: readonly string[];
  readonly messages: readonly unknown[];
  /** All words of the user's side, prompts and reminders alike. */
  readonly prompt: string;
  /** Messages that the model has given so far in this conversation. */
  readonly turnsTaken: number;
  /** What the tools gave back so far, in order. */
  readonly toolResults: readonly { readonly isError: boolean; readonly text: string }[];
};

export type ToolCall = {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
};

export type ModelUsage = { readonly inputTokens: number; readonly outputTokens: number };

/** An answer of the model as the script gave it. */
export type ModelAnswer = {
  readonly model: string;
  readonly say: string | null;
  readonly tools: readonly ToolCall[];
  readonly usage: ModelUsage;
};

export type Asked = { readonly path: string; readonly body: unknown };

/** One provider's way to say the same things over HTTP, as far as agent programs need it. */
export type ModelDialect = {
  readonly speaks: (path: string) => boolean;
  readonly understand: (asked: Asked) => ModelRequest;
  readonly answer: (response: ServerResponse, asked: Asked, answer: ModelAnswer) => void;
  /** Begins a streamed answer with these words; the caller breaks the connection. */
  readonly begin: (response: ServerResponse, model: string, words: string) => void;
  /** The body of a refusal. */
  readonly refusal: (status: number, message: string) => object;
};

/** An id of our own, such as `msg_…`. */
export function newId(prefix: string): string {
  return `${prefix}_${crypto.randomUUID().replaceAll('-', '')}`;
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

export function openEvents(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': 'req_scripted' });
}

/** One server-sent event, with or without a name. */
export function sendEvent(
  response: ServerResponse,
  data: object,
  name: string | null = null,
): void {
  const head = name === null ? '' : `event: ${name}\n`;
  response.write(`${head}data: ${JSON.stringify(data)}\n\n`);
}
