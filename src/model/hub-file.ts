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
