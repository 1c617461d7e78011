import { identityVariables, type GitIdentity } from '../../git/git.ts';

/** What every program that works in a workspace may know of the user's environment. */
const passed = [
  ...[
    'PATH',
    'HOME',
    'USER',
    'LOGNAME',
    'SHELL',
    'LANG',
    'LANGUAGE',
    'LC_*',
    'TZ',
    'TERM',
    'COLORTERM',
  ],
  ...[
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'NO_PROXY',
    'ALL_PROXY',
    'http_proxy',
    'https_proxy',
    'no_proxy',
    'all_proxy',
  ],
  ...[
    'SSL_CERT_FILE',
    'SSL_CERT_DIR',
    'NODE_EXTRA_CA_CERTS',
    'REQUESTS_CA_BUNDLE',
    'CURL_CA_BUNDLE',
  ],
  ...['GIT_SSL_CAINFO', 'PIP_CERT', 'AWS_CA_BUNDLE', 'NIX_SSL_CERT_FILE'],
  ...['NVM_DIR', 'NVM_BIN', 'FNM_DIR', 'VOLTA_HOME', 'PNPM_HOME', 'COREPACK_HOME', 'BUN_INSTALL'],
  ...['PYENV_ROOT', 'PYENV_VERSION', 'VIRTUAL_ENV', 'CONDA_PREFIX', 'POETRY_HOME', 'UV_CACHE_DIR'],
  ...[
    'GOPATH',
    'GOROOT',
    'GOMODCACHE',
    'CARGO_HOME',
    'RUSTUP_HOME',
    'JAVA_HOME',
    'MAVEN_HOME',
    'GRADLE_HOME',
  ],
  ...[
    'DOTNET_ROOT',
    'RBENV_ROOT',
    'GEM_HOME',
    'ASDF_DIR',
    'ASDF_DATA_DIR',
    'MISE_DATA_DIR',
    'LD_LIBRARY_PATH',
  ],
  ...['XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'NIX_PATH', 'NIX_PROFILES'],
];

/** Whether a variable's name is among patterns: a name, or `PREFIX_*`. */
function isNamed(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );
}

/** Those of the user's variables that the patterns name. */
function chooseVariables(
  env: NodeJS.ProcessEnv,
  patterns: readonly string[],
): Record<string, string> {
  const chosen = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && isNamed(entry[0], patterns),
  );
  return Object.fromEntries(chosen);
}

export type WorkEnvironment = {
  readonly env: NodeJS.ProcessEnv;
  /** Names that the user gave with `--env`. */
  readonly named: readonly string[];
  readonly identity: GitIdentity;
  /** An absolute path: what the program writes by `git config --global` goes there, and nowhere else. */
  readonly gitConfiguration: string;
  /** A directory with nothing in it, in the place of `gh`'s, which holds a token. */
  readonly emptyDirectory: string;
};

/**
 * The environment of whatever runs in a workspace: no forge token, no SSH agent, no credential helper, no secret that
 * was not given by name.
 */
export function workEnvironment(params: WorkEnvironment): Record<string, string> {
  return {
    ...chooseVariables(params.env, passed),
    ...identityVariables(params.identity),
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'false',
    SSH_ASKPASS: 'false',
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes -o IdentitiesOnly=yes -o IdentityFile=none',
    GIT_EDITOR: 'true',
    GIT_LFS_SKIP_DOWNLOAD_ERRORS: '1',
    GIT_CONFIG_GLOBAL: params.gitConfiguration,
    GH_CONFIG_DIR: params.emptyDirectory,
    ...gitOverrides([
      ['credential.helper', ''],
      ['commit.gpgSign', 'false'],
      ['tag.gpgSign', 'false'],
      ['gc.auto', '0'],
      ['maintenance.auto', 'false'],
    ]),
    ...chooseVariables(params.env, params.named),
  };
}

function gitOverrides(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  const entries = pairs.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(pairs.length), ...Object.fromEntries(entries) };
}

/** The private global git configuration: it reads the user's own, and takes what a program would write there. */
export function privateGitConfiguration(env: NodeJS.ProcessEnv, home: string): string {
  const given = env['GIT_CONFIG_GLOBAL'];
  // Git takes an empty one for none.
  const xdg = env['XDG_CONFIG_HOME'] || `${home}/.config`;
  const sources = given === undefined ? [`${xdg}/git/config`, `${home}/.gitconfig`] : [given];
  return sources.map((path) => `[include]\n\tpath = ${JSON.stringify(path)}\n`).join('');
}
