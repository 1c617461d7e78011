import { isWithin, type PlannedTask } from './plan.ts';
import { isTestPath } from './test-path.ts';

/** How a task's text covers a file: it names it, it names what the file tests, or neither. */
export function coverOf(
  { footprint }: Pick<PlannedTask, 'footprint'>,
  path: string,
): 'named' | 'test-of-named' | 'unnamed' {
  const declared = footprint.filter(({ isDeclared }) => isDeclared).map((entry) => entry.path);
  if (declared.some((each) => isWithin(path, each))) return 'named';
  const isTest = isTestPath(path) && declared.some((each) => stemOf(each) === stemOf(path));
  return isTest ? 'test-of-named' : 'unnamed';
}

/** What a source and its test have in common: `cart` of `src/cart.js`, `test_cart.py`, `cart.test.js` and `cart_test.go`. */
function stemOf(path: string): string {
  const name = path.replace(/\/$/u, '').split('/').at(-1) ?? '';
  const bare = name.replace(/\.\w+$/u, '').replace(/^tests?[_-]|[._-](?:tests?|specs?)$/giu, '');
  return bare.replaceAll(/[_-]/gu, '').toLowerCase();
}
