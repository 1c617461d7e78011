import { expect, test } from 'vitest';
import { isAskedFor, roleOf } from './path-roles.ts';

test.each([
  ['Create `pkg/a.py` and re-export it from x.py', 'touches'],
  ['Remove the helper from x.py', 'touches'],
  ['Take the warning out of x.py', 'touches'],
  ['Register the command through x.py', 'touches'],
  ['With a check of its input like in x.py', 'uses'],
  ['Log in `a.py` (see x.py)', 'uses'],
  ['Same as in x.py', 'uses'],
  ['Have a look at how x.py does it', 'uses'],
  ['Follow the example of x.py', 'uses'],
  ['Add the model in x.py', 'creates'],
] as const)('of %j', (text, role) => {
  const shown = roleOf(text, 'x.py');
  expect(role === 'uses' ? shown === 'uses' : shown !== 'uses').toBe(true);
});

test.each([
  ['Please change the sum in x.py', true],
  ['x.py has it. Fix x.py then', true],
  ['It fails. In x.py is a command', false],
  ['I changed it\nand x.py fails', false],
  ['Change nothing. It comes from x.py', false],
])('whether %j asks for a change', (text, isAsked) => {
  expect(isAskedFor(text, 'x.py')).toBe(isAsked);
});
