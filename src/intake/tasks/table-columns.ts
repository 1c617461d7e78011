/** What a column of a table of tasks holds; `detail` is any other. */
export type ColumnRole =
  | 'number'
  | 'title'
  | 'description'
  | 'status'
  | 'after'
  | 'criteria'
  | 'detail';

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
export function columnRoles(header: readonly string[]): readonly ColumnRole[] | null {
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
export function saysDone(status: string): boolean {
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
