import { expect, test } from 'vitest';
import { roleOf } from './path-roles.ts';

test.each([
  ['Have a look at how dates.ts does it', 'uses'],
  ['Do it like in dates.ts', 'uses'],
  ['Drop the dependency from dates.ts', 'touches'],
  ['Round in dates.ts', 'touches'],
])('%s', (text, role) => {
  expect(roleOf(text, 'dates.ts')).toBe(role);
});
