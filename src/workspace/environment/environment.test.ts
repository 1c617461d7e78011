import { expect, test } from 'vitest';
import { privateGitConfiguration } from './environment.ts';

test.each([
  ['is not set', {}],
  ['is empty', { XDG_CONFIG_HOME: '' }],
])(
  'the user’s own git configuration is read below their home when XDG_CONFIG_HOME %s',
  (_, env) => {
    const text = privateGitConfiguration(env, '/home/una');
    expect(text).toContain('path = "/home/una/.config/git/config"');
    expect(text).toContain('path = "/home/una/.gitconfig"');
  },
);
