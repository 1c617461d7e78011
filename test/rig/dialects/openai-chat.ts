import {
  newId,
  openEvents,
  sendEvent,
  sendJson,
  type ModelAnswer,
  type ModelDialect,
  type ModelRequest,
} from './dialect.ts';

type Content = string | null | readonly { readonly text?: string }[];

type WireRequest = {
  readonly model?: string;
  readonly stream?: boolean;
  readonly tools?: readonly { readonly function?: { readonly name: string } }[];
  readonly messages?: readonly { readonly role: string; readonly content?: Content }[];
};

/** OpenAI's Chat Completions API, which most providers speak. */
export const openAiChatDialect: ModelDialect = {
  speaks: (path) => path.endsWith('/chat/completions'),
  understand: ({ body }) => understand(body as WireRequest),
  answer: (response, { body }, answer) => {
    const message = messageOf(answer);
    const finish_reason = answer.tools.length > 0 ? 'tool_calls' : 'stop';
    if ((body as WireRequest).stream !== true) {
      const choices = [{ index: 0, message, finish_reason }];
      sendJson(response, 200, { ...envelope(answer.model), choices, usage: usageOf(answer) });
      return;
    }
    openEvents(response);
    const chunk = (data: object): void =>
      sendEvent(response, { ...envelope(answer.model), object: 'chat.completion.chunk', ...data });
    chunk({ choices: [{ index: 0, delta: message, finish_reason: null }] });
    chunk({ choices: [{ index: 0, delta: {}, finish_reason }] });
    chunk({ choices: [], usage: usageOf(answer) });
    response.end('data: [DONE]\n\n');
  },
  begin: (response, model, words) => {
    openEvents(response);
    const delta = { role: 'assistant', content: words };
    const choices = [{ index: 0, delta, finish_reason: null }];
    sendEvent(response, { ...envelope(model), object: 'chat.completion.chunk', choices });
  },
  refusal: (status, message) => ({ error: { message, type: 'scripted', code: String(status) } }),
};

function understand(wire: WireRequest): ModelRequest {
  const messages = wire.messages ?? [];
  const wordsOf = (...roles: readonly string[]): string[] =>
    messages
      .filter(({ role }) => roles.includes(role))
      .map(({ content }) => textOf(content ?? null));
  return {
    model: wire.model ?? 'unknown',
    system: wordsOf('system', 'developer').join('\n'),
    tools: (wire.tools ?? []).flatMap((tool) => tool.function?.name ?? []),
    messages,
    prompt: wordsOf('user').join('\n'),
    turnsTaken: messages.filter(({ role }) => role === 'assistant').length,
    toolResults: wordsOf('tool').map((text) => ({ isError: false, text })),
  };
}

function textOf(content: Content): string {
  if (content === null) return '';
  return typeof content === 'string'
    ? content
    : content.map(({ text: words }) => words ?? '').join('\n');
}

function messageOf({ say, tools }: ModelAnswer): object {
  const calls = tools.map(({ name, input }, index) => ({
    index,
    id: newId('call'),
    type: 'function',
    function: { name, arguments: JSON.stringify(input) },
  }));
  return {
    role: 'assistant',
    content: say,
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

function envelope(model: string): Record<string, unknown> {
  return { id: newId('chatcmpl'), object: 'chat.completion', created: 1, model };
}

function usageOf({ usage }: ModelAnswer): object {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
}
