import type { GitHubClient } from './client.ts';
import type { GitHubRepository } from './place.ts';

/** A checklist's item as its author wrote it: the line that it was on, and its words. */
export type Item = {
  /** 1-based, in the issue's body. */
  readonly line: number;
  readonly title: string;
};

/** Ticks items of a master issue. What somebody has edited in between is looked for by its words, and else left. */
export async function tickItems(
  client: GitHubClient,
  { owner, repo }: GitHubRepository,
  order: { readonly number: number; readonly items: readonly Item[] },
): Promise<void> {
  const place = { owner, repo, issue_number: order.number };
  const { data } = await client.rest.issues.get(place);
  const before = data.body ?? '';
  const after = order.items.reduce(tickItem, before);
  if (after !== before) await client.rest.issues.update({ ...place, body: after });
}

const openBox = /^(\s*(?:[-*+]|\d+[.)])\s+)\[ \]/u;

/** The body with one item ticked; as it was when the item is ticked already, or not to be found. */
export function tickItem(body: string, { line, title }: Item): string {
  const lines = body.split('\n');
  const words = plain(title);
  const isMeant = (text: string | undefined): boolean =>
    text !== undefined && openBox.test(text) && plain(text).includes(words);
  const at = isMeant(lines[line - 1]) ? line - 1 : lines.findIndex(isMeant);
  if (at === -1) return body;
  lines[at] = (lines[at] ?? '').replace(openBox, '$1[x]');
  return lines.join('\n');
}

function plain(text: string): string {
  return text
    .replaceAll(/[`*_~\\]/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .toLowerCase();
}
