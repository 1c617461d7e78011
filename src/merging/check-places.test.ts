import { expect, test } from 'vitest';
import { countPlaces } from './check-places.ts';

const roomy = { cores: 16, availableMemoryMb: 64_000 };

test('as many as the user said', () => {
  expect(countPlaces(1, roomy)).toBe(1);
  expect(countPlaces(9, { cores: 1, availableMemoryMb: 100 })).toBe(9);
});

test('otherwise one a core and one for each 500 MB, at most four and at least one', () => {
  expect(countPlaces(0, roomy)).toBe(4);
  expect(countPlaces(0, { ...roomy, cores: 2 })).toBe(2);
  expect(countPlaces(0, { ...roomy, availableMemoryMb: 1_600 })).toBe(3);
  expect(countPlaces(0, { cores: 1, availableMemoryMb: 10 })).toBe(1);
});
