import type { Node, Paragraph, Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import type { SourceLines } from '../../model/issue/issue.ts';
import { boundedInline, gfmWithoutAutolinks } from './bounded-inline.ts';
import { boundText } from './bounded-text.ts';
import { withoutHiddenText } from './hidden-text.ts';

/** What a reader of the rendered issue can see: the tree, and the text that its offsets point into. */
export type MarkdownDocument = {
  readonly text: string;
  readonly root: Root;
  /** The author's line of a line of `text`; both count from 1. */
  readonly lineOf: (line: number) => number;
};

/** A piece of the document's text, by offsets. */
export type TextRange = { readonly start: number; readonly end: number };

const MAX_PASSES = 4;

/** Reads any text as GitHub-flavoured Markdown, without what its readers cannot see. */
export function readDocument(markdown: string): MarkdownDocument {
  const { text: source, lineOf } = boundText(markdown);
  let text = source;
  let root = parse(text);
  // Taking a comment away may change what the text around it is, so look again.
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const visible = withoutHiddenText(text, root);
    if (visible === text) break;
    text = visible;
    root = parse(text);
  }
  return { text, root, lineOf };
}

/** Where a node is in the document's text. */
export function rangeOf(node: Node): TextRange {
  // A paragraph behind a check box is said to start at the box when its first words are code or emphasis.
  const first = node.type === 'paragraph' ? (node as Paragraph).children[0] : undefined;
  const start = (first ?? node).position?.start.offset ?? 0;
  return { start, end: node.position?.end.offset ?? 0 };
}

/** The author's lines from the start of one node to the end of another (or of itself). */
export function linesOf(document: MarkdownDocument, first: Node, last: Node = first): SourceLines {
  return {
    start: document.lineOf(first.position?.start.line ?? 1),
    end: document.lineOf(last.position?.end.line ?? 1),
  };
}

function parse(text: string): Root {
  return fromMarkdown(text, {
    extensions: [gfmWithoutAutolinks(), boundedInline()],
    mdastExtensions: gfmFromMarkdown().filter(({ transforms }) => transforms === undefined),
  });
}
