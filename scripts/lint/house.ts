import { dirname, join, relative, sep } from 'node:path';
import { rooms } from './rooms.ts';

/** The part of the linter's interface that is used here. */
type Context = {
  readonly filename: string;
  readonly cwd: string;
  readonly report: (problem: { readonly node: unknown; readonly message: string }) => void;
};
type Import = { readonly source?: { readonly value?: unknown } | null };

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

export default { meta: { name: 'house' }, rules: { imports } };
