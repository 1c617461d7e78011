import type { Heading, RootContent } from 'mdast';
import { toString } from 'mdast-util-to-string';
import type { Phase } from '../../model/issue/issue.ts';
import type { MarkdownDocument } from '../markdown/markdown-document.ts';
import { oneLine } from '../markdown/source-text.ts';
import { headingKind, phaseOfHeading, type HeadingKind } from './heading-kind.ts';

/** A heading with the blocks up to the next heading. The lead, before any heading, is one too. */
export type Section = {
  readonly heading: Heading | null;
  /** The heading's plain text on one line. */
  readonly title: string;
  /** 0 for the lead. */
  readonly depth: number;
  readonly kind: HeadingKind;
  /** The phase that the heading opens. */
  readonly phase: Omit<Phase, 'number'> | null;
  readonly blocks: readonly RootContent[];
  readonly parent: Section | null;
  readonly children: readonly Section[];
};

type OpenSection = Omit<Section, 'blocks' | 'parent' | 'children'> & {
  readonly blocks: RootContent[];
  readonly parent: OpenSection | null;
  readonly children: OpenSection[];
};

/** All sections in document order; the lead is always the first. */
export function readSections(document: MarkdownDocument): readonly Section[] {
  const headings = document.root.children.filter((node) => node.type === 'heading').length;
  const sections: OpenSection[] = [openSection(null, null, false)];
  for (const node of document.root.children) {
    const last = sections.at(-1)!;
    if (node.type === 'heading') {
      const isTitle = sections.length === 1 && node.depth === 1 && headings > 1;
      const section = openSection(node, parentAt(last, node.depth), isTitle);
      section.parent?.children.push(section);
      sections.push(section);
    } else last.blocks.push(node);
  }
  return sections;
}

/** The section and everything below its heading, in document order. */
export function subtree(section: Section): readonly Section[] {
  return [section, ...section.children.flatMap(subtree)];
}

/** The section's ancestors, itself first. */
export function lineage(section: Section): readonly Section[] {
  return section.parent === null ? [section] : [section, ...lineage(section.parent)];
}

/** A document's title says what the whole is about, so its words decide nothing about the sections below. */
function openSection(
  heading: Heading | null,
  parent: OpenSection | null,
  isTitle: boolean,
): OpenSection {
  const title = heading === null ? '' : oneLine(toString(heading, { includeHtml: false }));
  return {
    heading,
    title,
    depth: heading?.depth ?? 0,
    kind: isTitle ? 'other' : inheritedKind(headingKind(title), parent),
    phase: isTitle ? null : phaseOfHeading(title),
    blocks: [],
    parent,
    children: [],
  };
}

function inheritedKind(own: HeadingKind, parent: OpenSection | null): HeadingKind {
  const isBelowChecklist = parent?.kind === 'criteria' || parent?.kind === 'people';
  return own === 'other' && isBelowChecklist ? parent.kind : own;
}

function parentAt(last: OpenSection, depth: number): OpenSection | null {
  let parent: OpenSection | null = last;
  while (parent !== null && parent.depth >= depth) parent = parent.parent;
  return parent;
}
