/** Files that much else goes through, by name: what they are, in a word. */
const kinds: readonly (readonly [RegExp, string])[] = [
  [
    /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|Cargo\.lock|Gemfile\.lock|poetry\.lock|uv\.lock|Pipfile\.lock|composer\.lock|go\.sum|flake\.lock|packages\.lock\.json)$/u,
    'a lock file',
  ],
  [/(?:^|\/)(?:CHANGELOG|CHANGES|HISTORY|RELEASES?|NEWS)(?:\.\w+)?$/iu, 'a changelog'],
  [
    /(?:^|\/)(?:package\.json|Cargo\.toml|pyproject\.toml|go\.mod|Gemfile|composer\.json|pom\.xml|build\.gradle(?:\.kts)?)$/u,
    'a manifest',
  ],
  [/(?:^|\/)(?:__init__\.pyi?|index\.(?:[cm]?[jt]sx?)|mod\.rs|lib\.rs)$/u, 'a barrel'],
  [
    /(?:^|\/)(?:routes?|router|registry|registrations?|urls|constants|settings|config)\.(?:[cm]?[jt]sx?|py|rb|go|rs|php|java|kt|cs)$/iu,
    'a registry',
  ],
];

/** What kind of hub a file is by its name, such as `a barrel`; null when it is none. */
export function hubKind(path: string): string | null {
  return kinds.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}

/** One re-export, or a blank or comment line: what a file must consist of for its lines to be a mere list. */
const barrelLine =
  /^\s*(?:export\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^{}]*\})\s+from\s+['"][^'"]+['"];?|(?:pub\s+)?(?:mod|use)\s+[\w:{}, *]+;|from\s+[\w.]+\s+import\s+[\w, *]+|(?:\/\/|#|\/\*|\*).*)?\s*$/u;

/** Whether a barrel holds nothing but re-exports, so that its lines merge as those of a list. */
export function isListOfExports(text: string): boolean {
  return text.trim() !== '' && text.split('\n').every((line) => barrelLine.test(line));
}
