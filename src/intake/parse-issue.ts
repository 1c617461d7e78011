import type { MasterIssue, ParseFailure, Phase, SkippedItem, SubTask } from '../model/issue.ts';
import { err, ok, type Result } from '../model/result.ts';
import { backgroundOf } from './background.ts';
import type { FoundItem } from './found-item.ts';
import { findHints } from './hints.ts';
import { readDocument } from './markdown-document.ts';
import { numberPhases } from './phases.ts';
import { readSection } from './read-section.ts';
import { readSections } from './section.ts';
import { findTaskHeadings } from './task-heading.ts';

/**
 * Reads a master issue. Total: any text is either an issue or a failure that names the lines to
 * look at. Nothing that a reader of the rendered issue cannot see gets into the result.
 */
export function parseIssue(markdown: string): Result<MasterIssue, ParseFailure> {
  const document = readDocument(markdown);
  const sections = readSections(document);
  const taskHeadings = findTaskHeadings(sections);
  const read = (areNumbersTasksAnywhere: boolean) =>
    sections.map((part) => readSection(document, part, { taskHeadings, areNumbersTasksAnywhere }));
  const strict = read(false);
  const readings = strict.some(({ items }) => items.length > 0) ? strict : read(true);
  const items = readings.flatMap((reading) => reading.items);
  if (items.length === 0)
    return err({ code: 'no-sub-tasks', hints: findHints(document, sections) });
  return ok({
    title: sections[1]?.title || 'Untitled',
    ...numberItems(items),
    acceptance: readings.flatMap((reading) => reading.acceptance),
    context: backgroundOf(document, readings),
  });
}

/** Ordinals count every item, so that they stay the same when an item is checked. */
function numberItems(items: readonly FoundItem[]): {
  phases: readonly Phase[];
  tasks: readonly SubTask[];
  skipped: readonly SkippedItem[];
} {
  const { phases, phaseOf } = numberPhases(items.map((item) => item.section));
  const tasks: SubTask[] = [];
  const skipped: SkippedItem[] = [];
  for (const [index, { isChecked, section, ...words }] of items.entries()) {
    const ordinal = index + 1;
    if (isChecked) skipped.push({ ordinal, title: words.title, reason: 'checked' });
    else
      tasks.push({
        ordinal,
        ...words,
        after: [],
        afterIssues: [],
        reference: null,
        phase: phaseOf(section),
      });
  }
  return { phases, tasks, skipped };
}
