import { expect, test } from 'vitest';
import { fromHere } from './from-here.ts';

test.for([
  ['/home/una/shop/issue.md', 'issue.md'],
  ['/home/una/shop/docs/issue.md', 'docs/issue.md'],
  ['/home/una/issue.md', '/home/una/issue.md'],
  ['/home/una/shop', '/home/una/shop'],
  ['/home/una/shop/12', '/home/una/shop/12'],
  ['/home/una/shop/--yes', '/home/una/shop/--yes'],
  ['owner/repo#3', 'owner/repo#3'],
  ['https://github.com/o/r/issues/3', 'https://github.com/o/r/issues/3'],
] as const)('from /home/una/shop, %s is %s', ([path, typed]) => {
  expect(fromHere(path, '/home/una/shop')).toBe(typed);
});
