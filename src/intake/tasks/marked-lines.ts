import type { Paragraph } from 'mdast';
import { linesOf, rangeOf, type MarkdownDocument } from '../markdown/markdown-document.ts';
import type { FoundItem } from './found-item.ts';
import { headingKind } from './heading-kind.ts';
import { timedTitle, withDuration } from './item-title.ts';
import type { Section } from './section.ts';
import { isBelowTasksHeading } from './task-heading.ts';

/** `Task 3: 60 minutes (BLOCKER!)`, as the guide shows tasks of unequal length. */
const NUMBERED = /^[ \t]*((?:sub-? ?)?task[ \t]+#?\d{1,4}[ \t]*:[ \t]*\S.*)$/iu;

const MARKED = /^[ \t]*(?:✅|❌|☐|□|⬜|🔲|▢)\uFE0F?[ \t]+(\S.*)$/u;

/**
 * Reads lines such as `✅ Cart data model (models/cart.py)` below a line or heading that says tasks:
 * the way in which people paste an illustration of tasks. The marks are a verdict, not a check box. Lines that begin
 * with `Task 1:` need no announcement.
 */
export function itemsOfMarkedLines(document: MarkdownDocument, section: Section): FoundItem[] {
  let isAnnounced = isBelowTasksHeading(section);
  const items: FoundItem[] = [];
  for (const block of section.blocks) {
    if (block.type !== 'paragraph') continue;
    for (const { line, words } of linesOfParagraph(document, block)) {
      const numbered = NUMBERED.exec(words)?.[1];
      const title = numbered ?? MARKED.exec(words)?.[1];
      if (title === undefined) {
        if (/:\s*$/u.test(words) || headingKind(words) === 'tasks')
          isAnnounced = headingKind(words) === 'tasks';
      } else if (isAnnounced || numbered !== undefined)
        items.push(itemOfLine(section, { title, line }));
    }
  }
  return items;
}

function itemOfLine(
  section: Section,
  { title, line }: { readonly title: string; readonly line: number },
): FoundItem {
  const named = timedTitle(title.replaceAll(/\*\*|`/gu, ''));
  return {
    section,
    isChecked: false,
    title: named.title,
    description: withDuration(named.duration, ''),
    acceptance: [],
    reference: null,
    lines: { start: line, end: line },
  };
}

function linesOfParagraph(document: MarkdownDocument, block: Paragraph) {
  const { start, end } = rangeOf(block);
  const first = linesOf(document, block).start;
  const lines = document.text.slice(start, end).split('\n');
  return lines.map((words, index) => ({ line: first + index, words }));
}
