/**
 * What git needs of the user's environment: to be found, to read its configuration, to reach a network. The rest stays
 * out. A workspace's configuration and attributes are written by agents and name programs (filters, say) that git then
 * runs, and those must get no key of the user's. A call that needs one hands it in by itself.
 */
const needed =
  /^(?:PATH|HOME|USER|LOGNAME|TMPDIR|TZ|LANG|LD_LIBRARY_PATH|DYLD_\w+|LOCALE_ARCHIVE|XDG_CONFIG_HOME|(?:https?|no|all)_proxy|SSL_CERT_(?:FILE|DIR)|CURL_CA_BUNDLE|NIX_SSL_CERT_FILE|GIT_SSL_CA(?:INFO|PATH)|GIT_EXEC_PATH|GIT_TEMPLATE_DIR|GIT_CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+))$/iu;

/** The environment of our own git calls: no keys, no prompts, and nothing that sends them to another repository. */
export function gitEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => needed.test(name))),
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_EDITOR: 'true',
    // What git reads is what is pushed: no object replaces another, and no commit has other parents than it says.
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_GRAFT_FILE: '/dev/null/none',
    // What a server cannot provide stays a pointer, and does not stop a checkout.
    GIT_LFS_SKIP_DOWNLOAD_ERRORS: '1',
    LC_ALL: 'C',
  };
}
