import type { Paragraph } from 'mdast';
import { toString } from 'mdast-util-to-string';
import type { IssueReference } from '../../model/issue/issue.ts';
import { oneLine } from '../markdown/source-text.ts';
import { cleanTitle } from './item-title.ts';

/** An item that is nothing but a reference, with the title that its author wrote next to it. */
export type ReferenceItem = { readonly reference: IssueReference; readonly title: string };

const NAME = '[A-Za-z0-9][A-Za-z0-9._-]{0,99}';
const SHORT = new RegExp(`^(?:(${NAME})/(${NAME}))?#(\\d{1,9})(?![\\w/])`, 'u');
const ADDRESS = new RegExp(
  `^<?https?://[^/\\s]{1,200}/(${NAME})/(${NAME})/issues/(\\d{1,9})(?:[/?#][^\\s>]*)?>?(?=[\\s:,.)]|$)`,
  'iu',
);
const SEPARATOR = /^\s*[-–—:]?\s*/u;

/** Reads `#20`, `owner/repo#20`, the address of an issue or a link to one, alone or before a title. */
export function referenceOf(paragraph: Paragraph): ReferenceItem | null {
  if (paragraph.position?.start.line !== paragraph.position?.end.line) return null;
  const words = oneLine(toString(paragraph, { includeHtml: false }));
  const [first] = paragraph.children;
  const linked = first?.type === 'link' ? ADDRESS.exec(first.url) : null;
  const written = SHORT.exec(words) ?? ADDRESS.exec(words);
  const found = linked ?? written;
  if (found === null) return null;
  const reference = {
    owner: found[1] ?? null,
    repo: found[2] ?? null,
    number: Number(found[3]),
  };
  const rest = words.slice(written?.[0].length ?? 0).replace(SEPARATOR, '');
  return { reference, title: cleanTitle(rest) || displayReference(reference) };
}

/** `#20` or `owner/repo#20`. */
function displayReference({ owner, repo, number }: IssueReference): string {
  return owner === null ? `#${number}` : `${owner}/${repo}#${number}`;
}
