import type {
  IntakeHint,
  MasterIssue,
  ParseFailure,
  Phase,
  SkippedItem,
  SubTask,
} from '../model/issue/issue.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { FoundItem } from './tasks/found-item.ts';
import { findHints } from './tasks/hints.ts';
import { readDocument, rangeOf, type MarkdownDocument } from './markdown/markdown-document.ts';
import { passagesOf } from './order/passages.ts';
import { withOrders } from './order/with-orders.ts';
import { findExcess } from './markdown/reading-cost.ts';
import { readSection, type SectionReading } from './tasks/read-section.ts';
import { readSections, lineage, type Section } from './tasks/section.ts';
import { findTaskHeadings } from './tasks/task-heading.ts';
import { digestItem, type DigestedItem } from './digest-issue.ts';

/**
 * Reads a master issue. Total: any text is either an issue or a failure that names the lines to
 * look at. Nothing that a reader of the rendered issue cannot see gets into the result.
 */
export function parseIssue(markdown: string): Result<MasterIssue, ParseFailure> {
  const excess = findExcess(markdown);
  if (excess !== null) return err({ code: 'issue-too-large', hints: [excess] });
  const document = readDocument(markdown);
  const sections = readSections(document);
  const taskHeadings = findTaskHeadings(sections);
  const readings = (['written', 'numbered', 'marked'] as const)
    .values()
    .map((form) => sections.map((part) => readSection(document, part, { taskHeadings, form })))
    .find((found) => found.some((reading) => reading.items.length > 0));
  if (readings === undefined)
    return err({ code: 'no-sub-tasks', hints: findHints(document, sections) });
  const items = readings.flatMap((reading) => reading.items);
  const { places, ...numbered } = numberItems(items);
  const surplus = numbered.tasks[mostTasks];
  if (surplus !== undefined)
    return err({ code: 'issue-too-large', hints: [surplusHint(numbered.tasks, surplus)] });
  const issue = {
    title: sections[1]?.title || announcedTitle(document.text) || 'Untitled',
    ...numbered,
    acceptance: readings.flatMap((reading) => reading.acceptance),
    context: backgroundOf(document, readings),
    passages: passagesOf(document, readings, places, numbered.tasks),
  };
  return ok(withOrders(issue));
}

/** Planning compares each task with each other one; and GitHub gives an issue no more than 100 sub-issues. */
const mostTasks = 500;

function surplusHint(tasks: readonly SubTask[], first: SubTask): IntakeHint {
  return {
    line: first.lines.start,
    message: `the issue has ${tasks.length} open tasks, and no more than ${mostTasks} are planned together; split it into several issues`,
  };
}

/** `Master Issue: "Add a shop"`, in an issue without a heading. */
function announcedTitle(text: string): string | undefined {
  return /^master issue:[ \t]*["“]?([^\n]{1,300}?)["”]?[ \t]*$/imu.exec(text)?.[1];
}

/** Ordinals count every item, so that they stay the same when an item is checked. */
function numberItems(items: readonly FoundItem[]): {
  phases: readonly Phase[];
  tasks: readonly SubTask[];
  skipped: readonly SkippedItem[];
  /** Where each item stands. */
  places: readonly Pick<SubTask, 'ordinal' | 'lines'>[];
} {
  const { phases, phaseOf } = numberPhases(items.map((item) => item.section));
  const tasks: SubTask[] = [];
  const skipped: (SkippedItem & DigestedItem)[] = [];
  for (const [index, { isChecked, section, ...words }] of items.entries()) {
    const ordinal = index + 1;
    const phase = phaseOf(section);
    if (isChecked) {
      const digest = digestItem({ ...words, phase });
      skipped.push({ ordinal, title: words.title, reason: 'checked', digest });
    } else tasks.push({ ordinal, ...words, phase, after: [], afterIssues: [] });
  }
  const places = items.map(({ lines }, index) => ({ ordinal: index + 1, lines }));
  return { phases, tasks, skipped, places };
}

/**
 * Numbers the phases that hold items, given each item's section in document order. Items before the
 * first phase are in one without a title; a heading that opens no phase stays in the one before it.
 */
function numberPhases(sections: readonly Section[]): {
  readonly phases: readonly Phase[];
  readonly phaseOf: (section: Section) => number;
} {
  const phases: Phase[] = [];
  const numbers = new Map<Section, number>();
  let opener: Section | null = null;
  for (const section of sections) {
    const own = lineage(section).find((above) => above.phase !== null) ?? null;
    const isNew = own !== null && own !== opener;
    if (isNew || phases.length === 0) {
      const words = own?.phase ?? { title: '', mode: 'parallel' as const };
      phases.push({ number: phases.length + 1, ...words });
    }
    opener = own ?? opener;
    numbers.set(section, phases.length);
  }
  return { phases, phaseOf: (section) => numbers.get(section) ?? 1 };
}

const MAX_CHARACTERS = 8000;
/** A line such as `↓ MERGE ALL, THEN:` between two phases; phases say it already. */
const BARRIER_LINE = /^[↓⬇⇩]/u;

/** The prose around the tasks as Markdown, at most 8,000 characters: sections without tasks keep their headings. */
function backgroundOf(document: MarkdownDocument, readings: readonly SectionReading[]): string {
  const parts: string[] = [];
  for (const [index, reading] of readings.entries()) {
    const prose = proseOf(document, reading);
    // The first heading is the issue's title.
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
