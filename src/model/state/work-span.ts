import type { PauseReason } from '../event/run-event.ts';

/** A time in which an orchestrator was at work on a run; `to` is null while it is. */
export type WorkSpan = { readonly from: string; readonly to: string | null };

/** A time in which a run started nothing new; `asked`: since somebody wanted that. */
export type PauseSpan = WorkSpan & { readonly reason: PauseReason | 'asked' };

/** The spans with the open one, if there is one, closed at that time. */
export function closeSpans<Span extends WorkSpan>(
  spans: readonly Span[],
  at: string,
): readonly Span[] {
  return spans.map((span) => (span.to === null ? { ...span, to: at } : span));
}

/** How many milliseconds between two ISO times lie in spans that are over: nights between two starts do not count. */
export function spannedMs(spans: readonly WorkSpan[], from: string, to: string): number {
  const [begin, end] = [Date.parse(from), Date.parse(to)];
  return spans.reduce((sum, span) => {
    const last = span.to === null ? end : Math.min(end, Date.parse(span.to));
    return sum + Math.max(0, last - Math.max(begin, Date.parse(span.from)));
  }, 0);
}
