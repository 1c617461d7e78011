import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import type { Parser, Query } from '@vscode/tree-sitter-wasm';
import type { CodeFacts } from './code-facts.ts';
import type { Language } from './language.ts';

/** For each language its grammar's file and a query: what is captured as `d` is defined, as `i` imported. */
const grammars: Readonly<Partial<Record<Language, readonly [string, string]>>> = {
  python: [
    'python',
    `(function_definition name: (identifier) @d) (class_definition name: (identifier) @d)
     (module (expression_statement (assignment left: (identifier) @d)))
     (import_statement) @i (import_from_statement) @i`,
  ],
  go: [
    'go',
    `(function_declaration name: (identifier) @d) (method_declaration name: (field_identifier) @d)
     (type_spec name: (type_identifier) @d) (source_file (const_declaration (const_spec name: (identifier) @d)))
     (import_spec path: (_) @i)`,
  ],
  rust: [
    'rust',
    `(function_item name: (identifier) @d) (struct_item name: (type_identifier) @d)
     (enum_item name: (type_identifier) @d) (trait_item name: (type_identifier) @d)
     (type_item name: (type_identifier) @d) (const_item name: (identifier) @d)
     (macro_definition name: (identifier) @d) (use_declaration) @i (mod_item !body) @i`,
  ],
  java: [
    'java',
    `(class_declaration name: (identifier) @d) (interface_declaration name: (identifier) @d)
     (enum_declaration name: (identifier) @d) (record_declaration name: (identifier) @d)
     (method_declaration name: (identifier) @d) (import_declaration) @i`,
  ],
  'c-sharp': [
    'c-sharp',
    `(class_declaration name: (identifier) @d) (interface_declaration name: (identifier) @d)
     (struct_declaration name: (identifier) @d) (enum_declaration name: (identifier) @d)
     (record_declaration name: (identifier) @d) (method_declaration name: (identifier) @d)
     (property_declaration name: (identifier) @d) (using_directive) @i`,
  ],
  cpp: [
    'cpp',
    `(function_declarator declarator: (_) @d) (class_specifier name: (type_identifier) @d)
     (struct_specifier name: (type_identifier) @d body: (_)) (enum_specifier name: (type_identifier) @d body: (_))
     (preproc_def name: (identifier) @d) (preproc_include path: (_) @i)`,
  ],
  ruby: [
    'ruby',
    `(method name: (_) @d) (singleton_method name: (_) @d) (class name: (_) @d) (module name: (_) @d)
     ((call method: (identifier) @m arguments: (argument_list (string) @i)) (#match? @m "^require"))`,
  ],
  php: [
    'php',
    `(class_declaration name: (name) @d) (interface_declaration name: (name) @d)
     (trait_declaration name: (name) @d) (method_declaration name: (name) @d)
     (function_definition name: (name) @d) (namespace_use_clause) @i`,
  ],
};

/** wasm parses some megabytes a second; what is longer than this is generated more often than written. */
const mostText = 400_000;

type Reader = { readonly parser: Parser; readonly query: Query };

/** Loads the grammars of some languages; gives what reads a text in one of them. */
export async function treeSitterFacts(
  languages: ReadonlySet<Language>,
): Promise<(language: Language, text: string) => CodeFacts> {
  const wanted = [...languages].filter((language) => grammars[language] !== undefined);
  const readers = new Map<Language, Reader>();
  if (wanted.length > 0) {
    const tools = await loadTreeSitter();
    for (const language of wanted) readers.set(language, await openReader(tools, language));
  }
  return (language, text) => {
    const reader = readers.get(language);
    if (reader === undefined || text.length > mostText) return { defines: [], imports: [] };
    return readWith(reader, text);
  };
}

type Tools = {
  readonly library: typeof import('@vscode/tree-sitter-wasm');
  readonly folder: string;
};

async function loadTreeSitter(): Promise<Tools> {
  const { default: library } = await import('@vscode/tree-sitter-wasm');
  const folder = createRequire(import.meta.url).resolve('@vscode/tree-sitter-wasm');
  await library.Parser.init();
  return { library, folder: folder.slice(0, folder.lastIndexOf('/')) };
}

async function openReader({ library, folder }: Tools, language: Language): Promise<Reader> {
  const [name, query] = grammars[language] ?? ['', ''];
  const grammar = await library.Language.load(await readFile(`${folder}/tree-sitter-${name}.wasm`));
  const parser = new library.Parser();
  parser.setLanguage(grammar);
  return { parser, query: new library.Query(grammar, query) };
}

function readWith({ parser, query }: Reader, text: string): CodeFacts {
  const tree = parser.parse(text);
  if (tree === null) return { defines: [], imports: [] };
  try {
    const defines = new Set<string>();
    const imports = new Set<string>();
    for (const { name, node } of query.captures(tree.rootNode)) {
      if (name === 'd') defines.add(node.text.replace(/^.*(?:::|\.)/su, '').slice(0, 80));
      if (name === 'i') imports.add(node.text.slice(0, 400));
    }
    return { defines: [...defines], imports: [...imports] };
  } finally {
    tree.delete();
  }
}
