import type { Depth } from './depth.ts';
import type { CodeFacts } from './code-facts.ts';
import type { ReadModule } from './module-names.ts';

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
export function javascriptFacts({ readModule, path, text, depth }: Source): CodeFacts {
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
