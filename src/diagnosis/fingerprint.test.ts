import { expect, test } from 'vitest';
import { fingerprintOf, steadyText } from './fingerprint.ts';

const of = (subject: string) =>
  fingerprintOf({ reason: 'check-failed', kind: 'test-failure', subject });

test.each([
  ['✖ adds (1.03ms)', '✖ adds (512 ms)'],
  ['Error at /home/a/ws-1/src/cart.js:12:5', 'Error at /tmp/b/src/cart.js:7:19'],
  ['src/t.ts(3,22): error TS2322: no', 'src/t.ts(91,1): error TS2322: no'],
  ['2026-03-02T12:00:01.123Z worker 4711 died', '2027-11-30 23:59:59 worker 12 died'],
  ['object at 0x7f3a2b1c failed', 'object at 0x10 failed'],
  ['commit 9f8e7d6c5b4a is bad', 'commit 0123456789ab is bad'],
  [
    'session 123e4567-e89b-12d3-a456-426614174000 ended',
    'session 00000000-0000-4000-8000-000000000000 ended',
  ],
  ['GET http://127.0.0.1:4711/cart failed', 'GET http://localhost:80/cart failed'],
  ['--- FAIL: TestAdds (0.00s)', '--- FAIL: TestAdds (1.25s)'],
])('%s is the same as %s', (one, other) => {
  expect(of(one)).toBe(of(other));
});

test.each([
  ['✖ adds', '✖ removes'],
  ['error TS2322: no', 'error TS2345: no'],
  ['Error at src/cart.js:1:1', 'Error at src/price.js:1:1'],
  ['decade', 'facade'],
])('%s is another than %s', (one, other) => {
  expect(of(one)).not.toBe(of(other));
});

test('it can be read, and is short', () => {
  expect(of('✖ Cart: adds two items')).toMatch(
    /^check-failed\/test-failure:cart-adds-two-items-[\da-f]{4}$/u,
  );
  expect(of('word '.repeat(1e5)).length).toBeLessThan(80);
});

test('words that look like hexadecimal stay', () => {
  expect(steadyText('the facade of a decade')).toBe('the facade of a decade');
});
