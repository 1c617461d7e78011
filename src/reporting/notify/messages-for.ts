import type { Notice, NoticeKind } from '../../model/notification/notice.ts';
import type { NotificationSink } from '../../model/notification/sink.ts';
import type { Due } from './notice-ledger.ts';

/** Whether a sink takes a notice. */
export function isWanted({ on }: Pick<NotificationSink, 'on'>, { kinds }: Notice): boolean {
  return on === undefined || kinds.some((kind) => on.includes(kind));
}

/** What one sink is sent of what is due: of what was held back, all in one. */
export function messagesFor(
  sink: Pick<NotificationSink, 'on'>,
  { fresh, late }: Due,
): readonly Notice[] {
  const mine = late.filter((notice) => isWanted(sink, notice));
  const [first, ...others] = mine;
  const summed = first === undefined ? [] : others.length === 0 ? [first] : [sumUp(first, others)];
  return [...summed, ...fresh.filter((notice) => isWanted(sink, notice))];
}

/** More lines than these say less. */
const mostLines = 12;

function sumUp(first: Notice, others: readonly Notice[]): Notice {
  const all = [first, ...others];
  const lines = all.map(({ title, text }) => `${title}: ${text}`);
  const more = lines.length - mostLines;
  const kinds = [...new Set(all.flatMap((notice): readonly NoticeKind[] => notice.kinds))];
  const links = [...new Set(all.map(({ link }) => link))];
  return {
    ...first,
    ...{ key: all.map(({ key }) => key).join(' '), kinds, task: null },
    title: `${first.issue}: ${all.length} things happened meanwhile`,
    text: [...lines.slice(0, mostLines), ...(more > 0 ? [`and ${more} more`] : [])].join('\n'),
    link: links.length === 1 ? first.link : null,
    command: `flotilla status ${first.issue}`,
    at: all.at(-1)?.at ?? first.at,
  };
}
