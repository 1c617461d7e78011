import { rangeOf, type MarkdownDocument } from './markdown/markdown-document.ts';
import type { SectionReading } from './tasks/read-section.ts';

const MAX_CHARACTERS = 8000;
/** A line such as `↓ MERGE ALL, THEN:` between two phases; phases say it already. */
const BARRIER_LINE = /^[↓⬇⇩]/u;

/** The prose around the tasks as Markdown, at most 8,000 characters: sections without tasks keep their headings. */
export function backgroundOf(
  document: MarkdownDocument,
  readings: readonly SectionReading[],
): string {
  const parts: string[] = [];
  for (const [index, reading] of readings.entries()) {
    const prose = proseOf(document, reading);
    // The first heading is the title.
    const isNamed = index > 1 && prose.length > 0 && isProseSection(reading);
    if (isNamed) parts.push(sourceOf(document, reading.section.heading!));
    parts.push(...prose);
  }
  return clip(parts.join('\n\n').trim());
}

function isProseSection({ section, items }: SectionReading): boolean {
  return section.kind === 'other' && section.phase === null && items.length === 0;
}

function proseOf(document: MarkdownDocument, reading: SectionReading): string[] {
  return reading.prose
    .filter((block) => block.type !== 'thematicBreak')
    .map((block) => sourceOf(document, block))
    .filter((source) => source.trim() !== '' && !BARRIER_LINE.test(source));
}

function sourceOf(document: MarkdownDocument, node: Parameters<typeof rangeOf>[0]): string {
  const { start, end } = rangeOf(node);
  return document.text.slice(start, end);
}

/** Never between the two halves of one character. */
function clip(text: string): string {
  const isSplit = /[\uD800-\uDBFF]/.test(text[MAX_CHARACTERS - 1] ?? '');
  return text.slice(0, isSplit ? MAX_CHARACTERS - 1 : MAX_CHARACTERS).trimEnd();
}
