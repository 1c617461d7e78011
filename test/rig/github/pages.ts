import type { Answer, Call } from './route.ts';

/** One page of a list, with the `Link` header that leads to the others. */
export function pageOf<Item>(
  call: Call,
  items: readonly Item[],
  shape: (page: Item[]) => unknown,
): Answer {
  const size = Math.min(Math.max(Number(call.query.get('per_page') ?? 30) || 30, 1), 100);
  const page = Math.max(Number(call.query.get('page') ?? 1) || 1, 1);
  const last = Math.max(Math.ceil(items.length / size), 1);
  const link = links(call, page, last);
  return {
    status: 200,
    body: shape(items.slice((page - 1) * size, page * size)),
    ...(link === '' ? {} : { headers: { link } }),
  };
}

function links(call: Call, page: number, last: number): string {
  const wanted: [string, number][] = [];
  if (page > 1) wanted.push(['prev', page - 1]);
  if (page < last) wanted.push(['next', page + 1], ['last', last]);
  if (page > 1) wanted.push(['first', 1]);
  return wanted.map(([rel, number]) => `<${urlOf(call, number)}>; rel="${rel}"`).join(', ');
}

function urlOf(call: Call, page: number): string {
  const query = new URLSearchParams(call.query);
  query.set('page', String(page));
  return `${call.world.api}${call.path}?${query.toString()}`;
}
