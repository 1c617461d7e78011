import { posix } from 'node:path';

const extensions = [
  '',
  '.ts',
  '.tsx',
  '.js',
  '.jsx',
  '.mts',
  '.mjs',
  '.cts',
  '.cjs',
  '.d.ts',
  '.vue',
  '.svelte',
  '.json',
];
/** TypeScript names the file that it will emit. */
const emitted = /\.([cm]?)js(x?)$/u;
const indexes = ['/index.ts', '/index.tsx', '/index.js', '/index.jsx', '/index.mjs', '/index.d.ts'];

/** Resolves relative specifiers, `@/…` and `~/…` below a source folder, and the repository's own packages by name. */
export function openJavascriptResolver(
  places: ReadonlyMap<string, number>,
  packages: ReadonlyMap<string, string>,
): (from: string, specifier: string) => readonly number[] {
  const find = (path: string): number | undefined => {
    for (const extension of extensions) {
      const at = places.get(path + extension);
      if (at !== undefined) return at;
    }
    if (emitted.test(path)) {
      const source =
        places.get(path.replace(emitted, '.$1ts$2')) ?? places.get(path.replace(emitted, '.$1tsx'));
      if (source !== undefined) return source;
    }
    for (const index of indexes) {
      const at = places.get(path + index);
      if (at !== undefined) return at;
    }
    return undefined;
  };
  const known = new Map<string, readonly number[]>();
  return (from, specifier) => {
    const key = specifier.startsWith('.')
      ? joined(from, specifier)
      : `${sourceRoot(from)} ${specifier}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const candidates = specifier.startsWith('.') ? [key] : outside(from, specifier, packages);
    const at = candidates.map(find).find((place) => place !== undefined);
    const found = at === undefined ? [] : [at];
    known.set(key, found);
    return found;
  };
}

/** The path that a relative specifier means: `posix.join`, with a short cut for how nearly all are written. */
function joined(from: string, specifier: string): string {
  let end = from.lastIndexOf('/');
  let at = specifier.startsWith('./') ? 2 : 0;
  for (; specifier.startsWith('../', at) && end > 0; at += 3) end = from.lastIndexOf('/', end - 1);
  const below = specifier.slice(at);
  const isPlain = end > 0 && at > 0 && below !== '' && !/(?:^|\/)(?:\.{0,2})(?:\/|$)/u.test(below);
  return isPlain ? `${from.slice(0, end)}/${below}` : posix.join(posix.dirname(from), specifier);
}

/** Where a specifier that is not relative may lead. */
function outside(from: string, specifier: string, packages: ReadonlyMap<string, string>): string[] {
  const clean = specifier.replace(/[?#].*$/u, '');
  if (/^[@~]\//u.test(clean)) {
    const root = sourceRoot(from);
    return [`${root}/${clean.slice(2)}`, clean.slice(2)].map((path) => posix.normalize(path));
  }
  const [scope = '', name = '', ...rest] = clean.split('/');
  const [owner, below] = clean.startsWith('@')
    ? [`${scope}/${name}`, rest]
    : [scope, [name, ...rest].filter((part) => part !== '')];
  const folder = packages.get(owner);
  if (folder === undefined) return [];
  const path = below.join('/');
  return path === ''
    ? ['src/index', 'src/main', 'index', 'lib/index', `src/${posix.basename(folder)}`].map(
        (entry) => posix.join(folder, entry),
      )
    : [posix.join(folder, path), posix.join(folder, 'src', path)];
}

/** The nearest `src` above a file, or the root. */
function sourceRoot(from: string): string {
  const at = from.lastIndexOf('/src/');
  return at >= 0 ? from.slice(0, at + 4) : from.startsWith('src/') ? 'src' : '.';
}
