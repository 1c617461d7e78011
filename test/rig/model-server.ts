import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { createBrotliDecompress, createGunzip, createZstdDecompress } from 'node:zlib';
import { anthropicDialect } from './dialects/anthropic.ts';
import {
  sendJson,
  type ModelDialect,
  type ModelRequest,
  type ModelUsage,
  type ToolCall,
} from './dialects/dialect.ts';
import { geminiDialect } from './dialects/gemini.ts';
import { openAiChatDialect } from './dialects/openai-chat.ts';
import { openAiResponsesDialect } from './dialects/openai-responses.ts';

export type { ModelRequest } from './dialects/dialect.ts';

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

/**
 * Decides every answer. A function may hang by returning a promise and is released by resolving it; a list is one
 * conversation's turns, each used when as many messages were given before it (so a fault stays until retries end).
 */
export type ModelScript =
  | readonly ModelTurn[]
  | ((request: ModelRequest) => ModelTurn | Promise<ModelTurn>);

/** A model of loopback's own. Close it with `await using`. */
export type ModelServer = AsyncDisposable & {
  /** For `ANTHROPIC_BASE_URL` and its likes. */
  readonly url: string;
  /** The requests of conversations, in the order in which they came. Side requests (titles and such) are not here. */
  readonly requests: readonly ModelRequest[];
  /** Every request, as `POST /v1/messages`. */
  readonly visits: readonly string[];
};

const dialects: readonly ModelDialect[] = [
  anthropicDialect,
  openAiChatDialect,
  openAiResponsesDialect,
  geminiDialect,
];

const defaultUsage: ModelUsage = { inputTokens: 1000, outputTokens: 100 };

/**
 * Starts a scripted model on a free port of loopback which speaks enough of the providers' APIs for real agents. Agent
 * programs ask small things on the side (a title, a quota); by itself, only what offers tools is a conversation.
 */
export async function startModelServer(
  script: ModelScript,
  isConversation: (request: ModelRequest) => boolean = ({ tools }) => tools.length > 0,
): Promise<ModelServer> {
  const requests: ModelRequest[] = [];
  const visits: string[] = [];
  const decide = typeof script === 'function' ? script : fromList(script);
  const server = createServer((request, response) => {
    visits.push(`${request.method} ${request.url}`);
    answer(request, response, async (asked) => {
      if (!isConversation(asked)) return { say: 'ok' };
      requests.push(asked);
      return decide(asked);
    }).catch((error: unknown) => sendJson(response, 400, { error: { message: String(error) } }));
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
  const source = await textOf(request);
  const dialect = dialects.find(({ speaks }) => speaks(path));
  if (request.method !== 'POST' || dialect === undefined)
    return sendJson(response, 200, path.endsWith('/count_tokens') ? { input_tokens: 100 } : {});
  const asked = { path, body: JSON.parse(source) as unknown };
  const understood = dialect.understand(asked);
  const turn = await decide(understood);
  const { model } = understood;
  if ('status' in turn) {
    const body = dialect.refusal(turn.status, turn.message ?? `Scripted ${turn.status}`);
    return sendJson(response, turn.status, body, turn.headers);
  }
  if ('cutAfter' in turn) {
    dialect.begin(response, model, turn.cutAfter);
    // Only a write that has left can be followed by a broken connection that looks like one.
    response.write('\n', () => response.destroy());
    return;
  }
  const { say = null, tools = [], usage = defaultUsage } = turn;
  dialect.answer(response, asked, { model, say, tools, usage });
}

/** The body of a request: some programs compress it. */
function textOf(request: IncomingMessage): Promise<string> {
  switch (request.headers['content-encoding']) {
    case 'gzip':
      return text(request.pipe(createGunzip()));
    case 'br':
      return text(request.pipe(createBrotliDecompress()));
    case 'zstd':
      return text(request.pipe(createZstdDecompress()));
    default:
      return text(request);
  }
}
