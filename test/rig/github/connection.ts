import { Refusal } from './refusal.ts';

type Arguments = {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
};

/** A list as GraphQL has it, in pages by cursors. Like GitHub, it needs to know how many. */
export function connection<Item>(
  items: readonly Item[],
  shape: (item: Item) => unknown,
): (page: Arguments) => Record<string, unknown> {
  return ({ first, last, after, before }) => {
    const size = first ?? last;
    if (typeof size !== 'number')
      throw new Refusal(422, 'You must provide a `first` or `last` value to properly paginate.');
    if (size > 100)
      throw new Refusal(422, `Requesting ${size} records exceeds the limit of 100 records.`);
    const from = typeof after === 'string' ? positionOf(after) + 1 : 0;
    const to = typeof before === 'string' ? positionOf(before) : items.length;
    const start = typeof first === 'number' ? from : Math.max(from, to - size);
    const end = typeof first === 'number' ? Math.min(to, from + size) : to;
    const nodes = items.slice(start, end).map(shape);
    return {
      totalCount: items.length,
      nodes,
      edges: nodes.map((node, index) => ({ node, cursor: cursorOf(start + index) })),
      pageInfo: {
        hasNextPage: end < items.length,
        hasPreviousPage: start > 0,
        startCursor: nodes.length === 0 ? null : cursorOf(start),
        endCursor: nodes.length === 0 ? null : cursorOf(end - 1),
      },
    };
  };
}

function cursorOf(position: number): string {
  return Buffer.from(`cursor:${position}`).toString('base64');
}

function positionOf(cursor: string): number {
  return Number(Buffer.from(cursor, 'base64').toString('utf8').replace('cursor:', ''));
}
