import { plainText } from '../text/plain-text.ts';

/** What an issue asks for, as digests: blind to check marks, our own markers and white space. */
export type IssueDigest = {
  /** Of each item, open or checked. */
  readonly items: readonly { readonly ordinal: number; readonly digest: string }[];
  /** Of what holds for all items: phases and criteria. */
  readonly common: string;
  /** Of the prose around the items, which agents get as background. */
  readonly background: string;
};

/** What an issue asks for, with the titles of its open items for those who tell people of them. */
export type IssueWords = IssueDigest & { readonly titles?: ReadonlyMap<number, string> };

/**
 * Reads what an issue asks for by now; null when it cannot be read. It may answer with what it read a while ago, unless
 * this is the last time that it is asked.
 */
export type ReadIssue = (params: { readonly isLast: boolean }) => Promise<IssueWords | null>;

/** How an issue differs from what it was. */
export type IssueEdits = {
  /** Ordinals of items that read otherwise, or stand for others now. */
  readonly changed: readonly number[];
  readonly added: readonly number[];
  readonly gone: readonly number[];
  readonly isCommonChanged: boolean;
  readonly isBackgroundChanged: boolean;
};

/** What was edited between two readings of an issue; null when nothing was. */
export function findEdits(before: IssueDigest, now: IssueDigest): IssueEdits | null {
  const were = new Map(before.items.map(({ ordinal, digest }) => [ordinal, digest]));
  const are = new Map(now.items.map(({ ordinal, digest }) => [ordinal, digest]));
  const edits = {
    changed: [...are.keys()].filter(
      (ordinal) => were.has(ordinal) && were.get(ordinal) !== are.get(ordinal),
    ),
    added: [...are.keys()].filter((ordinal) => !were.has(ordinal)),
    gone: [...were.keys()].filter((ordinal) => !are.has(ordinal)),
    isCommonChanged: before.common !== now.common,
    isBackgroundChanged: before.background !== now.background,
  };
  const isAny =
    edits.changed.length + edits.added.length + edits.gone.length > 0 ||
    edits.isCommonChanged ||
    edits.isBackgroundChanged;
  return isAny ? edits : null;
}

/** The edits as part of a sentence: `task 2 reads otherwise, task 4 (Add the till) is new`. */
export function editWords(edits: IssueEdits, titles: IssueWords['titles'] = new Map()): string {
  const named = (ordinal: number): string => {
    const title = titles.get(ordinal);
    return title === undefined ? String(ordinal) : `${ordinal} (${plainText(title, 80)})`;
  };
  const parts = [
    about(edits.changed.map(String), ['reads otherwise', 'read otherwise']),
    about(edits.added.map(named), ['is new', 'are new']),
    about(edits.gone.map(String), ['is gone', 'are gone']),
    edits.isCommonChanged ? 'the phases or the criteria for all are others' : '',
    edits.isBackgroundChanged ? 'the text around the tasks changed' : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

const mostNamed = 12;

function about(ordinals: readonly string[], [one, many]: readonly [string, string]): string {
  if (ordinals.length === 0) return '';
  if (ordinals.length === 1) return `task ${ordinals[0]} ${one}`;
  const shown = ordinals.slice(0, mostNamed).join(', ');
  const more = ordinals.length > mostNamed ? ` and ${ordinals.length - mostNamed} more` : '';
  return `tasks ${shown}${more} ${many}`;
}
