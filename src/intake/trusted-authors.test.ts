import { expect, test } from 'vitest';
import { trustFinding } from './trusted-authors.ts';

test.each(['OWNER', 'MEMBER', 'COLLABORATOR', 'collaborator'])('%s is trusted', (association) => {
  expect(trustFinding({ login: 'una', association }, 'The issue')).toBeNull();
});

test.each(['CONTRIBUTOR', 'FIRST_TIMER', 'FIRST_TIME_CONTRIBUTOR', 'MANNEQUIN', 'NONE', ''])(
  'an author who is “%s” is reported, and asked about',
  (association) => {
    expect(trustFinding({ login: 'eve', association }, 'The issue')).toMatchObject({
      kind: 'untrusted',
      severity: 'critical',
      message: expect.stringContaining('eve'),
    });
  },
);

test('who is trusted can be given, by association or by name, and nobody is by a likeness', () => {
  const allowed = ['OWNER', '@eve'];
  expect(trustFinding({ login: 'Eve', association: 'NONE' }, 'The issue', allowed)).toBeNull();
  expect(
    trustFinding({ login: 'una', association: 'MEMBER' }, 'The issue', allowed),
  ).not.toBeNull();
  expect(
    trustFinding({ login: 'owner', association: 'NONE' }, 'The issue', allowed),
  ).not.toBeNull();
});
