import {
  openEvents,
  sendEvent,
  sendJson,
  type ModelAnswer,
  type ModelDialect,
  type ModelRequest,
} from './dialect.ts';

type Part = {
  readonly text?: string;
  readonly functionResponse?: { readonly response?: Readonly<Record<string, unknown>> };
};

type WireRequest = {
  readonly systemInstruction?: { readonly parts?: readonly Part[] };
  readonly tools?: readonly {
    readonly functionDeclarations?: readonly { readonly name: string }[];
  }[];
  readonly contents?: readonly { readonly role?: string; readonly parts?: readonly Part[] }[];
};

const call = /\/models\/([^/:]+):(generateContent|streamGenerateContent)$/u;

/** Google's `generateContent`, whole and streamed. */
export const geminiDialect: ModelDialect = {
  speaks: (path) => call.test(path),
  understand: ({ body, path }) => understand(body as WireRequest, call.exec(path)?.[1]),
  answer: (response, { path }, answer) => {
    const parts = [
      ...(answer.say === null ? [] : [{ text: answer.say }]),
      ...answer.tools.map(({ name, input }) => ({ functionCall: { name, args: input } })),
    ];
    const whole = chunk(answer.model, parts, { finishReason: 'STOP' }, usageOf(answer));
    if (!path.endsWith(':streamGenerateContent')) return sendJson(response, 200, whole);
    openEvents(response);
    sendEvent(response, whole);
    response.end();
  },
  begin: (response, model, words) => {
    openEvents(response);
    sendEvent(response, chunk(model, [{ text: words }], {}, {}));
  },
  refusal: (status, message) => ({ error: { code: status, message, status: statusName(status) } }),
};

function statusName(status: number): string {
  const names: Readonly<Record<number, string>> = {
    400: 'INVALID_ARGUMENT',
    401: 'UNAUTHENTICATED',
    403: 'PERMISSION_DENIED',
    429: 'RESOURCE_EXHAUSTED',
  };
  return names[status] ?? 'INTERNAL';
}

function understand(wire: WireRequest, model = 'unknown'): ModelRequest {
  const contents = wire.contents ?? [];
  const fromUser = contents
    .filter(({ role }) => role !== 'model')
    .flatMap(({ parts }) => parts ?? []);
  return {
    model,
    system: textOf(wire.systemInstruction?.parts ?? []),
    tools: (wire.tools ?? []).flatMap(({ functionDeclarations = [] }) =>
      functionDeclarations.map(({ name }) => name),
    ),
    messages: contents,
    prompt: textOf(fromUser),
    turnsTaken: contents.filter(({ role }) => role === 'model').length,
    toolResults: fromUser.flatMap(({ functionResponse }) => {
      if (functionResponse === undefined) return [];
      const { error, output } = functionResponse.response ?? {};
      const isError = error !== undefined;
      return [{ isError, text: textOfResult(error ?? output) }];
    }),
  };
}

function textOfResult(result: unknown): string {
  return typeof result === 'string' ? result : JSON.stringify(result ?? '');
}

function textOf(parts: readonly Part[]): string {
  return parts.flatMap(({ text: words }) => words ?? []).join('\n');
}

function chunk(model: string, parts: readonly object[], more: object, usage: object): object {
  const candidates = [{ index: 0, content: { role: 'model', parts }, ...more }];
  return { candidates, modelVersion: model, ...usage };
}

function usageOf({ usage }: ModelAnswer): object {
  const { inputTokens, outputTokens } = usage;
  return {
    usageMetadata: {
      promptTokenCount: inputTokens,
      candidatesTokenCount: outputTokens,
      totalTokenCount: inputTokens + outputTokens,
    },
  };
}
