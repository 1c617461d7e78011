import { expect, test } from 'vitest';
import { findClue } from './find-clue.ts';

const tap = `TAP version 13
# Subtest: adds
not ok 1 - adds
  ---
  duration_ms: 0.8
  failureType: 'testCodeFailure'
  error: 'cart is not defined'
  stack: |-
    TestContext.<anonymous> (file:///x.test.js:1:55)
  ...
# Subtest: removes
not ok 2 - removes
  ---
  error: 'another'
  ...
1..2
`;

test('a failing test in TAP is shown with its name and why it failed', () => {
  expect(findClue(tap)).toMatchObject({
    kind: 'test-failure',
    line: 'cart is not defined (adds)',
  });
});

test('a test without an error does not get that of the next one', () => {
  const line = 'not ok 1 - adds';
  expect(findClue(`${line}\nnot ok 2 - removes\n  error: 'another'\n`).line).toBe(line);
});

test.each([
  [
    'node:test',
    '✖ base (1.248811ms)\n✖ deep (1ms)\nℹ fail 2\n✖ failing tests:\n\ntest at a.mjs:2:1\n✖ base (1.248811ms)\n  AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:\n\n  1 !== 2\n\n      at TestContext.<anonymous> (file:///a.mjs:2:27) {\n    code: x',
    'AssertionError [ERR_ASSERTION]: Expected values to be strictly equal: 1 !== 2 (base)',
  ],
  [
    'TAP',
    "not ok 1 - adds\n  ---\n  duration_ms: 0.8\n  error: |-\n    Expected values to be strictly equal:\n    \n    1 !== 2\n    \n  code: 'ERR_ASSERTION'\n",
    'Expected values to be strictly equal: 1 !== 2 (adds)',
  ],
  [
    'jest',
    '  ● cart › adds\n\n    expect(received).toBe(expected) // Object.is equality\n\n    Expected: 2\n    Received: 1\n\n      3 | test\n',
    'expect(received).toBe(expected) // Object.is equality Expected: 2 Received: 1 (cart › adds)',
  ],
  [
    'vitest',
    ' FAIL  test/a.test.ts > cart > adds\nAssertionError: expected 1 to be 2 // Object.is equality\n\n- Expected\n+ Received\n\n- 2\n+ 1\n\n ❯ test/a.test.ts:3:20\n',
    /^AssertionError: expected 1 to be 2 .* \(test\/a\.test\.ts > cart > adds\)$/u,
  ],
  [
    'mocha',
    '  1) cart adds:\n\n      AssertionError [ERR_ASSERTION]: 1 == 2\n      + expected - actual\n\n      -1\n      +2\n',
    /^AssertionError \[ERR_ASSERTION\]: 1 == 2.* \(cart adds\)$/u,
  ],
  [
    'go test',
    '--- FAIL: TestAdds (0.00s)\n    cart_test.go:7: got 1, want 2\nFAIL\n',
    'cart_test.go:7: got 1, want 2 (TestAdds)',
  ],
  [
    'cargo test',
    "test cart::adds ... FAILED\n\n---- cart::adds stdout ----\nthread 'cart::adds' panicked at src/lib.rs:5:9:\nassertion `left == right` failed\n  left: 1\n right: 2\nnote: run with\n",
    "thread 'cart::adds' panicked at src/lib.rs:5:9: assertion `left == right` failed left: 1 right: 2",
  ],
  [
    'pytest',
    'E       assert 1 == 2\nFAILED test_a.py::test_a - assert 1 == 2\n',
    'FAILED test_a.py::test_a - assert 1 == 2',
  ],
  [
    'rspec',
    '  1) Cart adds\n     Failure/Error: expect(x).to eq 2\n\n       expected: 2\n            got: 1\n\nrspec ./spec/cart_spec.rb:3 # Cart adds\n',
    'Failure/Error: expect(x).to eq 2 expected: 2 got: 1 (Cart adds)',
  ],
  [
    'gradle',
    'CartTest > adds() FAILED\n    org.opentest4j.AssertionFailedError: expected: <1> but was: <2>\n        at CartTest.java:5\n',
    'org.opentest4j.AssertionFailedError: expected: <1> but was: <2> (CartTest > adds())',
  ],
  ['a name alone', '✖ adds (12.5ms)\n', '✖ adds'],
])('a failing test of %s is shown by its assertion and not by its duration', (_, output, line) => {
  expect(findClue(output).line).toEqual(
    typeof line === 'string' ? line : expect.stringMatching(line),
  );
});
