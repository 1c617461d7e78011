import type { Node, Parent, Root } from 'mdast';

type Range = { readonly start: number; readonly end: number };

/**
 * The text without what readers of the rendered issue cannot see: HTML comments and link
 * definitions used as comments. Line breaks stay, so that line numbers do not move.
 */
export function withoutHiddenText(text: string, root: Root): string {
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end } of hiddenRanges(text, root)) {
    pieces.push(text.slice(at, start), replacement(text, start, end));
    at = end;
  }
  return pieces.join('') + text.slice(at);
}

/** A space between two words, so that the text around a comment cannot join into a new one. */
function replacement(text: string, start: number, end: number): string {
  const breaks = text.slice(start, end).replace(/[^\n]+/g, '');
  const isInsideWord = /\S/.test(text[start - 1] ?? ' ') && /\S/.test(text[end] ?? ' ');
  return breaks === '' && isInsideWord ? ' ' : breaks;
}

/** In document order and without overlap. A comment that is left open hides what follows, as it does in browsers. */
function hiddenRanges(text: string, root: Root): Range[] {
  const ranges: Range[] = [];
  let open: number | null = null;
  for (const node of nodesInOrder(root)) {
    const { start, end } = offsets(node);
    if (node.type === 'html') {
      const found = commentsIn(text, { start, end }, open);
      ranges.push(...found.closed);
      open = found.open;
    } else if (open === null && isDefinitionUsedAsComment(node)) {
      ranges.push({ start, end });
    }
  }
  return open === null ? ranges : [...ranges, { start: open, end: text.length }];
}

function commentsIn(text: string, node: Range, openBefore: number | null) {
  const closed: Range[] = [];
  let open = openBefore;
  let at = node.start;
  while (at < node.end) {
    const start: number = open ?? indexIn(text, '<!--', at, node.end);
    if (start === -1) break;
    const end = commentEnd(text, Math.max(start, at), open === null);
    open = end === -1 || end > node.end ? start : null;
    if (open !== null) break;
    closed.push({ start, end });
    at = end;
  }
  if (closed.length === 0 && open === null && /^<[!?]/.test(text.slice(node.start, node.start + 2)))
    closed.push(node);
  return { closed, open };
}

function commentEnd(text: string, from: number, isOpening: boolean): number {
  if (isOpening && text.startsWith('<!-->', from)) return from + 5;
  if (isOpening && text.startsWith('<!--->', from)) return from + 6;
  const end = text.indexOf('-->', isOpening ? from + 4 : from);
  return end === -1 ? -1 : end + 3;
}

function indexIn(text: string, part: string, from: number, to: number): number {
  const found = text.slice(from, to).indexOf(part);
  return found === -1 ? -1 : from + found;
}

function isDefinitionUsedAsComment(node: Node): boolean {
  if (node.type !== 'definition') return false;
  const { title, url } = node as Node & { title?: string | null; url: string };
  return Boolean(title) || url === '' || url === '#';
}

function offsets(node: Node): Range {
  return { start: node.position?.start.offset ?? 0, end: node.position?.end.offset ?? 0 };
}

/** With its own stack: the depth of emphasis is the author's choice. */
function* nodesInOrder(root: Node): Generator<Node> {
  const stack: Node[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    yield node;
    if ('children' in node)
      for (const child of (node as Parent).children.toReversed()) stack.push(child);
  }
}
