/** What reads a file: oxc-parser for JavaScript and its kin, a tree-sitter grammar, or nothing but its words. */
export type Language =
  | 'javascript'
  | 'python'
  | 'go'
  | 'rust'
  | 'java'
  | 'c-sharp'
  | 'cpp'
  | 'ruby'
  | 'php'
  | 'text';

const languages: Readonly<Record<string, Language>> = {
  ...namesFor('javascript', 'js jsx mjs cjs ts tsx mts cts'),
  ...namesFor('python', 'py pyi'),
  ...namesFor('go', 'go'),
  ...namesFor('rust', 'rs'),
  ...namesFor('java', 'java'),
  ...namesFor('c-sharp', 'cs'),
  ...namesFor('cpp', 'c h cc cpp cxx hpp hh hxx'),
  ...namesFor('ruby', 'rb rake gemspec'),
  ...namesFor('php', 'php'),
  ...namesFor(
    'text',
    'md mdx rst txt adoc vue svelte astro html css scss less graphql proto sql sh bash yml yaml toml json jsonc kt kts swift scala lua ex exs erl hs clj dart zig nim r jl gradle cfg ini tf',
  ),
};

/** The language of a file by its name; null for what is not read at all. */
export function languageOf(path: string): Language | null {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (isGenerated(name)) return null;
  const dot = name.lastIndexOf('.');
  return dot < 0 ? extensionless(name) : (languages[name.slice(dot + 1)] ?? null);
}

/** Lock files, bundles and snapshots: large, and not written by a person. */
function isGenerated(name: string): boolean {
  return /\.min\.|\.snap$|^(?:package-lock|npm-shrinkwrap)\.json$|-lock\.ya?ml$|\.map$/u.test(name);
}

function extensionless(name: string): Language | null {
  if (name === 'rakefile' || name === 'gemfile') return 'ruby';
  return /^(?:makefile|dockerfile|readme|changes|license)$/u.test(name) ? 'text' : null;
}

function namesFor(language: Language, extensions: string): Record<string, Language> {
  return Object.fromEntries(extensions.split(' ').map((extension) => [extension, language]));
}
