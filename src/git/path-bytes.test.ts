import { expect, test } from 'vitest';
import { bytesOfPath, pathOfBytes } from './path-bytes.ts';

test('a path comes back as the bytes that it was, whatever they were', () => {
  const paths = [
    Buffer.from('src/naïve.ts'),
    Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x2e, 0x74, 0x78, 0x74]),
    Buffer.from([0xff, 0xfe, 0x41, 0xe2, 0x82, 0xac, 0xe2, 0x82]),
    Buffer.from('\uFFFD and 😀'),
  ];
  for (let seed = 0; seed < 200; seed += 1)
    paths.push(
      Buffer.from(Array.from({ length: 12 }, (_, at) => (seed * 7_919 + at * 104_729) % 256)),
    );
  for (const bytes of paths) expect(bytesOfPath(pathOfBytes(bytes))).toEqual(bytes);
  expect(pathOfBytes(paths[0] ?? Buffer.alloc(0))).toBe('src/naïve.ts');
  expect(pathOfBytes(paths[1] ?? Buffer.alloc(0))).toBe('caf\uDCE9.txt');
});
