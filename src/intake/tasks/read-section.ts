import type { List, ListItem, RootContent, Paragraph } from 'mdast';
import { type MarkdownDocument, linesOf, rangeOf } from '../markdown/markdown-document.ts';
import { criteriaOfLabelledItem, hasCheckBox } from './criteria.ts';
import { criteriaOfSection, itemOfHeading, itemOfList, type FoundItem } from './found-item.ts';
import { lineage, type Section } from './section.ts';
import { hasChecklist, isBelowTasksHeading } from './task-heading.ts';
import { asTaskTable, itemsOfTable, type TaskTable } from './task-table.ts';
import { headingKind } from './heading-kind.ts';
import { timedTitle, withDuration } from './item-title.ts';

/** What one section of the issue holds. */
export type SectionReading = {
  readonly section: Section;
  readonly items: readonly FoundItem[];
  /** Criteria for all tasks. */
  readonly acceptance: readonly string[];
  /** Blocks that are neither tasks nor criteria. */
  readonly prose: readonly RootContent[];
};

/** What is decided for the issue as a whole before its sections are read. */
export type ReadingRules = {
  readonly taskHeadings: ReadonlySet<Section>;
  readonly form: TaskForm;
};

/**
 * How freely tasks are looked for: check boxes and whatever stands below a heading that says tasks;
 * else numbered lists and tables anywhere; otherwise lines that begin with a mark or with `Task 1:`.
 */
export type TaskForm = 'written' | 'numbered' | 'marked';

/** Reads one section; what stands below a task heading is read with that heading. */
export function readSection(
  document: MarkdownDocument,
  section: Section,
  rules: ReadingRules,
): SectionReading {
  const reading: SectionReading = { section, items: [], acceptance: [], prose: [] };
  if (rules.taskHeadings.has(section))
    return { ...reading, items: [itemOfHeading(document, section)] };
  if (section.kind === 'people' || lineage(section).some((above) => rules.taskHeadings.has(above)))
    return reading;
  const { criteria, rest } = criteriaOfSection(document, section);
  if (rules.form === 'marked')
    return {
      section,
      items: itemsOfMarkedLines(document, section),
      acceptance: criteria,
      prose: rest,
    };
  const lists = taskItemsByList(document, section, { rest, rules });
  const tables = lists.size > 0 ? [] : taskTables(section, { rest, rules });
  const taken = new Set<RootContent>([...lists.keys(), ...tables.map(({ table }) => table)]);
  return {
    section,
    items: [
      ...[...lists.values()].flat().map((item) => itemOfList(document, section, item)),
      ...tables.flatMap((table) => itemsOfTable(document, section, table)),
    ],
    acceptance: criteria,
    prose: rest.filter((block) => !taken.has(block)),
  };
}

/** Tables with a task a row. One next to a list of tasks only says more about them, as a table of estimates does. */
function taskTables(
  section: Section,
  { rest, rules }: { readonly rest: readonly RootContent[]; readonly rules: ReadingRules },
): readonly TaskTable[] {
  if (rules.form === 'written' && (!isBelowTasksHeading(section) || hasChecklist(section)))
    return [];
  return rest.map(asTaskTable).filter((table) => table !== null);
}

/** The items that are tasks, for each list that has any. */
function taskItemsByList(
  document: MarkdownDocument,
  section: Section,
  { rest, rules }: { readonly rest: readonly RootContent[]; readonly rules: ReadingRules },
): ReadonlyMap<List, readonly ListItem[]> {
  const lists = rest.filter((block) => block.type === 'list');
  const isListOfTasks = uncheckedListRule(section, lists, rules);
  const found = new Map<List, readonly ListItem[]>();
  for (const list of lists) {
    const items = isListOfTasks(list) ? list.children : checklistItems(document, list);
    const tasks = items.filter((item) => criteriaOfLabelledItem(document.text, item).length === 0);
    if (tasks.length > 0) found.set(list, tasks);
  }
  return found;
}

/** Which lists without check boxes are tasks: numbered ones, or plain bullets where the heading says tasks. */
function uncheckedListRule(
  section: Section,
  lists: readonly List[],
  rules: ReadingRules,
): (list: List) => boolean {
  if (rules.form !== 'written') return (list) => list.ordered === true && !hasCheckBox(list);
  if (!isBelowTasksHeading(section) || hasChecklist(section)) return () => false;
  if (lists.some((list) => list.ordered)) return (list) => list.ordered === true;
  return () => section.kind === 'tasks';
}

/** Items with a check box, also those that are grouped below plain bullets. */
function checklistItems(document: MarkdownDocument, list: List): readonly ListItem[] {
  return list.children.flatMap((item) => {
    if (typeof item.checked === 'boolean') return [item];
    if (list.ordered || criteriaOfLabelledItem(document.text, item).length > 0) return [];
    const nested = item.children.filter((block) => block.type === 'list');
    return nested.flatMap((below) => checklistItems(document, below));
  });
}

/** `Task 3: 60 minutes (BLOCKER!)`, as the guide shows tasks of unequal length. */
const NUMBERED = /^[ \t]*((?:sub-? ?)?task[ \t]+#?\d{1,4}[ \t]*:[ \t]*\S.*)$/iu;

const MARKED = /^[ \t]*(?:✅|❌|☐|□|⬜|🔲|▢)\uFE0F?[ \t]+(\S.*)$/u;

/**
 * Reads lines such as `✅ Cart data model (models/cart.py)` below a line or heading that says tasks:
 * the way in which people paste an illustration of tasks. The marks are a verdict, not a check box. Lines that begin
 * with `Task 1:` need no announcement.
 */
function itemsOfMarkedLines(document: MarkdownDocument, section: Section): FoundItem[] {
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
