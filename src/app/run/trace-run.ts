import { wrapForge } from '../../forge/wrap-forge.ts';
import type { Forge } from '../../forge/forge.ts';
import type { Journal } from '../../journal/journal.ts';
import { ForgeError } from '../../model/forge-problem.ts';
import { plainText } from '../../model/text/plain-text.ts';
import type { RunRecord } from '../../services/run-record.ts';
import type { RunSpan } from '../../telemetry/run-span.ts';
import { MissingPackages, openSpanSink, type SpanSink } from '../../telemetry/span-sink.ts';
import { readTelemetrySettings } from '../../telemetry/telemetry-settings.ts';
import { traceOfRun, type RunTrace } from '../../telemetry/trace-of-run.ts';

/** What shows a run to OpenTelemetry, where its user wants that. */
export type RunTracing = {
  /** The same forge; what it asks of another machine is in the trace. */
  readonly traced: (forge: Forge) => Forge;
  /** Sends what is left, within a few seconds. */
  readonly close: () => Promise<void>;
};

export type TracingParams = {
  readonly record: RunRecord;
  readonly journal: Journal;
  readonly env: NodeJS.ProcessEnv;
  /** Says what the user should know of it. */
  readonly note: (text: string) => void;
};

const off: RunTracing = { traced: (forge) => forge, close: () => Promise.resolve() };

/**
 * Sends a span for whatever ends in a run, while this process works on it. What others wrote before is only followed: their
 * own process has sent it. Never holds the run up, and never ends it.
 */
export async function traceRun(params: TracingParams): Promise<RunTracing> {
  const sink = await openSink(params);
  if (sink === null) return off;
  try {
    return sendTrace(params, sink);
  } catch (error) {
    params.note(`No trace is sent: ${plainText(String(error), 200)}`);
    return off;
  }
}

function sendTrace({ record, journal, note }: TracingParams, sink: SpanSink): RunTracing {
  const { run } = record;
  const trace = traceOfRun();
  for (const event of journal.read(run, 0)) {
    const ended = trace.take(event);
    if (event.seq > record.resumedAt) sink.send(run, ended);
  }
  record.listen((event) => sink.send(run, trace.take(event)));
  return {
    traced: (forge) => tracedForge(forge, trace, (span) => sink.send(run, [span])),
    close: async () => {
      const failure = await sink.close();
      if (failure === null) return;
      const { lost, why } = failure;
      note(
        `The trace of this run is not whole: ${lost} spans were not accepted, ${plainText(why, 200)}`,
      );
    },
  };
}

async function openSink({ env, note }: TracingParams): Promise<SpanSink | null> {
  const settings = readTelemetrySettings(env);
  if (settings.kind === 'off') return null;
  if (settings.kind === 'unsupported') {
    note(`No trace is sent: ${settings.why}.`);
    return null;
  }
  try {
    return await openSpanSink(settings);
  } catch (error) {
    const how =
      error instanceof MissingPackages
        ? `OpenTelemetry is not installed. Install it next to Flotilla: npm install ${error.packages.join(' ')}`
        : `OpenTelemetry cannot be used, ${plainText(String(error), 200)}`;
    note(`No trace is sent: ${how}`);
    return null;
  }
}

/** A forge of which each operation that asks another machine for something is a span. */
function tracedForge(forge: Forge, trace: RunTrace, send: (span: RunSpan) => void): Forge {
  if (!forge.can.usage) return forge;
  let count = 0;
  return wrapForge(forge, {
    around: async (operation, call, params) => {
      const [start, parent, before] = [new Date(), trace.current(), forge.usage().counted];
      let error: string | null = null;
      try {
        return await call(...params);
      } catch (failure) {
        error = failure instanceof ForgeError ? failure.forge.kind : 'unexpected';
        throw failure;
      } finally {
        count += 1;
        const isAsked = forge.usage().counted > before || error !== null;
        if (isAsked)
          send({
            ...{ key: `forge:${parent}:${start.toISOString()}:${count}`, parent, error },
            ...{
              name: 'flotilla.forge',
              start: start.toISOString(),
              end: new Date().toISOString(),
            },
            attributes: { 'flotilla.forge.operation': operation },
          });
      }
    },
  });
}
