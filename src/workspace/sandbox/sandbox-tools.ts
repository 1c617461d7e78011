import type { NamedPath } from './sandbox-paths.ts';

/**
 * Where languages keep their programs and what they have downloaded, below HOME or where a variable says. All are
 * shown to read: what one task wrote there would run in the user's next build. The caches that are missing here (npm,
 * pnpm, yarn, Gradle, Maven, uv) do not work unless they can be written to, so each task gets its own. None of these
 * places holds credentials: `.cargo/credentials.toml`, `.npmrc` and the like are next to them, not in them.
 */
const toolPaths = [
  ...[
    '.local/bin',
    '.local/lib',
    'bin',
    '.nvm',
    '$NVM_DIR',
    '.volta',
    '$VOLTA_HOME',
    '.fnm',
    '$FNM_DIR',
  ],
  ...[
    '.local/share/fnm',
    '.bun/bin',
    '.deno/bin',
    '.corepack',
    '$COREPACK_HOME',
    '.cache/node/corepack',
  ],
  ...[
    '.pyenv',
    '$PYENV_ROOT',
    '$VIRTUAL_ENV',
    '$CONDA_PREFIX',
    'miniconda3',
    'anaconda3',
    'miniforge3',
  ],
  ...[
    '.local/share/pipx/venvs',
    '.local/pipx/venvs',
    '.local/share/uv',
    '.local/share/pypoetry',
    '.cache/pip',
  ],
  ...['.rustup', '$RUSTUP_HOME', '.cargo/bin', '.cargo/registry', '.cargo/git', '.cargo/env'],
  ...['$CARGO_HOME/bin', '$CARGO_HOME/registry', '$CARGO_HOME/git'],
  ...[
    'go/bin',
    'go/pkg/mod',
    '$GOPATH/bin',
    '$GOPATH/pkg/mod',
    '$GOMODCACHE',
    '$GOROOT',
    'sdk',
    '.goenv',
  ],
  ...['.rbenv', '$RBENV_ROOT', '.rvm', '.gem/ruby', '.asdf', '$ASDF_DIR', '$ASDF_DATA_DIR'],
  ...[
    '.local/share/mise',
    '$MISE_DATA_DIR',
    '.sdkman',
    '.jenv',
    '$JAVA_HOME',
    '$MAVEN_HOME',
    '.dotnet',
    '$DOTNET_ROOT',
  ],
  ...['.cache/ms-playwright', '.cache/puppeteer', '.cache/Cypress'],
  // Not git's own configuration, which may hold tokens: a task gets the harmless part of that.
  ...['.config/git/ignore', '.config/git/attributes', '$XDG_CONFIG_HOME/git/ignore'],
];

/** The same for every task. */
export const tools: readonly NamedPath[] = toolPaths.map((path) => ({ path, mode: 'read' }));
