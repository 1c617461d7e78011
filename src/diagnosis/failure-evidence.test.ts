import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sampleCheck } from '../../test/rig/sample-run.ts';
import type { CheckResult, Failure } from '../model/failure/failure.ts';
import { evidenceOf, type EvidenceContext } from './failure-evidence.ts';

type Ran = { readonly root: string; readonly output: string; readonly code: number | null };

/** Runs a program in a folder of its own, which is gone after the test. */
function ran(files: Readonly<Record<string, string>>, argv: readonly [string, ...string[]]): Ran {
  const root = mkdtempSync(join(tmpdir(), 'flotilla-evidence-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const [program, ...args] = argv;
  const { PATH, HOME, PYENV_VERSION } = process.env;
  const env = { PATH, HOME, PYENV_VERSION, CI: '1', PYTHONDONTWRITEBYTECODE: '1' };
  const { stdout, stderr, status } = spawnSync(program, args, { cwd: root, env, encoding: 'utf8' });
  return { root, output: stdout + stderr, code: status };
}

function checkFailure(excerpt: string, change: Partial<CheckResult> = {}): Failure {
  const check = sampleCheck({
    state: 'failed',
    exitCode: 1,
    excerpt: excerpt.slice(-4_000),
    ...change,
  });
  return { reason: 'check-failed', message: 'npm test failed (exit code 1)', check };
}

function evidence(excerpt: string, change: Partial<EvidenceContext> = {}) {
  return evidenceOf(checkFailure(excerpt), { setup: null, root: null, paths: [], ...change });
}

function hasProgram(...argv: [string, ...string[]]): boolean {
  const [program, ...args] = argv;
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

const node = process.execPath;
const tsc = resolve('node_modules/.bin/tsc');
const hasPython = hasProgram('python3', '--version');
const hasPytest = hasPython && hasProgram('python3', '-c', 'import pytest');

describe('what really runs', { timeout: 60_000 }, () => {
  test('a module of the project that node cannot find is no environmental error', () => {
    const { root, output } = ran({ 'src/api/cart.mjs': "import '../models/cart.js'" }, [
      node,
      'src/api/cart.mjs',
    ]);
    expect(evidence(output, { root })).toMatchObject({
      type: 'IMPORT_CONFLICT',
      kind: 'missing-module',
      module: 'src/models/cart.js',
      isProjectModule: true,
      isEnvironmental: false,
      line: expect.stringContaining('Cannot find module'),
    });
  });

  test('required modules are found from the file that asks for them', () => {
    const { root, output } = ran({ 'src/api/cart.cjs': "require('../models/cart')" }, [
      node,
      'src/api/cart.cjs',
    ]);
    expect(evidence(output, { root }).module).toBe('src/models/cart');
  });

  test.each([
    ["import fp from 'lodash/fp'", 'a.mjs', 'lodash'],
    ["require('@shop/prices/vat')", 'a.cjs', '@shop/prices'],
  ])('a package that is not installed is an environmental error: %s', (source, file, module) => {
    const { output } = ran({ [file]: source }, [node, file]);
    const seen = evidence(output);
    expect(seen).toMatchObject({
      type: 'IMPORT_CONFLICT',
      module,
      isProjectModule: false,
      isEnvironmental: true,
    });
  });

  test('both ways to ask for one package have one fingerprint', () => {
    const imported = ran({ 'src/a.mjs': "import 'lodash'" }, [node, 'src/a.mjs']);
    const required = ran({ 'b.cjs': "require('lodash/fp')" }, [node, 'b.cjs']);
    const { fingerprint } = evidence(imported.output);
    expect(fingerprint).toMatch(/^check-failed\/missing-module:lodash-[\da-f]{4}$/u);
    expect(evidence(required.output).fingerprint).toBe(fingerprint);
  });

  test('tsc names the missing module of the project before packages and other errors', () => {
    const source =
      "import l from 'lodash';\nimport { a } from './models/cart.js';\nexport const n: number = l + a;\n";
    const { root, output } = ran({ 'src/t.ts': source }, [
      tsc,
      '--noEmit',
      '--types',
      '',
      '--module',
      'nodenext',
      'src/t.ts',
    ]);
    expect(evidence(output, { root })).toMatchObject({
      type: 'IMPORT_CONFLICT',
      module: 'src/models/cart.js',
    });
  });

  test('a type error is a build error', () => {
    const { output } = ran({ 't.ts': "export const n: number = 'x';\n" }, [
      tsc,
      '--noEmit',
      '--types',
      '',
      't.ts',
    ]);
    expect(evidence(output)).toMatchObject({ type: 'BUILD_ERROR', isEnvironmental: false });
    expect(evidence(output).line).toContain('TS2322');
  });

  test('a missing export is an import conflict', () => {
    const files = {
      'cart.mjs': 'export const a = 1',
      'b.mjs': "import { total } from './cart.mjs'",
    };
    expect(evidence(ran(files, [node, 'b.mjs']).output)).toMatchObject({
      type: 'IMPORT_CONFLICT',
      kind: 'missing-export',
      isEnvironmental: false,
    });
  });

  const nodeTest = (body: string) =>
    ran(
      {
        'cart.test.mjs': `import { test } from 'node:test'; import assert from 'node:assert';\n${body}`,
      },
      [node, '--test'],
    );

  test('what a failing test of node:test talks of is not what happened', () => {
    const { output } = nodeTest(
      "test('passes on ENOSPC', () => {});\ntest('says Cannot find module \"x\"', () => assert.equal('EADDRINUSE', 'MODULE'));",
    );
    const seen = evidence(output);
    expect(seen).toMatchObject({
      type: 'TEST_FAILURE',
      kind: 'test-failure',
      isEnvironmental: false,
    });
    expect(seen.line).toMatch(/^AssertionError .*'MODULE'.* \(says Cannot find module "x"\)$/u);
  });

  test('a test of node:test that takes too long is a test timeout', () => {
    const { output } = nodeTest(
      "test('slow', { timeout: 20 }, () => new Promise((r) => setTimeout(r, 200)));",
    );
    expect(evidence(output).type).toBe('TEST_TIMEOUT');
  });

  test('the same failing test has one fingerprint in every folder and at every speed', () => {
    const once = nodeTest("test('adds', () => assert.equal(1, 2));");
    const again = nodeTest(
      "\n\ntest('adds', async () => { await new Promise((r) => setTimeout(r, 30)); assert.equal(1, 2); });",
    );
    expect(once.root).not.toBe(again.root);
    expect(evidence(again.output).fingerprint).toBe(evidence(once.output).fingerprint);
  });

  test('a taken port is an environmental error', () => {
    const source =
      "import { createServer as s } from 'node:net'; const a = s().listen(0, () => { try { s().on('error', (e) => { a.close(); throw e; }).listen(a.address().port); } catch {} });";
    const { output } = ran({ 'a.mjs': source }, [node, 'a.mjs']);
    expect(evidence(output)).toMatchObject({ kind: 'port-in-use', isEnvironmental: true });
    expect(evidence(output).fingerprint).toMatch(/^check-failed\/port-in-use-/u);
  });

  test('a program that the shell does not find is named', () => {
    const { output, code } = ran({}, ['/bin/sh', '-c', 'jest-is-not-here --run']);
    expect(code).toBe(127);
    expect(evidence(output)).toMatchObject({ kind: 'command-not-found', isEnvironmental: true });
    expect(evidence(output).fingerprint).toContain('jest-is-not-here');
  });

  test.skipIf(!hasPython)('python: packages and modules of the project are told apart', () => {
    const files = {
      'm.py': 'import app.models.cart',
      'app/__init__.py': '',
      'n.py': 'import not_installed',
    };
    expect(evidence(ran(files, ['python3', 'm.py']).output)).toMatchObject({
      type: 'IMPORT_CONFLICT',
      module: 'app/models',
      isEnvironmental: false,
    });
    const { output } = ran(files, ['python3', 'n.py']);
    expect(evidence(output)).toMatchObject({ module: 'not_installed', isEnvironmental: true });
    expect(evidence(output, { paths: ['lib/not_installed.py'] })).toMatchObject({
      isProjectModule: true,
      isEnvironmental: false,
    });
  });

  test.skipIf(!hasPython)('python: syntax, imported names and unittest', () => {
    const files = {
      's.py': 'def f(:\n',
      'app/__init__.py': '',
      'o.py': 'from app import Cart\n',
      'u.py':
        'import unittest\nclass T(unittest.TestCase):\n  def test_a(self): self.assertEqual(1, 2)\nunittest.main()\n',
    };
    expect(evidence(ran(files, ['python3', 's.py']).output).type).toBe('BUILD_ERROR');
    expect(evidence(ran(files, ['python3', 'o.py']).output).kind).toBe('missing-export');
    expect(evidence(ran(files, ['python3', 'u.py']).output)).toMatchObject({
      type: 'TEST_FAILURE',
      line: expect.stringMatching(/^AssertionError: 1 != 2 \(test_a /u),
    });
  });

  test.skipIf(!hasPytest)('pytest: a file that cannot be collected', () => {
    const files = { 'test_b.py': 'import not_installed\n' };
    const { output } = ran(files, ['python3', '-m', 'pytest', '-q', '-p', 'no:cacheprovider']);
    expect(evidence(output)).toMatchObject({
      type: 'IMPORT_CONFLICT',
      module: 'not_installed',
      line: "E   ModuleNotFoundError: No module named 'not_installed'",
    });
  });
});

describe('recorded output', () => {
  test.each([
    [
      'go',
      'cart.go:4:2: package shop/internal/cart is not in std (/usr/local/go/src/shop/internal/cart)',
      'shop/internal/cart',
      true,
    ],
    [
      'go',
      'main.go:5:2: no required module provides package github.com/google/uuid; to add it:',
      'github.com/google/uuid',
      false,
    ],
    ['rust', 'error[E0583]: file not found for module `cart`', 'cart', true],
    ['rust', 'error[E0432]: unresolved import `crate::models::Cart`', 'models/Cart', true],
    ['rust', 'error[E0432]: unresolved import `serde`', 'serde', false],
    ['java', 'A.java:2: error: package org.junit does not exist', 'org.junit', false],
    [
      'ruby',
      "/ws/app.rb:1:in `require': cannot load such file -- nokogiri (LoadError)",
      'nokogiri',
      false,
    ],
    [
      'ruby',
      "app.rb:1:in `require_relative': cannot load such file -- /home/me/ws/lib/cart (LoadError)",
      'lib/cart',
      true,
    ],
    ['ruby', "Could not find gem 'rspec' in locally installed gems.", 'rspec', false],
    ['jest', "    Cannot find module '../src/cart' from 'test/cart.test.js'", 'src/cart', true],
    [
      'vite',
      'Error: Failed to resolve import "./cart.js" from "src/api.test.ts". Does the file exist?',
      'src/cart.js',
      true,
    ],
    [
      'vitest',
      'Error: Failed to load url ../src/cart.js (resolved id: ../src/cart.js) in /x/orch-1-2-task-3/test/a.test.ts. Does the file exist?',
      'src/cart.js',
      true,
    ],
    [
      'webpack',
      "Module not found: Error: Can't resolve './cart' in '/x/src/api'",
      'src/api/cart',
      true,
    ],
    ['esbuild', '✘ [ERROR] Could not resolve "left-pad"', 'left-pad', false],
    ['c', 'cart.c:1:10: fatal error: zlib.h: No such file or directory', 'zlib.h', false],
  ])('%s: %s', (_, line, module, isProjectModule) => {
    const seen = evidence(`some lines before\n${line}\nand after`);
    expect(seen).toMatchObject({
      type: 'IMPORT_CONFLICT',
      module,
      isProjectModule,
      isEnvironmental: !isProjectModule,
    });
  });

  test.each([
    ['pytest', 'FAILED test_a.py::test_a - assert 1 == 2', 'TEST_FAILURE'],
    ['vitest', ' FAIL  test/cart.test.ts > cart > adds', 'TEST_FAILURE'],
    ['jest', '  ● cart › adds', 'TEST_FAILURE'],
    ['mocha', '  1) cart adds:', 'TEST_FAILURE'],
    ['go test', '--- FAIL: TestAdds (0.00s)', 'TEST_FAILURE'],
    ['cargo test', 'test cart::adds ... FAILED', 'TEST_FAILURE'],
    ['surefire', '[ERROR]   CartTest.adds:12 expected: <1> but was: <2>', 'TEST_FAILURE'],
    ['gradle', 'CartTest > adds() FAILED', 'TEST_FAILURE'],
    ['rspec', 'rspec ./spec/cart_spec.rb:3 # Cart adds', 'TEST_FAILURE'],
    ['vitest', 'Error: Test timed out in 5000ms.', 'TEST_TIMEOUT'],
    ['jest', 'thrown: "Exceeded timeout of 5000 ms for a test.', 'TEST_TIMEOUT'],
    [
      'mocha',
      'Error: Timeout of 2000ms exceeded. For async tests and hooks, ensure "done()" is called',
      'TEST_TIMEOUT',
    ],
    ['go test', 'panic: test timed out after 10m0s', 'TEST_TIMEOUT'],
    ['pytest-timeout', 'E   Failed: Timeout >1.0s', 'TEST_TIMEOUT'],
    [
      'JUnit',
      'java.util.concurrent.TimeoutException: adds() timed out after 5 seconds',
      'TEST_TIMEOUT',
    ],
    ['go', './cart.go:7:9: undefined: total', 'BUILD_ERROR'],
    ['go', 'FAIL\tshop/cart [build failed]', 'BUILD_ERROR'],
    ['rust', 'error[E0308]: mismatched types', 'BUILD_ERROR'],
    ['java', "Cart.java:3: error: ';' expected", 'BUILD_ERROR'],
    ['gcc', "cart.c:3:5: error: expected ';' before 'return'", 'BUILD_ERROR'],
    [
      'node, at run time',
      'SyntaxError: Unexpected token \'<\', "<html>" is not valid JSON',
      'TEST_FAILURE',
    ],
  ])('%s: %s', (_, line, type) => {
    const seen = evidence(`running\n${line}\n`);
    expect(seen.type).toBe(type);
    expect(seen.isEnvironmental).toBe(false);
    // How long a test took is left out.
    expect(seen.line).toBe(line.trim().replace(/ \(0\.00s\)|:$/u, ''));
  });

  test.each([
    ["Error: ENOSPC: no space left on device, write '/x/y'", 'disk-full'],
    ['OSError: [Errno 28] No space left on device', 'disk-full'],
    [
      'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
      'out-of-memory',
    ],
    ['java.lang.OutOfMemoryError: Java heap space', 'out-of-memory'],
    ['Error: EMFILE: too many open files, open', 'too-many-files'],
    ['Error: ENOSPC: System limit for number of file watchers reached', 'too-many-files'],
    ['Error: listen EADDRINUSE: address already in use :::5432', 'port-in-use'],
    ['connect ECONNREFUSED 127.0.0.1:5432', 'network'],
    ['npm error code E401', 'credentials'],
    [
      "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
      'credentials',
    ],
    ['bash: line 1: pytest: command not found', 'command-not-found'],
  ])('environment: %s', (line, kind) => {
    expect(evidence(`x\n${line}\ny`)).toMatchObject({ kind, isEnvironmental: true, line });
  });
});

test('a check that was stopped at its limit is a test timeout, whatever it printed', () => {
  const failure = checkFailure("Cannot find module 'x'", { state: 'timed-out', exitCode: null });
  expect(evidenceOf(failure)).toMatchObject({
    type: 'TEST_TIMEOUT',
    kind: 'test-timeout',
    isEnvironmental: false,
  });
});

test('a check that the kernel killed was out of memory', () => {
  expect(evidenceOf(checkFailure('running 3 tests', { exitCode: 137 })).kind).toBe('out-of-memory');
});

test('no commits is never an environmental error', () => {
  const failure: Failure = {
    reason: 'no-commits',
    message: 'spawn git ENOENT: no space left on device',
  };
  expect(evidenceOf(failure)).toMatchObject({ type: 'UNKNOWN', isEnvironmental: false });
});

test.each<Failure>([
  { reason: 'not-started', message: 'spawn /usr/bin/claude ENOENT' },
  { reason: 'unauthenticated', message: 'Claude is not signed in' },
  {
    reason: 'setup-failed',
    message: 'The setup command npm ci failed: it printed nothing',
    log: '/l',
  },
  { reason: 'agent-failed', message: 'It exited with code 1: ENOSPC: no space left on device' },
])('%o is an environmental error', (failure) => {
  expect(evidenceOf(failure).isEnvironmental).toBe(true);
});

test("an agent's own failure is its own", () => {
  expect(
    evidenceOf({ reason: 'agent-failed', message: 'Claude exited with code 1: I gave up' })
      .isEnvironmental,
  ).toBe(false);
});

test('a setup is judged by its whole output', () => {
  const failure: Failure = {
    reason: 'setup-failed',
    message: 'The setup command npm ci failed: see log',
    log: '/l',
  };
  const output =
    'npm error network getaddrinfo ENOTFOUND registry.npmjs.org\nnpm error A complete log is in /x';
  const setup = sampleCheck({ state: 'failed', excerpt: output });
  const seen = evidenceOf(failure, { setup, root: null, paths: [] });
  expect(seen).toMatchObject({ type: 'RESOURCE_ERROR', kind: 'network' });
});

test('no output at all still has a fingerprint', () => {
  expect(evidence('')).toMatchObject({ type: 'TEST_FAILURE', kind: 'other', line: '' });
  expect(evidence('').fingerprint).toMatch(/^check-failed-[\da-f]{4}$/u);
});

test('a megabyte of output is read at once', () => {
  for (const output of ['x'.repeat(1e6), 'a:1: '.repeat(2e5), `${'/a'.repeat(50)}\n`.repeat(1e4)]) {
    const failure = checkFailure('');
    if (failure.reason !== 'check-failed') throw new Error('not a check');
    const began = performance.now();
    evidenceOf({ ...failure, check: { ...failure.check, excerpt: output } });
    expect(performance.now() - began).toBeLessThan(3_000);
  }
});
