import { ForgeError } from '../../../model/forge-problem.ts';

/** One page of a list, as it was answered. */
export type Page<Item> = {
  readonly data: readonly Item[];
  readonly headers: { readonly link?: string | undefined };
};

export type PagesParams<Item> = {
  /** Asks for a page; the first is 1. */
  readonly ask: (page: number) => Promise<Page<Item>>;
  /** A list from GitHub has no more pages than these. */
  readonly most: number;
  readonly host: string;
  /** The origin of the API. */
  readonly origin: string;
};

/**
 * Reads a list page by page. Pages are asked for by their number: the address that a server gives for the next one says
 * only that there is one, and must not lead to another host. Throws a `ForgeError` when it does, or when there is no end.
 */
export async function* readPages<Item>(params: PagesParams<Item>): AsyncGenerator<readonly Item[]> {
  const { ask, most, host, origin } = params;
  for (let page = 1; ; page += 1) {
    const { data, headers } = await ask(page);
    yield data;
    const next = /<([^<>]+)>;\s*rel="next"/u.exec(headers.link ?? '')?.[1];
    if (next === undefined) return;
    const to = URL.canParse(next, origin) ? new URL(next, origin).origin : next;
    if (to !== origin) throw new ForgeError({ kind: 'leads-elsewhere', host, to });
    if (page === most)
      throw new ForgeError({
        ...{ kind: 'unfit-answer', host, what: 'a list' },
        why: `it continues after ${most} pages`,
      });
  }
}
