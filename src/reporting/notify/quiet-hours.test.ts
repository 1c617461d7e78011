import { expect, test } from 'vitest';
import { isQuiet } from './quiet-hours.ts';

const night = { from: '22:00', to: '07:00', except: [] };
const noon = { from: '12:00', to: '13:30', except: [] };

test.each([
  [night, '21:59', false],
  [night, '22:00', true],
  [night, '00:00', true],
  [night, '06:59', true],
  [night, '07:00', false],
  [noon, '11:59', false],
  [noon, '12:00', true],
  [noon, '13:30', false],
  [null, '03:00', false],
])('of %j it is at %s: %s', (quiet, time, expected) => {
  expect(isQuiet(quiet, new Date(`2026-03-02T${time}:00Z`), 'UTC')).toBe(expected);
});

test('the clock is that of the place', () => {
  const at = new Date('2026-03-02T21:30:00Z');
  expect(isQuiet(night, at, 'UTC')).toBe(false);
  expect(isQuiet(night, at, 'Europe/Berlin')).toBe(true);
});
