import { expect, test } from 'vitest';
import { gitEnvironment } from './git-environment.ts';

test('git gets its configuration and the way to the network, and no key', () => {
  const kept = {
    PATH: '/bin',
    HOME: '/home/una',
    GIT_CONFIG_GLOBAL: '/etc/gitconfig',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
    https_proxy: 'http://proxy',
  };
  const left = {
    GH_TOKEN: 'x',
    SSH_AUTH_SOCK: 'x',
    ANTHROPIC_API_KEY: 'x',
    MY_PATH: 'x',
    GIT_ASKPASS: 'x',
  };
  const ours = {
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_EDITOR: 'true',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_GRAFT_FILE: '/dev/null/none',
    GIT_LFS_SKIP_DOWNLOAD_ERRORS: '1',
    LC_ALL: 'C',
  };
  expect(gitEnvironment({ ...kept, ...left })).toEqual({ ...kept, ...ours });
});

test('nothing sends git to another repository', () => {
  const env = {
    GIT_DIR: '/x',
    GIT_WORK_TREE: '/x',
    GIT_INDEX_FILE: '/x',
    GIT_OBJECT_DIRECTORY: '/x',
    GIT_CONFIG_PARAMETERS: 'x',
  };
  expect(Object.keys(gitEnvironment(env)).filter((name) => name in env)).toEqual([]);
});
