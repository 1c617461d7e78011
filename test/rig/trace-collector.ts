import { startHookServer, type HookRequest } from './hook-server.ts';

/** A span as a collector gets it, its attributes by name. */
export type CollectedSpan = {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty: it has none. */
  readonly parentSpanId: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly error: string | null;
};

/** A collector of traces on the loopback, for runs with `env`. */
export type TraceCollector = AsyncDisposable & {
  readonly env: NodeJS.ProcessEnv;
  readonly requests: readonly HookRequest[];
  readonly spans: () => readonly CollectedSpan[];
};

/** Starts one that takes JSON. */
export async function startCollector(answer: number | 'never' = 200): Promise<TraceCollector> {
  const server = await startHookServer(answer);
  return {
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: server.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=collector-key',
    },
    requests: server.requests,
    spans: () => server.requests.flatMap(({ body }) => spansIn(JSON.parse(body) as Posted)),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

type Posted = {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly PostedSpan[] }[];
  }[];
};

type PostedSpan = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
  readonly status?: { readonly code?: number; readonly message?: string };
};

function spansIn({ resourceSpans }: Posted): readonly CollectedSpan[] {
  return resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    .map((span) => ({
      ...{ traceId: span.traceId, spanId: span.spanId, name: span.name },
      parentSpanId: span.parentSpanId ?? '',
      start: Number(BigInt(span.startTimeUnixNano) / 1_000_000n),
      end: Number(BigInt(span.endTimeUnixNano) / 1_000_000n),
      attributes: Object.fromEntries(
        span.attributes.map(({ key, value }) => [key, Object.values(value)[0] as unknown]),
      ),
      error: span.status?.code === 2 ? (span.status.message ?? '') : null,
    }));
}
