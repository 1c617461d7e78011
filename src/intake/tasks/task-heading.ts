import { hasCheckBox } from './criteria.ts';
import { lineage, subtree, type Section } from './section.ts';

const TASK_HEADING = /^(?:\[[ x]\] ?)?(?:sub-? ?)?task ?#?\d+(?:\.\d+)*(?: ?[:.)–—-].*| .*)?$/i;
const NUMBERED = /^(?:\[[ x]\] ?)?#?\d+(?:\.\d+)*(?:[.):] | [–—-] )/i;
const BACKGROUND =
  /^(?:notes?|background|context|overview|dependencies|risks|references|links|out of scope|timeline)\b/i;

/** The sections that are one task each: `### Task 1: …` anywhere, `### 1. …` or `### …` below a heading that says tasks. */
export function findTaskHeadings(sections: readonly Section[]): ReadonlySet<Section> {
  const withWholeTasks = new Set(sections.filter(hasWholeTasks));
  const found = new Set<Section>();
  for (const section of sections) {
    if (!isWork(section) || isDocumentTitle(section, sections)) continue;
    if (lineage(section).some((above) => found.has(above))) continue;
    if (isNamedTask(section) || isTaskBelow(section, withWholeTasks)) found.add(section);
  }
  return found;
}

/** A task heading's own words, and whether a check mark says that the work is done. */
export function taskHeadingTitle(title: string): { title: string; isChecked: boolean } {
  const [box = ''] = /^\[[ x]\] ?/i.exec(title) ?? [];
  const words = title.slice(box.length);
  return { title: words.replace(NUMBERED, ''), isChecked: /x/i.test(box) };
}

/** Whether the section's list items can be tasks because of a heading over it. */
export function isBelowTasksHeading(section: Section): boolean {
  return lineage(section).some((above) => above.kind === 'tasks' || above.phase !== null);
}

/** Whether there is a checklist that is not criteria in the section or below its heading. */
export function hasChecklist(section: Section): boolean {
  return subtree(section).some(
    (part) =>
      isWork(part) && part.blocks.some((block) => block.type === 'list' && hasCheckBox(block)),
  );
}

function isWork(section: Section): boolean {
  return section.heading !== null && section.kind !== 'criteria' && section.kind !== 'people';
}

function isNamedTask(section: Section): boolean {
  return TASK_HEADING.test(section.title) && section.kind !== 'tasks';
}

function isTaskBelow(section: Section, withWholeTasks: ReadonlySet<Section>): boolean {
  const above = section.parent;
  if (above === null || section.phase !== null || section.kind === 'tasks') return false;
  if (NUMBERED.test(section.title)) return isBelowTasksHeading(above);
  return withWholeTasks.has(above) && !BACKGROUND.test(section.title);
}

/** Headings without a number are tasks when the lists around them are not tasks themselves. */
function hasWholeTasks(section: Section): boolean {
  if (section.kind !== 'tasks' || section.blocks.some((block) => block.type === 'list'))
    return false;
  const isNumbered = section.children.some(
    (part) => NUMBERED.test(part.title) || isNamedTask(part),
  );
  return !isNumbered && !hasChecklist(section);
}

/** `# Task 12: The cart` over a whole issue is its title, not its only task. */
function isDocumentTitle(section: Section, sections: readonly Section[]): boolean {
  if (section !== sections[1] || section.depth !== 1 || section.children.length === 0) return false;
  return !sections.slice(2).some((other) => other.depth === 1 && isNamedTask(other));
}
