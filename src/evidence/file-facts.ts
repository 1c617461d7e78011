import type { CodeFacts } from './code-facts.ts';
import type { Language } from './language.ts';
import { javascriptFacts } from './javascript-facts.ts';
import { openModuleReader } from './module-names.ts';
import { textWords } from './text-words.ts';
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
