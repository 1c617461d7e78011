import type {
  IntakeHint,
  MasterIssue,
  ParseFailure,
  Phase,
  SkippedItem,
  SubTask,
} from '../model/issue/issue.ts';
import { err, ok, type Result } from '../model/result.ts';
import { backgroundOf } from './background.ts';
import type { FoundItem } from './tasks/found-item.ts';
import { findHints } from './tasks/hints.ts';
import { readDocument } from './markdown/markdown-document.ts';
import { passagesOf } from './order/passages.ts';
import { withOrders } from './order/with-orders.ts';
import { numberPhases } from './phases.ts';
import { findExcess } from './markdown/reading-cost.ts';
import { readSection } from './tasks/read-section.ts';
import { readSections } from './tasks/section.ts';
import { findTaskHeadings } from './tasks/task-heading.ts';
import { digestItem, type DigestedItem } from './issue-digest.ts';

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
