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

test.each([
  ['Create `pkg/a.py` and re-export it from x.py', 'touches'],
  ['Remove the helper from x.py', 'touches'],
  ['Take the warning out of x.py', 'touches'],
  ['Register the command through x.py', 'touches'],
  ['With a check of its input like in x.py', 'uses'],
  ['Log in `a.py` (see x.py)', 'uses'],
  ['Same as in x.py', 'uses'],
  ['Follow the example of x.py', 'uses'],
  ['Add the model in x.py', 'creates'],
] as const)('of %j', (text, role) => {
  const shown = roleOf(text, 'x.py');
  expect(role === 'uses' ? shown === 'uses' : shown !== 'uses').toBe(true);
});
