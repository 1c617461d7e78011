import { expect, test } from 'vitest';
import { coverOf } from './named-files.ts';

function naming(...paths: readonly string[]): Parameters<typeof coverOf>[0] {
  const about = { probability: 1, reason: '', isNew: true };
  const guessed = { path: 'src/guessed.js', isDeclared: false, ...about };
  return { footprint: [guessed, ...paths.map((path) => ({ path, isDeclared: true, ...about }))] };
}

test.for([
  ['src/cart.js', 'src/cart.js', 'named'],
  ['src/cart/', 'src/cart/deep/list.js', 'named'],
  ['src/cart.js', 'test/cart.test.js', 'test-of-named'],
  ['src/cart.ts', 'src/cart.spec.ts', 'test-of-named'],
  ['cart.py', 'tests/test_cart.py', 'test-of-named'],
  ['pkg/cart.go', 'pkg/cart_test.go', 'test-of-named'],
  ['src/cart-model.js', 'tests/cart_model.rs', 'test-of-named'],
  ['auth/', 'tests/test_auth.py', 'test-of-named'],
  ['src/cart.js', 'test/order.test.js', 'unnamed'],
  ['src/cart.js', 'lib/cart.js', 'unnamed'],
  ['src/cart.js', 'test/guessed.test.js', 'unnamed'],
] as const)('to a task that names %s, %s is %s', ([named, path, cover]) => {
  expect(coverOf(naming(named), path)).toBe(cover);
});
