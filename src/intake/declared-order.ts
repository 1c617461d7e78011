import type { SubTask } from '../model/issue.ts';

/** What the order is read from: tasks that have their numbers. */
export type OrderedText = Pick<SubTask, 'ordinal' | 'title' | 'description' | 'reference'>;

/** What must come before a task, by its author's words. */
export type DeclaredOrder = Pick<SubTask, 'after' | 'afterIssues'>;

const MAX_TEXT = 20_000;
const CODE = /^[ \t]*(```|~~~)[^\n]*\n[\s\S]*?(?:^[ \t]*\1|(?![\s\S]))/gmu;
const QUOTED_LINE = /^[ \t]*>.*$/gmu;
const SAYS_AFTER =
  /\b(?:depend(?:s|ing|ent)? (?:up)?on|dependenc(?:y|ies)|blocked (?:by|on)|waits? for|builds? on|after|needs?|requires?)(?=[\s:*_])/giu;
const DENIED = /(?:\bnot?|n['’]t|\bno longer|\bnever|\bwithout)(?: \p{L}+)?\s*$/iu;
const LEAD = /^[*_]*(:?)[*_]*\s*/u;
const JOINT = /^\s*(?:,\s*(?:and\s+)?|and\s+|&\s*|\+\s*|\/\s*)/iu;
const ISSUE = /^#(\d{1,9})\b/u;
const TASK = /^(?:the\s+)?(?:sub-? ?)?tasks?\s*#?(\d{1,5})(?:\s*(?:-|–|to)\s*#?(\d{1,5}))?\b/iu;
const NUMBER =
  /^(\d{1,5})(?:\s*(?:-|–|to)\s*(\d{1,5}))?\b(?=\s*(?:$|[,;.)\]&+/]|and\b)|[ \t]*\n)(?!\.\d)/iu;
const TITLE = /^["“«'*_`]{1,3}([^"”»*`\n]{3,300}?)["”»'*_`]{1,3}/u;

/** The ordinals (open tasks other than itself) and the issue numbers that each task's text puts before it. */
export function readDeclaredOrder(tasks: readonly OrderedText[]): readonly DeclaredOrder[] {
  const known = new Set(tasks.map((task) => task.ordinal));
  const byTitle = new Map(tasks.map((task) => [plain(task.title), task.ordinal]));
  const byIssue = new Map<number, number>();
  for (const { reference, ordinal } of tasks)
    if (reference !== null && reference.owner === null) byIssue.set(reference.number, ordinal);
  return tasks.map((task) => {
    const said = statementsIn(`${task.title}: ${withoutQuoted(task.description)}`, byTitle);
    const issues = [...new Set(said.issues)];
    const ordinals = [...said.ordinals, ...issues.flatMap((issue) => byIssue.get(issue) ?? [])];
    const after = ordinals.filter((ordinal) => known.has(ordinal) && ordinal !== task.ordinal);
    return { after: [...new Set(after)].toSorted((a, b) => a - b), afterIssues: issues };
  });
}

type Said = { readonly ordinals: number[]; readonly issues: number[] };

/** Without the code blocks and quotations, which are nobody's order. */
function withoutQuoted(description: string): string {
  return description.slice(0, MAX_TEXT).replace(CODE, '').replace(QUOTED_LINE, '');
}

function statementsIn(text: string, byTitle: ReadonlyMap<string, number>): Said {
  const said: Said = { ordinals: [], issues: [] };
  for (const found of text.matchAll(SAYS_AFTER)) {
    if (DENIED.test(text.slice(Math.max(0, found.index - 30), found.index))) continue;
    const from = found.index + found[0].length;
    readList(text.slice(from, from + 1000), { said, byTitle });
  }
  return said;
}

/** Reads `task 1, 3 and #12` as far as it goes. Bare numbers count after a colon and after a task's number only. */
function readList(
  text: string,
  { said, byTitle }: { readonly said: Said; readonly byTitle: ReadonlyMap<string, number> },
): void {
  const [lead, colon] = LEAD.exec(text)!;
  // Emphasis after the word belongs to a title, unless a colon follows it.
  let rest = colon === ':' ? text.slice(lead.length) : text.trimStart();
  let mayBeBare = colon === ':';
  for (;;) {
    const issue = ISSUE.exec(rest);
    const task = TASK.exec(rest) ?? (mayBeBare ? NUMBER.exec(rest) : null);
    const title = TITLE.exec(rest);
    const named = title === null ? undefined : byTitle.get(plain(title[1]!));
    if (issue !== null) said.issues.push(Number(issue[1]));
    else if (task !== null) said.ordinals.push(...range(task));
    else if (named !== undefined) said.ordinals.push(named);
    else return;
    mayBeBare ||= task !== null;
    rest = rest.slice((issue ?? task ?? title)![0].length);
    const joint = JOINT.exec(rest);
    if (joint === null) return;
    rest = rest.slice(joint[0].length);
  }
}

function range([, first, last]: RegExpExecArray): number[] {
  const from = Number(first);
  const to = last === undefined ? from : Number(last);
  return Array.from(
    { length: Math.min(Math.max(0, to - from) + 1, 500) },
    (_, step) => from + step,
  );
}

function plain(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
