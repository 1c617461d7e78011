import type { JournalEvent } from '../model/event/event.ts';
import type { RunSpan, SpanAttributes, SpanName } from './run-span.ts';

/** How a span ends. */
export type SpanEnd = {
  /** ISO 8601. */
  readonly at: string;
  readonly error?: string | null;
  readonly more?: SpanAttributes;
};

/** What begins with an event, except for its time. */
export type SpanBegin = {
  readonly key: string;
  readonly parent: string | null;
  readonly name: SpanName;
  readonly attributes?: SpanAttributes;
};

/** The spans of a run that go on, each in a slot of its own: what can go on only once at a time. */
export type OpenSpans = {
  /** Begins a span; one that goes on in the slot stays. */
  readonly begin: (slot: string, event: JournalEvent, span: SpanBegin) => void;
  /** Adds to what is said of a span that goes on. */
  readonly note: (slot: string, more: SpanAttributes) => void;
  /** Ends a span; gives none where none goes on. */
  readonly end: (slot: string, ending: SpanEnd) => readonly RunSpan[];
  /** Ends all spans of the slots that begin so. */
  readonly endAll: (prefix: string, ending: SpanEnd) => readonly RunSpan[];
  /** The slot of that end, where a span goes on in one. */
  readonly slotEndingIn: (suffix: string) => string | null;
  /** The key of the span that goes on in a slot, or the other one. */
  readonly keyIn: (slot: string, otherwise: string) => string;
};

/** The key of the run's own span. */
export const rootKey = 'run';

/** Opens the store; nothing goes on in it. */
export function openSpans(): OpenSpans {
  const open = new Map<string, Omit<RunSpan, 'end' | 'error'>>();
  const end: OpenSpans['end'] = (slot, { at, error = null, more = {} }) => {
    const known = open.get(slot);
    if (known === undefined) return [];
    open.delete(slot);
    return [{ ...known, end: at, error, attributes: { ...known.attributes, ...more } }];
  };
  return {
    begin: (slot, { at }, { attributes = {}, ...span }) => {
      if (!open.has(slot)) open.set(slot, { ...span, attributes, start: at });
    },
    note: (slot, more) => {
      const known = open.get(slot);
      if (known === undefined) return;
      open.set(slot, { ...known, attributes: { ...known.attributes, ...more } });
    },
    end,
    endAll: (prefix, ending) =>
      [...open.keys()]
        .filter((slot) => slot.startsWith(prefix))
        .flatMap((slot) => end(slot, ending)),
    slotEndingIn: (suffix) => [...open.keys()].find((slot) => slot.endsWith(suffix)) ?? null,
    keyIn: (slot, otherwise) => open.get(slot)?.key ?? otherwise,
  };
}

/** A wait that begins with an event: what for, and what waits. */
export function beginWait(
  spans: OpenSpans,
  event: JournalEvent,
  {
    slot,
    reason,
    parent,
  }: { readonly slot: string; readonly reason: string; readonly parent: string },
): void {
  const attributes = { 'flotilla.wait.reason': reason };
  spans.begin(slot, event, { key: `wait:${event.seq}`, parent, name: 'flotilla.wait', attributes });
}
