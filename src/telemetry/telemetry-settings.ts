/** Whether a run's trace goes anywhere, and where to. */
export type TelemetrySettings =
  | { readonly kind: 'off' }
  /** It is asked for in a way that we do not have; `why` is the end of a sentence. */
  | { readonly kind: 'unsupported'; readonly why: string }
  | {
      readonly kind: 'on';
      readonly protocol: OtlpProtocol;
      /** Where traces are posted; null: where OpenTelemetry does by itself. */
      readonly url: string | null;
    };

export type OtlpProtocol = 'http/json' | 'http/protobuf';

/** Reads what OpenTelemetry's own variables say. A repository has no say in where the traces of a run go. */
export function readTelemetrySettings(env: NodeJS.ProcessEnv): TelemetrySettings {
  const value = (name: string): string | null => env[name]?.trim() || null;
  if (value('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return { kind: 'off' };
  const exact = value('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  const general = value('OTEL_EXPORTER_OTLP_ENDPOINT');
  const isEndpointGiven = exact !== null || general !== null;
  const exporter = value('OTEL_TRACES_EXPORTER') ?? (isEndpointGiven ? 'otlp' : 'none');
  if (exporter === 'none') return { kind: 'off' };
  const exporters = exporter.split(',').map((one) => one.trim());
  if (!exporters.includes('otlp'))
    return {
      kind: 'unsupported',
      why: 'of the exporters that OTEL_TRACES_EXPORTER can name, otlp and none are supported',
    };
  const protocol =
    value('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ??
    value('OTEL_EXPORTER_OTLP_PROTOCOL') ??
    'http/protobuf';
  if (protocol !== 'http/json' && protocol !== 'http/protobuf')
    return {
      kind: 'unsupported',
      why: 'of the OTLP protocols, http/protobuf and http/json are supported',
    };
  const url = exact ?? (general === null ? null : `${general.replace(/\/$/u, '')}/v1/traces`);
  return { kind: 'on', protocol, url };
}
