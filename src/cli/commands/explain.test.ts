import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { UserError } from '../../model/user-error.ts';
import { explain } from './explain.ts';

test('a known word is explained', () => {
  const stdout = new PassThrough({ encoding: 'utf8' });
  expect(explain('timed-out', { stdout })).toBe(0);
  expect(stdout.read()).toContain('--timeout 3600');
});

test('an unknown word is wrong usage, and the known ones are named', () => {
  const stdout = new PassThrough();
  const problem = problemOf(() => explain('non\u001b[2Jsense', { stdout }));
  expect(problem).toMatchObject({
    code: 'usage',
    message: expect.stringContaining('called nonsense'),
  });
  for (const topic of ['no-commits', 'TEST_FAILURE', 'file-conflict'])
    expect(problem).toMatchObject({ message: expect.stringContaining(topic) });
  expect(stdout.read()).toBeNull();
});

function problemOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error instanceof UserError ? error.problem : error;
  }
}
