import type { MissingModule } from '../../model/failure/failure-clue.ts';

/** With the line that says so. */
type FoundMissing = MissingModule & { readonly line: string };

type Pattern = { readonly language: MissingModule['language']; readonly pattern: RegExp };

const patterns: readonly Pattern[] = [
  {
    language: 'js',
    pattern:
      /^(?:(?<typed>[^\s(:]+\.[cm]?tsx?)[(:].*)?.*?Cannot find (?:module|package) ['"](?<name>[^'"]+)['"](?: (?:imported )?from ['"]?(?<by>[^'"]+?)['"]?(?:$|\s))?/u,
  },
  {
    language: 'js',
    pattern: /Failed to resolve import ['"](?<name>[^'"]+)['"] from ['"](?<by>[^'"]+)['"]/u,
  },
  {
    language: 'js',
    pattern: /Can't resolve ['"](?<name>[^'"]+)['"] in ['"](?<inside>[^'"]+)['"]/u,
  },
  {
    language: 'js',
    pattern: /Could not resolve ['"](?<name>[^'"]+)['"](?: from ['"](?<by>[^'"]+)['"])?/u,
  },
  {
    language: 'js',
    pattern:
      /Failed to load url (?<name>\S+) \(resolved id: [^)]*\)(?: in (?<by>\S+?))?\.(?:\s|$)/u,
  },
  { language: 'js', pattern: /Module not found ['"](?<name>[^'"]+)['"]/u },
  { language: 'python', pattern: /No module named ['"]?(?<name>\w[\w.]*\w|\w)['"]?/u },
  { language: 'go', pattern: /package (?<name>\S+) is not in (?:std|GOROOT)/u },
  { language: 'go', pattern: /no required module provides package (?<name>[^\s;:]+)/u },
  {
    language: 'go',
    pattern: /cannot find (?:package|module providing package) "?(?<name>[^\s":]+)/u,
  },
  { language: 'rust', pattern: /(?<file>file not found) for module `(?<name>\w+)`/u },
  { language: 'rust', pattern: /unresolved import `(?<name>[\w:]+)`/u },
  {
    language: 'rust',
    pattern:
      /(?:use of (?:undeclared|unresolved) (?:crate or module|module or unlinked crate)|can't find crate for|no matching package named) `(?<name>[\w-]+)`/u,
  },
  {
    language: 'java',
    pattern:
      /error: package (?<name>[\w.]+) does not exist|ClassNotFoundException: (?<type>[\w.$]+)/u,
  },
  { language: 'ruby', pattern: /cannot load such file -- (?<name>[^\s)]+)/u },
  {
    language: 'ruby',
    pattern: /Could not find (?:gem '(?<name>[\w-]+)|(?<gem>[\w-]+)-\d[\w.]* in )/u,
  },
  {
    language: 'c',
    pattern:
      /fatal error: ['"<]?(?<name>[^\s:'">]+)['">]?(?:: No such file or directory| file not found)/u,
  },
];

/** Reads every module that an output says is missing, in its order. */
export function readMissingModules(lines: readonly string[]): readonly FoundMissing[] {
  return lines.flatMap((line, index) => {
    for (const { language, pattern } of patterns) {
      const groups = pattern.exec(line)?.groups;
      const name = groups?.['name'] ?? groups?.['type'] ?? groups?.['gem'];
      if (name === undefined) continue;
      const specifier = groups?.['file'] === undefined ? withoutUrl(name) : `crate::${name}`;
      return [{ language, specifier, importer: importerOf(groups, lines, index), line }];
    }
    return [];
  });
}

function importerOf(
  groups: Record<string, string | undefined> | undefined,
  lines: readonly string[],
  index: number,
): string | null {
  const inside = groups?.['inside'];
  if (inside !== undefined) return `${inside}/*`;
  const named = groups?.['by'] ?? groups?.['typed'];
  if (named !== undefined) return withoutUrl(named);
  const [head = '', stack = ''] = lines.slice(index + 1, index + 3);
  return head.trim().startsWith('Require stack:')
    ? (/^\s*- (\S+)/u.exec(stack)?.[1] ?? null)
    : null;
}

function withoutUrl(text: string): string {
  return text.replace(/^file:\/\//u, '');
}

/** Whether the name alone says that the project itself should hold the module. */
export function looksLikeProject({ language, specifier }: MissingModule): boolean {
  switch (language) {
    case 'js':
      return /^(?:\.|\/|@\/|~\/|#)/u.test(specifier) && !specifier.includes('node_modules/');
    case 'python':
      // Python names the first ancestor that is missing, so of a dotted name the top is there.
      return specifier.includes('.');
    case 'rust':
      return /^(?:crate|super|self)::/u.test(specifier);
    case 'ruby':
      return /^[./]/u.test(specifier);
    case 'go':
      return !(specifier.split('/')[0] ?? '').includes('.');
    case 'java':
    case 'c':
      return false;
  }
}

/** The package to install for it: `lodash` of `lodash/fp`, `@scope/name` of what lies below it. */
export function packageName({ language, specifier }: MissingModule): string {
  if (language === 'rust') return specifier.split('::')[0] ?? specifier;
  if (language !== 'js') return specifier;
  const inModules = specifier.split('node_modules/').at(-1) ?? specifier;
  return inModules.split('/', inModules.startsWith('@') ? 2 : 1).join('/');
}

/** Where in the repository it should be, as far as the output tells: `src/models/cart.js`, or the last part of that. */
export function modulePath(missing: MissingModule, root: string | null): string {
  const { language, specifier, importer } = missing;
  switch (language) {
    case 'js':
      return jsPath(specifier, importer, root);
    case 'python':
    case 'java':
      return specifier.replaceAll('.', '/');
    case 'rust':
      return specifier.replace(/^(?:(?:crate|super|self)::)+/u, '').replaceAll('::', '/');
    case 'ruby':
    case 'go':
    case 'c':
      return inRepository(specifier, root);
  }
}

function jsPath(specifier: string, importer: string | null, root: string | null): string {
  if (/^(?:@\/|~\/|#)/u.test(specifier)) return specifier.replace(/^(?:@\/|~\/|#\/?)/u, '');
  if (!specifier.startsWith('.') || importer === null) return inRepository(specifier, root);
  const from = inRepository(importer, root).split('/').slice(0, -1);
  return resolved([...from, ...specifier.split('/')]);
}

function resolved(parts: readonly string[]): string {
  const path: string[] = [];
  for (const part of parts)
    if (part === '..') path.pop();
    else if (part !== '.' && part !== '') path.push(part);
  return path.join('/');
}

const workspaceFolder = /^.*\/orch-[^/]+-task-\d+\//u;
const usualFolders = /^.*?\/(?=(?:src|lib|app|test|tests|spec|packages|internal|pkg|cmd)\/)/u;

/** A path as the repository has it. Without a known root, from the first folder that is usual in projects. */
function inRepository(path: string, root: string | null): string {
  if (root !== null && path.startsWith(`${root}/`)) return path.slice(root.length + 1);
  if (!path.startsWith('/')) return resolved(path.split('/'));
  for (const known of [workspaceFolder, usualFolders])
    if (known.test(path)) return path.replace(known, '');
  return path.slice(1);
}

const extension = /\.(?:[cm]?[jt]sx?|json|py|rs|go|rb|java|kt|vue|svelte|h|hpp|hh)$/u;

/** A path without what importers leave out: its extension, and the file that stands for its folder. */
export function moduleStem(path: string): string {
  return path
    .replace(/\.d\.[cm]?ts$/u, '')
    .replace(extension, '')
    .replace(/\/(?:index|__init__|mod)$/u, '');
}

/** Whether a file of the repository is the missing module. A `path` with a trailing `/` is a whole folder. */
export function isTheModule(missing: MissingModule, path: string, root: string | null): boolean {
  // A bare name of JavaScript is a package, whatever files of that name there are.
  if (missing.language === 'js' && !looksLikeProject(missing)) return false;
  const wanted = moduleStem(modulePath(missing, root));
  if (wanted === '') return false;
  if (path.endsWith('/')) return `${wanted}/`.startsWith(path);
  const stem = moduleStem(path);
  if (isTail(stem, wanted)) return true;
  const folder = stem.split('/').slice(0, -1).join('/');
  const parent = wanted.split('/').slice(0, -1).join('/');
  switch (missing.language) {
    case 'java':
      return folder !== '' && isTail(folder, wanted);
    case 'go':
      return folder !== '' && (isTail(folder, wanted) || isTail(wanted, folder));
    case 'rust':
      // `crate::models::Cart` may be an item in `models.rs`.
      return parent !== '' && isTail(stem, parent);
    default:
      return false;
  }
}

/** Whether `tail` is the whole path or its last segments. */
function isTail(path: string, tail: string): boolean {
  return path === tail || path.endsWith(`/${tail}`);
}
