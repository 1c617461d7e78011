import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readPrintedCoverage } from './read-printed.ts';
import { readCoverageReport } from './read-report.ts';
import { noteReports, readNewReports } from './watch-reports.ts';

const lcov =
  'TN:\nSF:a.js\nFNDA:1,f\nFNDA:0,g\nDA:1,1\nDA:2,0\nDA:3,4\nDA:4,1\nBRDA:1,0,0,1\nBRDA:1,0,1,-\nend_of_record\n';

test.each([
  ['lcov', lcov, { lines: 75, branches: 50, functions: 50, statements: null }],
  [
    'cobertura',
    '<?xml version="1.0" ?>\n<!DOCTYPE coverage SYSTEM "x.dtd">\n<coverage version="7" lines-valid="200" lines-covered="168" line-rate="0.84" branches-valid="0" branches-covered="0" branch-rate="0">',
    { lines: 84, branches: null },
  ],
  [
    'cobertura',
    "<coverage line-rate='0.5' branch-rate='1.0'></coverage>",
    { lines: 50, branches: null },
  ],
  [
    'coverage.py',
    '{"meta":{},"totals":{"covered_lines":3,"num_statements":4,"percent_covered":70,"covered_branches":1,"num_branches":4}}',
    { lines: 75, branches: 25 },
  ],
  [
    'istanbul',
    '{"total":{"lines":{"total":10,"covered":9,"pct":90},"branches":{"total":0,"covered":0,"pct":100},"statements":{"total":4,"covered":1}}}',
    { lines: 90, branches: null, functions: null, statements: 25 },
  ],
  [
    'istanbul',
    '{"/a.js":{"path":"/a.js","statementMap":{},"s":{"0":1,"1":0},"f":{"0":2},"b":{"0":[1,0]}}}',
    { lines: null, statements: 50, functions: 100, branches: 50 },
  ],
  [
    'go cover',
    'mode: set\nshop/a.go:3.24,5.2 3 1\nshop/a.go:6.1,7.2 1 0\nshop/a.go:6.1,7.2 1 1\nshop/b.go:1.1,2.2 4 0\n',
    { statements: 50, lines: null },
  ],
])('a report of %s is read', (format, text, shares) => {
  expect(readCoverageReport(text)).toMatchObject({ format, ...shares });
});

test.each([
  '',
  '{}',
  '{"total":{"lines":{"total":1,"covered":5}}}',
  '<html>',
  'mode: set\n',
  'SF:a\n',
  '[1]',
  '{"a"',
])('%j is no report', (text) => {
  expect(readCoverageReport(text)).toBeNull();
});

test.each([
  [
    'File | % Stmts | % Branch | % Funcs | % Lines | Uncovered Line #s\nAll files | 84.21 | 70 | 100 | 83.5 |\n a.js | 1 | 1 | 1 | 1 |',
    [{ statements: 84.21, branches: 70, functions: 100, lines: 83.5 }],
  ],
  [
    'ℹ file | line % | branch % | funcs % | uncovered lines\nℹ all files | 84.21 | 70.00 | 50.00 | \n',
    [{ lines: 84.21, branches: 70, functions: 50 }],
  ],
  [
    'Name    Stmts   Miss  Cover\n---\nTOTAL     100     16    84%\n',
    [{ lines: 84, branches: null }],
  ],
  [
    'ok  \tshop/a\t0.1s\tcoverage: 84.0% of statements\nok  \tshop/b\t0.1s\tcoverage: 10.5% of statements\n',
    [{ statements: 84 }, { statements: 10.5 }],
  ],
  ['we have 100% coverage\nAll files | 100 | 100 | 100 | 100 |\n', []],
])('what is printed is read: %j', (text, readings) => {
  expect(readPrintedCoverage(text)).toMatchObject(readings);
  expect(readPrintedCoverage(text)).toHaveLength(readings.length);
});

test('only what a run wrote is read, and no link, folder or pipe is followed', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'coverage-'));
  await using outside = await mkdtempDisposable(join(tmpdir(), 'coverage-'));
  const root = folder.path;
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write('coverage/lcov.info', lcov);
  write('rewritten/lcov.info', 'SF:a\nDA:1,0\n');
  const before = await noteReports(root);
  expect([...before.keys()]).toEqual(['coverage/lcov.info', 'rewritten/lcov.info']);

  // A run that writes what stands there already has shown nothing.
  write('coverage/lcov.info', lcov);
  write('rewritten/lcov.info', lcov);
  write('packages/a/cover.out', 'mode: set\na.go:1.1,2.2 1 1\n');
  write('node_modules/x/lcov.info', lcov);
  writeFileSync(join(outside.path, 'lcov.info'), lcov);
  symlinkSync(join(outside.path, 'lcov.info'), join(root, 'lcov.info'));
  symlinkSync(outside.path, join(root, 'linked'));
  mkdirSync(join(root, 'coverage.xml'));
  execFileSync('mkfifo', [join(root, 'coverage.json')]);
  const read = await readNewReports(root, before);
  expect(read.map(({ report }) => report).toSorted()).toEqual([
    'packages/a/cover.out',
    'rewritten/lcov.info',
  ]);
});

test('a large report is read in a moment', () => {
  for (const text of [
    `SF:a\n${'DA:1,1\n'.repeat(1e6)}`,
    `<coverage ${'a'.repeat(1e6)}`,
    `mode: set\n${'a'.repeat(1e6)}`,
  ]) {
    const began = performance.now();
    readCoverageReport(text);
    expect(performance.now() - began).toBeLessThan(5_000);
  }
});
