import { afterEach, beforeEach, expect, test } from 'vitest';
import { scratchRepository, type ScratchRepository } from '../../test/rig/scratch-repository.ts';
import { readBlobs } from './read-blobs.ts';
import { listBlobs, type TreeEntry } from './trees.ts';

let repository: ScratchRepository;

beforeEach(async () => {
  repository = await scratchRepository();
});

afterEach(async () => repository[Symbol.asyncDispose]());

const never = new AbortController().signal;

async function read(entries: readonly TreeEntry[], signal = never): Promise<[string, string][]> {
  const found: [string, string][] = [];
  const take = ({ path }: TreeEntry, text: string): void => void found.push([path, text]);
  await readBlobs({ git: repository.git, entries, take, signal });
  return found;
}

test('texts of all lengths come whole, however the pipe cuts them', async () => {
  // About the size of a pipe, with letters of several bytes at its edges, line breaks at the ends, and one text twice.
  const lengths = [0, 1, 2, 100, 32_767, 65_000, 65_535, 65_536, 65_537, 200_000, 0, 900_000];
  const texts = lengths.map((length, at) => '購🛒\n'.repeat(length / 8) + 'x'.repeat(at % 3));
  const files = Object.fromEntries(texts.map((text, at) => [`${100 + at}.txt`, text]));
  await repository.commit('start', { ...files, 'z.txt': 'blob 5\nabc blob 3\n' });
  const entries = await listBlobs(repository.git, 'HEAD');
  expect(await read(entries)).toEqual([
    ...Object.entries(files),
    ['z.txt', 'blob 5\nabc blob 3\n'],
  ]);
});

test('an object that is missing, no file or binary is passed over', async () => {
  await repository.commit('start', { 'a.txt': 'a', 'b.bin': Buffer.from([1, 0, 2]), 'c.txt': 'c' });
  const [a, b, c] = await listBlobs(repository.git, 'HEAD');
  if (a === undefined || b === undefined || c === undefined) throw new Error('three files');
  const missing = { ...a, path: 'missing', blob: 'f'.repeat(40) };
  const tree = (await repository.git.run(['rev-parse', 'HEAD^{tree}'])).trim();
  const found = await read([missing, a, { ...a, path: 'tree', blob: tree }, b, missing, c]);
  expect(found).toEqual([
    ['a.txt', 'a'],
    ['c.txt', 'c'],
  ]);
});

test('stops when it is told to, and gives an error of its taker back', async () => {
  const text = 'x'.repeat(100_000);
  const files = Array.from({ length: 40 }, (_, at) => [`${100 + at}.txt`, text + at]);
  await repository.commit('start', Object.fromEntries(files));
  const entries = await listBlobs(repository.git, 'HEAD');
  const stop = new AbortController();
  let taken = 0;
  const take = (): void => {
    taken += 1;
    if (taken === 3) stop.abort();
  };
  const params = { git: repository.git, entries };
  await expect(readBlobs({ ...params, take, signal: stop.signal })).rejects.toThrow('was stopped');
  expect(taken).toBeLessThan(40);
  const fail = (): never => {
    throw new Error('a full disk');
  };
  await expect(readBlobs({ ...params, take: fail, signal: never })).rejects.toThrow('a full disk');
});
