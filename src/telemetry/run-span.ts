import { createHash } from 'node:crypto';

/** A piece of a run's time that is over, as a trace shows it. Nothing in it is anybody's text. */
export type RunSpan = {
  /** Names it within its run, the same in every process. */
  readonly key: string;
  /** The key of the span that it is part of; null for the run itself. */
  readonly parent: string | null;
  readonly name: SpanName;
  /** ISO 8601. */
  readonly start: string;
  readonly end: string;
  readonly attributes: SpanAttributes;
  /** Why it came to nothing, in one of our own words; null when it did not. */
  readonly error: string | null;
};

export type SpanName =
  | 'flotilla.run'
  | 'flotilla.start'
  | 'flotilla.task'
  | 'flotilla.attempt'
  | 'flotilla.stage'
  | 'flotilla.setup'
  | 'flotilla.check'
  | 'flotilla.wait'
  | 'flotilla.merge'
  | 'flotilla.forge';

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** The id of a run's one trace: 32 hexadecimal digits, the same on every machine. */
export function traceIdOf(run: string): string {
  return digest(`flotilla:trace:${run}`, 32);
}

/** The id of a span in it: 16 hexadecimal digits. */
export function spanIdOf(run: string, key: string): string {
  return digest(`flotilla:span:${run}:${key}`, 16);
}

function digest(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}
