import type { List, ListItem, RootContent } from 'mdast';
import { rangeOf, type TextRange } from '../markdown/markdown-document.ts';
import { dedent, itemIndent, oneLine } from '../markdown/source-text.ts';
import { isCriteriaLabel } from './heading-kind.ts';

/** The criteria found among some blocks. */
export type FoundCriteria = {
  readonly criteria: readonly string[];
  /** Where they and their labels are written, in order. */
  readonly cuts: readonly TextRange[];
  /** The blocks that are not criteria. */
  readonly rest: readonly RootContent[];
};

/**
 * Finds lists below a label (`**Acceptance Criteria**:`) and list items that are such a label.
 * Inside a checklist item, whose first block is its title, a nested checklist is criteria as well.
 */
export function findCriteria(
  text: string,
  blocks: readonly RootContent[],
  place: 'section' | 'item',
): FoundCriteria {
  const criteria: string[] = [];
  const cuts: TextRange[] = [];
  const rest: RootContent[] = [];
  for (const [index, block] of blocks.entries()) {
    const label = block.type === 'list' ? labelBefore(text, blocks, index, place) : null;
    if (block.type === 'list' && (label !== null || (place === 'item' && hasCheckBox(block)))) {
      criteria.push(...criteriaOfList(text, block));
      if (label !== null && rest.at(-1) === blocks[index - 1] && isWhole(blocks[index - 1], label))
        rest.pop();
      cuts.push({ start: label?.start ?? rangeOf(block).start, end: rangeOf(block).end });
    } else {
      rest.push(block);
      for (const item of block.type === 'list' ? block.children : []) {
        const found = criteriaOfLabelledItem(text, item);
        criteria.push(...found);
        if (found.length > 0) cuts.push(rangeOf(item));
      }
    }
  }
  return { criteria, cuts, rest };
}

/** Each item of a list as one criterion. */
export function criteriaOfList(text: string, list: List): string[] {
  return list.children.map((item) => criterion(text, item)).filter((found) => found !== '');
}

/** Whether any item of the list has a check box. */
export function hasCheckBox(list: List): boolean {
  return list.children.some((item) => typeof item.checked === 'boolean');
}

/** What a list item such as `Acceptance Criteria:` lists below it, or says after its colon. */
export function criteriaOfLabelledItem(text: string, item: ListItem): string[] {
  const [first, ...others] = item.children;
  if (first?.type !== 'paragraph') return [];
  const { start, end } = rangeOf(first);
  const line = text.slice(start, end);
  const colon = line.slice(0, 80).indexOf(':');
  const label = colon === -1 ? line : line.slice(0, colon);
  if (!isCriteriaLabel(label)) return [];
  const said = colon === -1 ? '' : oneLine(line.slice(colon + 1).replace(/^[*_]+/, ''));
  const listed = others.flatMap((block) =>
    block.type === 'list' ? criteriaOfList(text, block) : [],
  );
  return said === '' ? listed : [said, ...listed];
}

/** The line before a list when it is a label. A title is not one, so in an item's first block only a later line counts. */
function labelBefore(
  text: string,
  blocks: readonly RootContent[],
  index: number,
  place: 'section' | 'item',
): TextRange | null {
  const before = blocks[index - 1];
  if (before?.type !== 'paragraph') return null;
  const { start, end } = rangeOf(before);
  const lineStart = Math.max(start, text.lastIndexOf('\n', end - 1) + 1);
  const isTitle = place === 'item' && index === 1 && lineStart === start;
  return !isTitle && isCriteriaLabel(text.slice(lineStart, end)) ? { start: lineStart, end } : null;
}

function isWhole(block: RootContent | undefined, label: TextRange): boolean {
  return block !== undefined && rangeOf(block).start === label.start;
}

function criterion(text: string, item: ListItem): string {
  const first = item.children[0];
  if (first === undefined) return '';
  const source = text.slice(rangeOf(first).start, rangeOf(item).end);
  const isOneParagraph = item.children.length === 1 && first.type === 'paragraph';
  return isOneParagraph ? oneLine(source) : dedent(source, itemIndent(text, item));
}
