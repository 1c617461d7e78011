import type { GitHubClient } from './client.ts';
import type { GitHubRepository } from './place.ts';
import { asIssue, type FoundIssue } from './read-issue.ts';

/** The issues that may be ours already: found by hidden marker, or by what they say. */
export type KnownIssues = {
  /** The issue with our marker. `isFresh` looks again, for an issue whose making had an unknown outcome. */
  readonly byKey: (
    key: string,
    options?: { readonly isFresh: boolean },
  ) => Promise<FoundIssue | null>;
  /** An issue of somebody's that stands for the same work, and that nothing else has taken. */
  readonly byTitle: (title: string, key: string) => FoundIssue | null;
  readonly byNumber: (number: number) => FoundIssue | null;
  readonly add: (issue: FoundIssue) => void;
  readonly isLinked: (issue: FoundIssue) => boolean;
  readonly noteLinked: (issue: FoundIssue) => void;
  readonly linkedCount: () => number;
};

export type KnownIssuesOrder = {
  readonly client: GitHubClient;
  readonly repository: GitHubRepository;
  /** The label that all our issues carry. */
  readonly label: string;
  /** The sub-issues that the master issue has, and the issues that its tasks refer to. */
  readonly subIssues: readonly FoundIssue[];
  readonly referenced: readonly FoundIssue[];
};

/** The hidden marker in an issue's body. */
export function hasMarker({ body }: Pick<FoundIssue, 'body'>, key: string): boolean {
  return body.includes(`<!-- ${key} -->`);
}

/** Ours are among the newest: this many pages of a hundred are looked through. */
const mostPages = 3;

/** Opens what is known of issues; those of ours that are linked to nothing are listed when they are first asked for. */
export function openKnownIssues(order: KnownIssuesOrder): KnownIssues {
  const { client, repository } = order;
  const linked = new Map(order.subIssues.map((issue) => [issue.id, issue]));
  const known = new Map(linked);
  const taken = new Map<string, string>();
  let listing: Promise<void> | null = null;

  const list = async (): Promise<void> => {
    const pages = client.paginate.iterator(client.rest.issues.listForRepo, {
      owner: repository.owner,
      repo: repository.repo,
      labels: order.label,
      state: 'all',
      sort: 'created',
      direction: 'desc',
      per_page: 100,
    });
    let count = 0;
    for await (const { data } of pages) {
      for (const issue of data)
        if (!issue.pull_request) known.set(Number(issue.id), asIssue(issue));
      count += 1;
      if (count === mostPages) return;
    }
  };

  const find = (key: string): FoundIssue | null =>
    known.values().find((issue) => hasMarker(issue, key)) ?? null;

  return {
    byKey: async (key, { isFresh } = { isFresh: false }) => {
      const found = find(key);
      if (found !== null) return found;
      if (isFresh) listing = null;
      listing ??= list();
      listing.catch(() => (listing = null));
      await listing;
      return find(key);
    },
    byTitle: (title, key) => {
      const wanted = plainTitle(title);
      const candidates = [...order.subIssues, ...order.referenced];
      const found = candidates.find(
        (issue) =>
          issue.state === 'open' &&
          plainTitle(issue.title) === wanted &&
          !/<!-- flotilla:/u.test(issue.body) &&
          (taken.get(String(issue.id)) ?? key) === key,
      );
      if (found === undefined) return null;
      taken.set(String(found.id), key);
      return found;
    },
    byNumber: (number) => known.values().find((issue) => issue.number === number) ?? null,
    add: (issue) => void known.set(issue.id, issue),
    isLinked: ({ id }) => linked.has(id),
    noteLinked: (issue) => void linked.set(issue.id, issue),
    linkedCount: () => linked.size,
  };
}

/** A title without what the guide's titles begin with, in one case and spacing. */
export function plainTitle(title: string): string {
  return title
    .replace(/^\[Master #\d+\]\s*/u, '')
    .replaceAll(/[`*_]/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .toLowerCase();
}
