import type { Paragraph, RootContent, Table, TableCell, TableRow } from 'mdast';
import { toString } from 'mdast-util-to-string';
import { linesOf, rangeOf, type MarkdownDocument } from '../markdown/markdown-document.ts';
import { oneLine } from '../markdown/source-text.ts';
import type { FoundItem } from './found-item.ts';
import { referenceOf } from './item-reference.ts';
import { cleanTitle, timedTitle, withDuration } from './item-title.ts';
import type { Section } from './section.ts';

const CHECK_BOX = /^\[([ x])\]\s*/iu;
const EMPTY = /^(?:[-–—]|n\/?a|none)?$/iu;

/** A table of tasks: what its columns hold. */
export type TaskTable = { readonly table: Table; readonly roles: readonly ColumnRole[] };

/** The block as a table with a task a row, or null. */
export function asTaskTable(block: RootContent): TaskTable | null {
  if (block.type !== 'table') return null;
  const roles = columnRoles(wordsOfRow(block.children[0]));
  return roles === null ? null : { table: block, roles };
}

/** Each row with a title as an item; columns without a role of their own become lines of its description. */
export function itemsOfTable(
  document: MarkdownDocument,
  section: Section,
  { table, roles }: TaskTable,
): FoundItem[] {
  const header = wordsOfRow(table.children[0]);
  return table.children.slice(1).flatMap((row) => {
    const cells = new Map(row.children.map((cell, column) => [column, cell]));
    const titleCell = cells.get(roles.indexOf('title'));
    const words = titleCell === undefined ? '' : oneLine(toString(titleCell));
    const shown = cleanTitle(words.replace(CHECK_BOX, ''));
    if (titleCell === undefined || shown === '') return [];
    const { title, duration } = timedTitle(shown);
    const source = (role: ColumnRole) => sourceOf(document.text, cells.get(roles.indexOf(role)));
    const reference = referenceOf(asParagraph(titleCell));
    const criteria = source('criteria');
    return [
      {
        section,
        isChecked: CHECK_BOX.exec(words)?.[1]?.toLowerCase() === 'x' || saysDone(source('status')),
        title: reference?.title ?? title,
        description: [
          withDuration(duration, ''),
          source('description'),
          labelled('Depends on', source('after')),
          ...row.children.map((cell, column) =>
            roles[column] === 'detail'
              ? labelled(header[column]!, sourceOf(document.text, cell))
              : '',
          ),
        ]
          .filter((line) => line !== '')
          .join('\n'),
        acceptance: EMPTY.test(criteria)
          ? []
          : criteria.split(/\s*(?:<br ?\/?>|;)\s*/iu).filter(Boolean),
        reference: reference?.reference ?? null,
        lines: linesOf(document, row),
      },
    ];
  });
}

function labelled(label: string, words: string): string {
  return EMPTY.test(words) ? '' : `${label}: ${words}`;
}

function wordsOfRow(row: TableRow | undefined): string[] {
  return (row?.children ?? []).map((cell) => oneLine(toString(cell)));
}

/** The author's Markdown of a cell, in which a `\|` is a `|`. */
function sourceOf(text: string, cell: TableCell | undefined): string {
  const [first] = cell?.children ?? [];
  const last = cell?.children.at(-1);
  if (first === undefined || last === undefined) return '';
  return oneLine(text.slice(rangeOf(first).start, rangeOf(last).end).replaceAll('\\|', '|'));
}

function asParagraph(cell: TableCell): Paragraph {
  return { type: 'paragraph', children: cell.children, position: cell.position };
}

/** What a column of a table of tasks holds; `detail` is any other. */
type ColumnRole = 'number' | 'title' | 'description' | 'status' | 'after' | 'criteria' | 'detail';

const ROLES: readonly (readonly [ColumnRole, RegExp])[] = [
  ['number', /^(?:#|no|nr|id|number|order|step)$/u],
  [
    'title',
    /^(?:(?:sub-? ?)?tasks?|title|name|items?|what|work(?: items?)?|features?|issues?|summary|to-?dos?|actions?)(?: (?:name|title))?$/u,
  ],
  ['description', /^(?:description|details?|scope|what to do|notes?)$/u],
  ['status', /^(?:status|state|done|completed?|progress|checked|finished)$/u],
  ['after', /^(?:depends on|dependenc(?:y|ies)|after|needs|requires|blocked by|prerequisites?)$/u],
  ['criteria', /^(?:acceptance(?: criteria)?|criteria|done when|definition of done)$/u],
];
const DONE = /^(?:\[x\]|x|✅|✔|☑|✓|yes|done|completed?|finished|closed|merged|shipped|100 ?%)/iu;

/** The roles of a table's columns by its header, or null when no column names the tasks. Each role is given once. */
function columnRoles(header: readonly string[]): readonly ColumnRole[] | null {
  const taken = new Set<ColumnRole>();
  const roles = header.map((cell) => {
    const role = roleOf(cell);
    if (taken.has(role)) return 'detail';
    taken.add(role);
    return role;
  });
  return taken.has('title') ? roles : null;
}

/** Whether the words of a status column say that the work is done. */
function saysDone(status: string): boolean {
  return DONE.test(status.trim()) && !/\bnot\b|^done when/iu.test(status);
}

function roleOf(cell: string): ColumnRole {
  const words =
    cell === '✅'
      ? 'done'
      : cell
          .toLowerCase()
          .replace(/[?:.]+$/u, '')
          .trim();
  return ROLES.find(([, pattern]) => pattern.test(words))?.[0] ?? 'detail';
}
