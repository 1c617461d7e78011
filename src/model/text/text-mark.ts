import type { RunState } from '../state/run-state.ts';

const mark = /<!-- flotilla:text:([0-9a-f]{16}) -->/u;

/** The hidden marker of a task's text as a pull request was made for it; empty where the text was not noted. */
export function textMark(state: Pick<RunState, 'issueDigest'>, ordinal: number): string {
  const digest = textDigest(state, ordinal);
  return digest === null ? '' : `<!-- flotilla:text:${digest} -->`;
}

/** The digest of a task's text as it is now, as long as its marker has it. */
export function textDigest(
  { issueDigest }: Pick<RunState, 'issueDigest'>,
  ordinal: number,
): string | null {
  const item = issueDigest?.items.find((each) => each.ordinal === ordinal);
  return item?.digest.slice(0, 16) ?? null;
}

/** The digest that a text is marked with; null where it has none. */
export function readTextMark(body: string): string | null {
  return mark.exec(body)?.[1] ?? null;
}
