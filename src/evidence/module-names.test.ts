import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as oxc from 'oxc-parser';
import { expect, test } from 'vitest';
import { openModuleReader } from './module-names.ts';

const inPlace = openModuleReader(oxc);
const asUsual = openModuleReader({ ...oxc, rawTransferSupported: () => false });

const modules: readonly [string, string, readonly string[], readonly string[]][] = [
  [
    'imports.ts',
    "import a, { b as c } from './a';\nimport type { D } from '../d.ts';\nimport './e';",
    ['./a', '../d.ts', './e'],
    [],
  ],
  [
    'exports.ts',
    'export const a = 1, b = 2;\nexport { a as c };\nexport type T = string;',
    [],
    ['a', 'b', 'c', 'T'],
  ],
  [
    'again.mts',
    "export * from './all';\nexport * as ns from './ns';\nexport { x } from './x';",
    ['./all', './ns', './x'],
    ['ns', 'x'],
  ],
  ['default.js', 'export default class Cart {}', [], []],
  ['quoted.js', 'const a = 1;\nexport { a as "né \\u{1F600} name" };', [], ['né 😀 name']],
  [
    'wide.ts',
    "// 購物車 🛒 ñ\nconst s = '購物車';\nimport '購物車.ts';\nexport const π = () => import('./späť');",
    ['購物車.ts', './späť'],
    ['π'],
  ],
  [
    'dynamic.ts',
    "const a = import('./a');\nconst b = import(`./b`);\nconst c = import(`./${a}`);\nconst d = import(a);",
    ['./a', './b'],
    [],
  ],
  ['view.tsx', "import { h } from 'h';\nexport const View = () => <p>{h}</p>;", ['h'], ['View']],
  ['types.d.ts', "declare module 'x' { export const y: number }\nexport interface Z {}", [], ['Z']],
  ['common.cjs', "const a = require('./a');\nexports.b = a;", [], []],
  ['mark.ts', "\uFEFFimport './a';\nexport const b = 1;", ['./a'], ['b']],
  ['empty.ts', '', [], []],
];

test.each(modules)(
  'reads %s where it was written as it does in the usual way',
  (path, text, requests, exports) => {
    expect(inPlace(path, text)).toEqual({ requests, exports });
    expect(asUsual(path, text)).toEqual({ requests, exports });
  },
);

test('reads what is broken, cut off or no JavaScript the same in both ways', () => {
  const text = modules.map(([, source]) => source).join('\n');
  const lengths = Array.from({ length: text.length }, (_, at) => at);
  for (const length of lengths)
    expect(inPlace('cut.ts', text.slice(0, length))).toEqual(
      asUsual('cut.ts', text.slice(0, length)),
    );
  for (const broken of [
    'import {',
    '\0\0\0',
    '#!/bin/sh\necho "$1"',
    '<template/>',
    'export {a,,b} from',
  ])
    expect(inPlace('broken.ts', broken)).toEqual(asUsual('broken.ts', broken));
});

test('a machine that grants no room for it reads in the usual way', async () => {
  const script = `
    import * as oxc from ${JSON.stringify(import.meta.resolve('oxc-parser'))};
    import { openModuleReader } from ${JSON.stringify(fileURLToPath(new URL('module-names.ts', import.meta.url)))};
    let refused = 0;
    const parseSync = (path, text, options) => {
      try { return oxc.parseSync(path, text, options); }
      catch (error) { refused += 1; throw error; }
    };
    const read = openModuleReader({ ...oxc, parseSync });
    const found = ['a', 'b'].map((name) => read('x.ts', 'import "./' + name + '"').requests[0]);
    console.log(JSON.stringify({ found, refused }));`;
  // Node itself asks for some address space; six gigabytes more it is not to get.
  const command = 'ulimit -v 6000000 && exec "$0" --input-type=module --eval "$1"';
  const { stdout } = await promisify(execFile)('sh', ['-c', command, process.execPath, script]);
  expect(JSON.parse(stdout)).toEqual({ found: ['./a', './b'], refused: 1 });
}, 60_000);
