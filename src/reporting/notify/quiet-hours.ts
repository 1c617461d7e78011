import type { Notice } from '../../model/notification/notice.ts';
import type { QuietHours } from '../../model/notification/sink.ts';

/** Whether it is quiet at a time; `timeZone` is an IANA name. Null: there are no quiet hours. */
export function isQuiet(quiet: QuietHours | null, now: Date, timeZone: string): boolean {
  if (quiet === null) return false;
  const clock = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  }).format(now);
  const { from, to } = quiet;
  return from < to ? from <= clock && clock < to : from <= clock || clock < to;
}

/** Whether a notice may be sent in quiet hours, too. */
export function isExcepted({ except }: Pick<QuietHours, 'except'>, { kinds }: Notice): boolean {
  return kinds.some((kind) => except.includes(kind));
}
