import type { TickOrder } from '../../forge.ts';
import { tickItem } from '../../tick-item.ts';
import type { GitHubClient } from '../http/client.ts';
import type { GitHubRepository } from '../repository/place.ts';

/** A master issue is read with its title as a heading, and an empty line, before its body. */
const linesBeforeBody = 2;

/** Ticks items of a master issue in its body as it is now. */
export async function tickItems(
  client: GitHubClient,
  { owner, repo }: GitHubRepository,
  order: TickOrder,
): Promise<void> {
  const place = { owner, repo, issue_number: order.number };
  const { data } = await client.rest.issues.get(place);
  const before = data.body ?? '';
  const after = order.items
    .map(({ line, title }) => ({ line: line - linesBeforeBody, title }))
    .reduce(tickItem, before);
  if (after !== before) await client.rest.issues.update({ ...place, body: after });
}
