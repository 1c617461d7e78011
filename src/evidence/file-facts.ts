import { wordStem } from '../model/plan/word-stem.ts';
import type { CodeFacts } from './code-facts.ts';
import type { Language } from './language.ts';
import { openModuleReader, type ReadModule } from './module-names.ts';
import type { Depth } from './depth.ts';
import { treeSitterFacts } from './tree-sitter-facts.ts';

export type FileFacts = CodeFacts & { readonly words: string };

export type ReadFacts = (path: string, language: Language, text: string) => FileFacts;

/** Loads the parsers for some languages, and only these. */
export async function loadFactReader(
  languages: ReadonlySet<Language>,
  depth: Depth,
): Promise<ReadFacts> {
  const readModule = languages.has('javascript')
    ? openModuleReader(await import('oxc-parser'))
    : null;
  const others = await treeSitterFacts(languages);
  return (path, language, text) => {
    const words = depth === 'words' ? textWords(text) : '';
    const code = tolerant(() => {
      if (language === 'javascript' && readModule !== null)
        return javascriptFacts({ readModule, path, text, depth });
      return others(language, text);
    });
    return { ...code, words };
  };
}

/** A file that a parser chokes on still has a path, words and a history. */
function tolerant(read: () => CodeFacts): CodeFacts {
  try {
    const { defines, imports } = read();
    return { defines: defines.slice(0, mostNames), imports: imports.slice(0, mostNames) };
  } catch {
    return { defines: [], imports: [] };
  }
}

const mostNames = 2_000;

const identifier = /[A-Za-z][A-Za-z0-9_]*/gu;
const parts = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/gu;
const longest = 40;
const mostText = 200_000;

/**
 * The distinct words of a text by their stems: its identifiers whole and in parts. Three lines: words seen five times or
 * more, twice or more, and once.
 */
function textWords(text: string): string {
  const seen = new Map<string, number>();
  const add = (word: string, times: number): void => {
    const stem = word.length <= longest ? wordStem(word) : null;
    if (stem !== null) seen.set(stem, (seen.get(stem) ?? 0) + times);
  };
  for (const [name, times] of identifiersOf(text)) {
    const whole = name.toLowerCase().replaceAll('_', '');
    add(whole, times);
    if (/[a-z][A-Z]|_/u.test(name))
      for (const part of name.match(parts) ?? []) add(part.toLowerCase(), times);
  }
  const lines: [string[], string[], string[]] = [[], [], []];
  for (const [word, times] of seen) lines[times >= 5 ? 0 : times >= 2 ? 1 : 2].push(word);
  return lines.map((words) => words.join(' ')).join('\n');
}

function identifiersOf(text: string): Map<string, number> {
  const names = new Map<string, number>();
  for (const name of text.slice(0, mostText).match(identifier) ?? [])
    names.set(name, (names.get(name) ?? 0) + 1);
  return names;
}

const requireCall = /\brequire\s*\(\s*['"]([^'"\n]+)['"]\s*\)/gu;
const definition =
  /^[ \t]*(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\s*\*?|class|interface|type|enum|namespace|const|let|var)\s+([A-Za-z_$][\w$]*)/gmu;
const method =
  /^[ \t]+(?:(?:public|private|protected|static|readonly|async|get|set|override)\s+)*#?([A-Za-z_$][\w$]*)\s*(?:<[^>\n]*>)?\([^\n]*\)[^\n;]*\{\s*$/gmu;
const assigned = /(?:\bexports|\bprototype|^\w+)\.([A-Za-z_$][\w$]*)[ \t]*=/gmu;
const keywords = new Set([
  'if',
  'for',
  'while',
  'switch',
  'catch',
  'function',
  'return',
  'constructor',
]);

type Source = {
  readonly readModule: ReadModule;
  readonly path: string;
  readonly text: string;
  readonly depth: Depth;
};

/**
 * What a JavaScript or TypeScript file imports and defines. Imports and exports come from the parser; names that are
 * not exported, and what CommonJS requires, from a scan of the text.
 */
function javascriptFacts({ readModule, path, text, depth }: Source): CodeFacts {
  const { requests, exports } = readModule(path, text);
  const imports = new Set(requests);
  const defines = new Set(exports);
  if (text.includes('require'))
    for (const [, specifier = ''] of text.matchAll(requireCall)) imports.add(specifier);
  const patterns = depth === 'words' ? [definition, method, assigned] : [];
  for (const pattern of patterns)
    for (const [, name = ''] of text.matchAll(pattern)) if (!keywords.has(name)) defines.add(name);
  return { defines: [...defines], imports: [...imports] };
}
