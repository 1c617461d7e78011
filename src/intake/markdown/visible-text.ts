import type { ParseFailure } from '../../model/issue/issue.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { readDocument } from './markdown-document.ts';
import { findExcess } from './reading-cost.ts';

/** What a reader of the rendered issue sees of it, as Markdown: no comments, no hidden definitions. */
export function visibleText(markdown: string): Result<string, ParseFailure> {
  const excess = findExcess(markdown);
  if (excess !== null) return err({ code: 'issue-too-large', hints: [excess] });
  return ok(readDocument(markdown).text);
}
