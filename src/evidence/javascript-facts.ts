import type { parseSync as Parse } from 'oxc-parser';
import type { Depth } from './depth.ts';
import type { CodeFacts } from './file-facts.ts';

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
  readonly parse: typeof Parse;
  readonly path: string;
  readonly text: string;
  readonly depth: Depth;
};

/**
 * What a JavaScript or TypeScript file imports and defines. Imports and exports come from the parser's module record,
 * which costs a quarter of a whole syntax tree; names that are not exported come from a scan of the text.
 */
export function javascriptFacts({ parse, path, text, depth }: Source): CodeFacts {
  const { module } = parse(path, text);
  const imports = new Set<string>();
  for (const { moduleRequest } of module.staticImports) imports.add(moduleRequest.value);
  const defines = new Set<string>();
  for (const { entries } of module.staticExports)
    for (const { moduleRequest, exportName } of entries) {
      if (moduleRequest !== null) imports.add(moduleRequest.value);
      if (exportName.name !== null) defines.add(exportName.name);
    }
  for (const { moduleRequest } of module.dynamicImports) {
    const source = text.slice(moduleRequest.start, moduleRequest.end);
    if (/^(['"`])[^'"`$]+\1$/u.test(source)) imports.add(source.slice(1, -1));
  }
  if (text.includes('require'))
    for (const [, specifier = ''] of text.matchAll(requireCall)) imports.add(specifier);
  const patterns = depth === 'words' ? [definition, method, assigned] : [];
  for (const pattern of patterns)
    for (const [, name = ''] of text.matchAll(pattern)) if (!keywords.has(name)) defines.add(name);
  return { defines: [...defines], imports: [...imports] };
}
