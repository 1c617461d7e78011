import { describe, expect, test } from 'vitest';
import { declaredPaths } from './declared-paths.ts';

const files = new Set([
  'README.md',
  'Makefile',
  'src/cart.js',
  'src/api/cart.js',
  'docs/guide.md',
  '.github/ci.yml',
  'src/with space.ts',
  'man/cart.1.in',
  'src/größe.ts',
  'docs/使い方.md',
  'to do',
]);

function pathsOf(text: string): string[] {
  return declaredPaths(text, files).map(({ path }) => path);
}

describe('what an author names', () => {
  test.each([
    [
      'in code spans',
      'Change `src/cart.js` and `docs/guide.md`.',
      ['src/cart.js', 'docs/guide.md'],
    ],
    ['in plain words', 'Change src/cart.js, then docs/guide.md.', ['src/cart.js', 'docs/guide.md']],
    [
      'that is new',
      'Create `src/models/order.ts` with tests in test/order.test.ts.',
      ['src/models/order.ts', 'test/order.test.ts'],
    ],
    ['by its name, whatever its ending', 'Fix a typo in cart.1.in', ['man/cart.1.in']],
    ['before a colon', 'src/cart.js: round prices', ['src/cart.js']],
    ['twice', '`src/cart.js` and again src/cart.js', ['src/cart.js']],
    ['as a directory', 'Everything below `src/api/` and docs/', ['src/api/', 'docs/']],
    ['as a directory without a slash', 'All of `src/api`', ['src/api/']],
    ['with a dot before it', 'Change `./src/cart.js`', ['src/cart.js']],
    ['with brackets, as routes have them', 'Add `app/[id]/page.tsx`', ['app/[id]/page.tsx']],
    [
      'by a bare name that the repository has',
      'Mend the Makefile and README.md',
      ['README.md', 'Makefile'],
    ],
    [
      'with a space',
      'Mend src/with space.ts and `src/cart.js`',
      ['src/with space.ts', 'src/cart.js'],
    ],
    ['with an umlaut', 'Mend src/größe.ts, add src/länge.ts', ['src/größe.ts', 'src/länge.ts']],
    ['in other scripts', '`docs/使い方.md`を直す', ['docs/使い方.md']],
    ['between words without spaces', '修复src/cart.js的错误', ['src/cart.js']],
  ])('a path %s', (_how, text, paths) => {
    expect(pathsOf(text).toSorted()).toEqual(paths.toSorted());
  });

  test('whether the repository has it', () => {
    const found = declaredPaths('`src/cart.js` `src/new.js` `src/api/` `lib/`', files);
    expect(found.map(({ path, isNew }) => [path, isNew])).toEqual([
      ['src/cart.js', false],
      ['src/new.js', true],
      ['src/api/', false],
      ['lib/', true],
    ]);
    expect(found.every(({ isDeclared }) => isDeclared)).toBe(true);
  });
});

describe('what is no path of the repository', () => {
  test.each([
    ['an address', 'See https://example.com/docs/guide.md and http://x.y/src/cart.js'],
    ['an extension', 'Convert all .js files; there is much to do'],
    ['an absolute path', 'Read `/etc/passwd` and /etc/hosts.conf'],
    ['a path that leaves the repository', 'Read `../secrets.txt`, `src/../../x.js` and ../../x'],
    ['a path in the home', 'Read `~/.ssh/config`'],
    ["git's own directory", 'Change `.git/config`'],
    ['a command', 'Run `npm test` and `git add -A`'],
    ['an abbreviation or a version', 'For example, e.g. v1.2 or i.e. 3.14, or example.com'],
    ['a package', 'Use `@scope/name`'],
    ['either of two words', 'Allow read and/or write access, 24/7'],
  ])('%s', (_what, text) => {
    expect(pathsOf(text)).toEqual([]);
  });
});
