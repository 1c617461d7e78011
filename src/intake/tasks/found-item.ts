import type { ListItem, RootContent } from 'mdast';
import type { IssueReference, SourceLines } from '../../model/issue/issue.ts';
import { linesOf, rangeOf, type MarkdownDocument } from '../markdown/markdown-document.ts';
import { itemIndent, sourceWithout } from '../markdown/source-text.ts';
import { criteriaOfList, findCriteria } from './criteria.ts';
import { referenceOf } from './item-reference.ts';
import { splitTitle, timedTitle, withDuration, type SplitTitle } from './item-title.ts';
import { subtree, type Section } from './section.ts';
import { taskHeadingTitle } from './task-heading.ts';

/** An item of the issue, open or checked, before it has its number and its phase. */
export type FoundItem = {
  readonly section: Section;
  readonly isChecked: boolean;
  readonly title: string;
  readonly description: string;
  readonly acceptance: readonly string[];
  /** The existing issue that the item only points at. */
  readonly reference: IssueReference | null;
  readonly lines: SourceLines;
};

/** Reads a list item with all that is nested in it. */
export function itemOfList(
  document: MarkdownDocument,
  section: Section,
  item: ListItem,
): FoundItem {
  const { criteria, cuts } = findCriteria(document.text, item.children, 'item');
  const first = item.children[0];
  const pointer =
    item.children.length === 1 && first?.type === 'paragraph' ? referenceOf(first) : null;
  const { title, rest, duration } =
    pointer === null
      ? titleOfItem(document.text, item)
      : { ...pointer, rest: rangeOf(item).end, duration: null };
  return {
    section,
    isChecked: item.checked === true,
    title,
    description: withDuration(
      duration,
      sourceWithout({
        text: document.text,
        range: { start: skipBlanks(document.text, rest), end: rangeOf(item).end },
        cuts,
        indent: itemIndent(document.text, item),
      }),
    ),
    acceptance: criteria,
    reference: pointer?.reference ?? null,
    lines: linesOf(document, item),
  };
}

/** Reads a heading that is a task with all that is below it. */
export function itemOfHeading(document: MarkdownDocument, section: Section): FoundItem {
  const sections = subtree(section);
  const { isChecked, ...heading } = taskHeadingTitle(section.title);
  const { title, duration } = timedTitle(heading.title);
  const found = sections.map((part) => criteriaOfSection(document, part));
  const nodes = sections.flatMap((part) => [...headingOf(part), ...part.blocks]);
  return {
    section,
    isChecked,
    title,
    description: withDuration(
      duration,
      sourceWithout({
        text: document.text,
        range: { start: rangeOf(nodes[0]!).end, end: rangeOf(nodes.at(-1)!).end },
        cuts: found.flatMap(({ cuts }) => cuts),
        indent: 0,
      }),
    ),
    acceptance: found.flatMap(({ criteria }) => criteria),
    reference: null,
    lines: linesOf(document, nodes[0]!, nodes.at(-1)),
  };
}

/** The criteria of a section: all that it lists when its heading says so, otherwise what stands below a label. */
export function criteriaOfSection(document: MarkdownDocument, section: Section) {
  if (section.kind !== 'criteria') return findCriteria(document.text, section.blocks, 'section');
  const lists = section.blocks.filter((block) => block.type === 'list');
  const written = section.blocks.filter((block) => block.type === 'paragraph');
  const nodes = [...headingOf(section), ...section.blocks];
  const sentences = written.map((block) => {
    const { start, end } = rangeOf(block);
    return document.text.slice(start, end);
  });
  return {
    criteria:
      lists.length > 0 ? lists.flatMap((list) => criteriaOfList(document.text, list)) : sentences,
    cuts: [{ start: rangeOf(nodes[0]!).start, end: rangeOf(nodes.at(-1)!).end }],
    rest: [],
  };
}

function headingOf(section: Section): RootContent[] {
  return section.heading === null ? [] : [section.heading];
}

function titleOfItem(text: string, item: ListItem): SplitTitle {
  const first = item.children[0];
  if (first?.type === 'paragraph') return splitTitle(text, first);
  return { title: 'Untitled task', rest: rangeOf(first ?? item).start, duration: null };
}

function skipBlanks(text: string, offset: number): number {
  let at = offset;
  while (text[at] === ' ' || text[at] === '\t') at += 1;
  return at;
}
