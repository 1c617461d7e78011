import { expect, test } from 'vitest';
import { placesAbove, placesByValue } from './predict-places.ts';

test('the highest come first, and what is equal keeps its order, in lists of any length', () => {
  for (const length of [0, 1, 2, 3, 7, 64, 1_000]) {
    const values = Float64Array.from({ length }, (_, at) => (at * 7_919) % 13);
    const places = Array.from({ length }, (_, at) => length - 1 - at);
    const expected = places.toSorted((one, other) => (values[other] ?? 0) - (values[one] ?? 0));
    expect(placesByValue(places, values)).toEqual(expected);
  }
});

test('a place is above the limit, or left out', () => {
  expect(placesAbove(Float64Array.of(0, 2, 0.5, 1), 0.5)).toEqual([1, 3]);
});
