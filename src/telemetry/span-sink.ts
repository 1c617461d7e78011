import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { spanIdOf, traceIdOf, type RunSpan } from './run-span.ts';
import type { OtlpProtocol, TelemetrySettings } from './telemetry-settings.ts';

/** Where the spans of a run go. Sending waits for nobody, and never throws. */
export type SpanSink = {
  readonly send: (run: string, spans: readonly RunSpan[]) => void;
  /** Sends what is left, within a few seconds; gives how many spans nobody accepted, and why. */
  readonly close: () => Promise<{ readonly lost: number; readonly why: string } | null>;
};

/** The packages that are needed; a user who wants traces installs them. */
const packagesFor: Readonly<Record<OtlpProtocol, readonly string[]>> = {
  'http/json': packagesWith('http'),
  'http/protobuf': packagesWith('proto'),
};

function packagesWith(exporter: 'http' | 'proto'): readonly string[] {
  const names = ['api', 'sdk-trace', 'resources', `exporter-trace-otlp-${exporter}`];
  return names.map((name) => `@opentelemetry/${name}`);
}

/** They are not installed: the names of all that are needed. */
export class MissingPackages extends Error {
  readonly packages: readonly string[];

  constructor(packages: readonly string[]) {
    super(`Not installed: ${packages.join(', ')}`);
    this.name = 'MissingPackages';
    this.packages = packages;
  }
}

type Wanted = Extract<TelemetrySettings, { kind: 'on' }>;

/** Milliseconds that a run waits at its end for a collector. */
const patienceMs = 3_000;

/** Opens OpenTelemetry's own exporter. Throws `MissingPackages` when it is not installed. */
export async function openSpanSink({ protocol, url }: Wanted): Promise<SpanSink> {
  const { api, sdk, resources, exporting } = await load(protocol);
  const losses = { count: 0, why: '' };
  const exporter = new exporting.OTLPTraceExporter(url === null ? {} : { url });
  const ids = { trace: '', span: '' };
  const provider = new sdk.TracerProvider({
    // What the user says of the service, and nothing of the machine.
    resource: resources
      .defaultResource()
      .merge(resources.resourceFromAttributes({ 'service.name': 'flotilla' }))
      .merge(resources.detectResources({ detectors: [resources.envDetector] })),
    sampler: new sdk.AlwaysOnSampler(),
    idGenerator: { generateTraceId: () => ids.trace, generateSpanId: () => ids.span },
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter: watched(exporter, losses),
        scheduledDelayMillis: 1_000,
        exportTimeoutMillis: patienceMs,
      }),
    ],
  });
  const tracer = provider.getTracer('flotilla');
  const sendOne = (run: string, span: RunSpan): void => {
    Object.assign(ids, { trace: traceIdOf(run), span: spanIdOf(run, span.key) });
    const parent =
      span.parent === null
        ? api.ROOT_CONTEXT
        : api.trace.setSpanContext(api.ROOT_CONTEXT, {
            ...{ traceId: ids.trace, spanId: spanIdOf(run, span.parent) },
            traceFlags: api.TraceFlags.SAMPLED,
          });
    const { name, attributes, error } = span;
    const made = tracer.startSpan(name, { attributes, startTime: new Date(span.start) }, parent);
    if (error !== null) made.setStatus({ code: api.SpanStatusCode.ERROR, message: error });
    made.end(new Date(span.end));
  };
  return {
    send: (run, spans) => {
      // What shows a run must not end it.
      try {
        for (const span of spans) sendOne(run, span);
      } catch (error) {
        Object.assign(losses, { count: losses.count + spans.length, why: String(error) });
      }
    },
    close: async () => {
      const closing = provider.shutdown().catch(() => undefined);
      const isInTime = await within(closing, patienceMs);
      if (!isInTime && losses.why === '') losses.why = 'the collector did not answer';
      return losses.why === '' ? null : { lost: losses.count, why: losses.why };
    },
  };
}

/** Their `ExportResultCode.SUCCESS`. */
const success = 0;

type Losses = { count: number; why: string };

/** An exporter of which it is known what nobody has accepted. */
function watched(exporter: SpanExporter, losses: Losses): SpanExporter {
  return {
    export: (spans: ReadableSpan[], done) => {
      losses.count += spans.length;
      exporter.export(spans, (result) => {
        // Their enum is in none of the packages that are asked for.
        const code: number = result.code;
        if (code === success) losses.count -= spans.length;
        else losses.why = result.error?.message ?? 'the collector did not accept them';
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}

/** Whether something ended in time. */
async function within(work: Promise<unknown>, ms: number): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), ms);
  try {
    return await Promise.race([work.then(() => true), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function load(protocol: OtlpProtocol) {
  try {
    const [api, sdk, resources, exporting] = await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/resources'),
      protocol === 'http/json'
        ? import('@opentelemetry/exporter-trace-otlp-http')
        : import('@opentelemetry/exporter-trace-otlp-proto'),
    ]);
    return { api, sdk, resources, exporting };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new MissingPackages(packagesFor[protocol]);
  }
}
