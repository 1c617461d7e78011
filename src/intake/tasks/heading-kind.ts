import type { Phase } from '../../model/issue/issue.ts';

/** What the words of a heading promise: `people` is a checklist for people, which asks agents for nothing. */
export type HeadingKind = 'criteria' | 'people' | 'tasks' | 'other';

const CRITERIA_HEADING =
  /^(?:acceptance (?:criteria|tests?)\b|definition of done\b|done when\b|(?:(?:acceptance|success|exit|completion) )?criteria$|acceptance$)/i;
const CRITERIA_LABEL =
  /^(?:(?:acceptance|success|exit|completion) criteria|acceptance|criteria|acceptance tests?|definition of done|done when)$/i;
const PEOPLE_HEADING =
  /^(?:orchestration|(?:(?:pr|pull[- ]request|code) )?review(?:er'?s?)?|(?:pr|pull[- ]request)|pre-?(?:flight|merge)) checklist\b/i;
const TASKS_HEADING =
  /^(?:[\p{L}\p{N}&-]+ ){0,3}?(?:sub-? ?tasks?|tasks|task list|work items?|to-? ?dos?|action items?)(?: ?[(:–—-].*)?$/iu;
const NOT_TASKS = /^(?:how|out of scope|why|non-|completed|done) ?/i;
const NUMBERED_PHASE =
  /^(?:phase|stage|wave) ?#?(?:\d+|[ivx]+|[a-e]|one|two|three|four|five|six)\b ?[:.)–—-]? ?/i;
const MODE_WORDS =
  '(?:parallel|independent|sequential(?:ly)?|in sequence|in order|after merg\\w+|after the merge)';
const MODE_NOTE = new RegExp(` ?\\([^()]*\\b${MODE_WORDS}\\b[^()]*\\)$`, 'i');
const MODE_TASKS = new RegExp(`^${MODE_WORDS}(?: (?:sub-? ?)?(?:tasks?|work|work items?))?$`, 'i');
const SEQUENTIAL = /\b(?:sequential(?:ly)?|in sequence|in order|one (?:by|at|after) \w+)\b/i;

/** Reads a heading's plain text. */
export function headingKind(heading: string): HeadingKind {
  const text = bareHeading(heading);
  if (CRITERIA_HEADING.test(text)) return 'criteria';
  if (PEOPLE_HEADING.test(text)) return 'people';
  return TASKS_HEADING.test(text) && !NOT_TASKS.test(text) ? 'tasks' : 'other';
}

/** The phase that a heading opens, or null when it has neither phase nor mode words. */
export function phaseOfHeading(heading: string): Omit<Phase, 'number'> | null {
  const text = bareHeading(heading);
  const withoutNote = text.replace(MODE_NOTE, '');
  if (!NUMBERED_PHASE.test(text) && withoutNote === text && !MODE_TASKS.test(text)) return null;
  return {
    title: withoutNote.replace(NUMBERED_PHASE, '').trim() || withoutNote || text,
    mode: SEQUENTIAL.test(text) ? 'sequential' : 'parallel',
  };
}

/** Whether a line of its own announces criteria, as `**Acceptance Criteria**:` does. */
export function isCriteriaLabel(line: string): boolean {
  return line.length < 80 && CRITERIA_LABEL.test(line.replace(/[*_:#]/g, '').trim());
}

/** Without the ornaments around the words: emoji before them, a colon after them. */
function bareHeading(heading: string): string {
  return heading
    .slice(0, 500)
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .replace(/[\s:]+$/, '');
}
