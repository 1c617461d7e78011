import { dirname, join, relative, sep } from 'node:path';
import { rooms } from './rooms.ts';

/** The part of the linter's interface that is used here. */
type Context = {
  readonly filename: string;
  readonly cwd: string;
  readonly report: (problem: { readonly node: unknown; readonly message: string }) => void;
};
type Import = { readonly source?: { readonly value?: unknown } | null };
type Node = { readonly type: string };
type Name = Node & { readonly name?: string };
type Member = Node & { readonly object?: Member; readonly property?: Name };
type Element = Node & {
  readonly value?: unknown;
  readonly argument?: Element;
  readonly elements?: readonly (Element | null)[];
};
type Call = Node & { readonly callee: Member; readonly arguments: readonly Element[] };

/** Where a file is in `src/`: its room, and its path there; null outside. */
function placeOf(cwd: string, file: string): { room: string; path: string } | null {
  const path = relative(join(cwd, 'src'), file).split(sep);
  const [room = ''] = path;
  return room === '..' || path.length < 2 ? null : { room, path: path.join('/') };
}

/** Imports go from the outer rooms to the inner ones, as the table says. */
const imports = {
  meta: { type: 'problem' },
  create(context: Context): Record<string, (node: Import) => void> {
    const own = placeOf(context.cwd, context.filename);
    const room = own === null ? undefined : rooms[own.room];
    if (own === null || room === undefined || own.path.endsWith('.test.ts')) return {};
    const complain = (node: Import, what: string): void =>
      context.report({ node, message: `${own.room}/ does not import ${what}: ${room.because}.` });
    const check = (node: Import): void => {
      const specifier = node.source?.value;
      if (typeof specifier !== 'string') return;
      if (!specifier.startsWith('.')) {
        const isFine = room.packages?.some((start) => specifier.startsWith(start)) ?? true;
        if (!isFine) complain(node, specifier);
        return;
      }
      const file = join(dirname(context.filename), specifier);
      const other = placeOf(context.cwd, file);
      if (other === null) return complain(node, relative(context.cwd, file));
      if (other.room === own.room) return;
      if (!room.rooms.includes(other.room) && !room.rooms.includes(other.path))
        complain(node, other.path);
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

/** The last name of `git`, `tools.clone.git` or `this.git`; undefined where there is none, as behind a call. */
function lastName(node: (Member & Name) | undefined): string | undefined {
  return node?.type === 'Identifier' ? node.name : node?.property?.name;
}

function isText({ type, value }: Element): boolean {
  return type === 'TemplateLiteral' || (type === 'Literal' && typeof value === 'string');
}

/** Whether a list is of words that are spelled out: it begins with one, or with those of another list. */
function isSpelled({ type, elements = [] }: Element): boolean {
  const [first, ...others] = elements;
  if (type !== 'ArrayExpression' || first === undefined || first === null) return false;
  if (first.type !== 'SpreadElement') return isText(first);
  const isOfWords = first.argument !== undefined && isSpelled(first.argument);
  return isOfWords || others.some((other) => other !== null && isText(other));
}

/**
 * Git is asked by verbs. A call of it is known by its method, and by arguments that are spelled out, or by a receiver of
 * its name where they come from elsewhere.
 */
const gitByVerb = {
  meta: { type: 'problem' },
  create(context: Context): Record<string, (node: Call) => void> {
    const own = placeOf(context.cwd, context.filename);
    if (own === null || own.room === 'git' || own.path.endsWith('.test.ts')) return {};
    const message =
      'Arguments of git are written only in src/git/: use a verb from there, or add one.';
    return {
      CallExpression(node) {
        const { callee } = node;
        const method = callee.type === 'MemberExpression' ? callee.property?.name : undefined;
        if (method !== 'run' && method !== 'probe') return;
        const isOnGit = /^git$|Git$/u.test(lastName(callee.object) ?? '');
        const isOfWords = node.arguments.slice(0, 1).some(isSpelled);
        if (isOnGit || isOfWords) context.report({ node, message });
      },
    };
  },
};

export default {
  meta: { name: 'house' },
  rules: { imports, 'git-by-verb': gitByVerb },
};
