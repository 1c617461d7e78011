import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findLinkOut } from './find-link-out.ts';

/** A folder `root` with these links, and a folder `outside` next to it. */
function makeFolder(links: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'links-')));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const root = join(folder, 'root');
  for (const path of ['root/a/b', 'root/c', 'root/.git/hooks', 'outside/b'])
    mkdirSync(join(folder, path), { recursive: true });
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(root, path));
  return root;
}

const leading: readonly (readonly [string, Record<string, string>, string, string])[] = [
  ['a link out', { x: '../outside' }, 'x', 'outside'],
  ['a link out on the way', { x: '../outside' }, 'x/b/file', 'outside'],
  ['a link to nowhere', { x: '../not-there' }, 'x/file', '../not-there'],
  ['a link over a link', { x: 'y', y: '../outside' }, 'x', 'outside'],
  ['a link inside, and one out below it', { x: 'a', 'a/y': '../../outside' }, 'x/y', 'outside'],
  ['a link into what git keeps', { x: '.git/hooks' }, 'x/file', '.git/hooks'],
  ['a link to the folder itself', { x: '.' }, 'x/file', 'root'],
  ['a circle', { x: 'y', y: 'x' }, 'x', 'y'],
];

test.each(leading)('%s is found', async (_name, links, path, target) => {
  const root = makeFolder(links);
  const found = await findLinkOut(root, join(root, path));
  expect(found?.target.endsWith(target)).toBe(true);
});

test.each([
  [{}, 'a/b/file'],
  [{}, 'not/there'],
  [{ x: 'a' }, 'x/b/file'],
  [{ x: 'a', 'a/y': '../c' }, 'x/y'],
])('%j lets %s be written', async (links, path) => {
  const root = makeFolder(links);
  expect(await findLinkOut(root, join(root, path))).toBeNull();
});
