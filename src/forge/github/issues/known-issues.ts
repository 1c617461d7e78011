import type { GitHubClient } from '../http/client.ts';
import type { GitHubRepository } from '../repository/place.ts';
import { asIssue, type FoundIssue } from './read-issue.ts';

/** The issues that may be ours already: found by hidden marker, or by what they say. */
export type KnownIssues = {
  /** The issue with our marker. `isFresh` looks again, for an issue whose making had an unknown outcome. */
  readonly byKey: (
    key: string,
    options?: { readonly isFresh: boolean },
  ) => Promise<FoundIssue | null>;
  /**
   * The sub-issue that an earlier run made for this task, of which this machine knows nothing: its state was lost, or lies on
   * another machine.
   */
  readonly byTask: (title: string, key: string) => FoundIssue | null;
  /** An issue of somebody's that stands for the same work, and that nothing else has taken. */
  readonly byTitle: (title: string, key: string) => FoundIssue | null;
  /**
   * Issues that stand for a task, or stood for it until they were closed: those that a run made for it, and (where its
   * title is enough to know it) those of another place in the list, and people's own. The open ones if there are any, the
   * newest first.
   */
  readonly standIns: (
    title: string,
    key: string,
    options: { readonly isTitleEnough: boolean },
  ) => readonly FoundIssue[];
  readonly byNumber: (number: number) => FoundIssue | null;
  readonly add: (issue: FoundIssue) => void;
  /** Notes issues that tasks refer to which were added later. */
  readonly addReferenced: (issues: readonly FoundIssue[]) => void;
  readonly isLinked: (issue: FoundIssue) => boolean;
  readonly noteLinked: (issue: FoundIssue) => void;
  readonly linkedCount: () => number;
};

export type KnownIssuesParams = {
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

function isOpenAs(issue: FoundIssue, title: string): boolean {
  return issue.state === 'open' && plainTitle(issue.title) === plainTitle(title);
}

/** Whether no run of ours made it. */
function isPeoples({ body }: FoundIssue): boolean {
  return !/<!-- flotilla:/u.test(body);
}

/** What an issue was made for, by the marker that a run gave it: `flotilla:<kind>:<run>:<task>`. */
type Mark = { readonly kind: string; readonly run: string; readonly task: string };

function readMark({ body }: FoundIssue): Mark | null {
  const found = [...body.matchAll(/<!-- flotilla:([\w-]+):([^\s:]+):(\w+) -->/gu)].at(-1);
  if (found === undefined) return null;
  const [, kind = '', run = '', task = ''] = found;
  return { kind, run, task };
}

/** Whether a run made an issue for what a key is about: in the same place of the list, or an earlier run in any. */
function isMadeFor(issue: FoundIssue, key: string, place: 'same' | 'any'): boolean {
  const [, kind, run, task] = key.split(':');
  const mark = readMark(issue);
  if (mark === null || mark.kind !== kind) return false;
  return mark.task === task || (place === 'any' && mark.run !== run);
}

/** Ours are among the newest: this many pages of a hundred are looked through. */
const mostPages = 3;

async function listOurs(
  { client, repository, label }: KnownIssuesParams,
  note: (issue: FoundIssue) => void,
): Promise<void> {
  const { owner, repo } = repository;
  const ask = (page: number) =>
    client.rest.issues.listForRepo({
      ...{ owner, repo, labels: label, state: 'all', per_page: 100, page },
      ...{ sort: 'created', direction: 'desc' },
    });
  let count = 0;
  for await (const issues of client.pages(ask, mostPages)) {
    for (const issue of issues) if (!issue.pull_request) note(asIssue(issue));
    count += 1;
    if (count === mostPages) return;
  }
}

/** Opens what is known of issues; those of ours that are linked to nothing are listed when they are first asked for. */
export function openKnownIssues(params: KnownIssuesParams): KnownIssues {
  const linked = new Map(params.subIssues.map((issue) => [issue.id, issue]));
  const known = new Map(linked);
  const referenced = new Map(params.referenced.map((issue) => [issue.id, issue]));
  const taken = new Map<number, string>();
  let listing: Promise<void> | null = null;

  const find = (key: string): FoundIssue | null =>
    known.values().find((issue) => hasMarker(issue, key)) ?? null;

  /** The first that is meant and stands for nothing else yet. */
  const take = (
    key: string,
    candidates: readonly FoundIssue[],
    isMeant: (issue: FoundIssue) => boolean,
  ): FoundIssue | null => {
    const found = candidates.find(
      (issue) => isMeant(issue) && (taken.get(issue.id) ?? key) === key,
    );
    if (found === undefined) return null;
    taken.set(found.id, key);
    return found;
  };

  return {
    byKey: async (key, { isFresh } = { isFresh: false }) => {
      const found = find(key);
      if (found !== null) return found;
      if (isFresh) listing = null;
      listing ??= listOurs(params, (issue) => void known.set(issue.id, issue));
      listing.catch(() => (listing = null));
      await listing;
      return find(key);
    },
    byTask: (title, key) => {
      const newest = linked.values().toArray().toReversed();
      const inPlace = (place: 'same' | 'any') => (issue: FoundIssue) =>
        isOpenAs(issue, title) && isMadeFor(issue, key, place);
      // Items that were put before it gave it another place.
      return take(key, newest, inPlace('same')) ?? take(key, newest, inPlace('any'));
    },
    byTitle: (title, key) =>
      take(
        key,
        [...params.subIssues, ...referenced.values()],
        (issue) => isOpenAs(issue, title) && isPeoples(issue),
      ),
    standIns: (title, key, { isTitleEnough }) => {
      const named = [...known.values(), ...referenced.values()].filter(
        (issue) =>
          plainTitle(issue.title) === plainTitle(title) &&
          (isMadeFor(issue, key, isTitleEnough ? 'any' : 'same') ||
            (isTitleEnough && isPeoples(issue))),
      );
      const all = [...new Map(named.map((issue) => [issue.id, issue])).values()];
      const open = all.filter(({ state }) => state === 'open');
      return (open.length > 0 ? open : all).toSorted((one, other) => other.number - one.number);
    },
    byNumber: (number) => known.values().find((issue) => issue.number === number) ?? null,
    add: (issue) => void known.set(issue.id, issue),
    addReferenced: (issues) => {
      for (const issue of issues) referenced.set(issue.id, issue);
    },
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
