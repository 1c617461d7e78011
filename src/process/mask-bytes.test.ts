import { appendFile, open, readFile, writeFile, mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dice } from '../../test/rig/dice.ts';
import { openByteMask } from './mask-bytes.ts';
import { maskFileAt, maskRanges } from './mask-file.ts';
import { tailFile } from './tail-file.ts';

/** Every value, at every place where it stands, is gone; nothing else is. */
function maskedWhole(text: Buffer, values: readonly string[]): Buffer {
  const shown = Buffer.from(text);
  for (const value of values) {
    const needle = Buffer.from(value);
    for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + needle.length))
      shown.fill('*', at, at + needle.length);
  }
  return shown;
}

test('a value is masked however the stream is cut, and nothing else is touched', () => {
  for (let seed = 1; seed <= 400; seed += 1) {
    const { below, text, pick, cut } = dice(seed);
    // Few letters: values overlap, repeat and begin in one another.
    const letters = pick(['ab', 'abc', 'aü€', 'xyz0189+/=']);
    const values = Array.from({ length: 1 + below(3) }, () => `a${text(letters, 12)}b`);
    const words = Array.from({ length: below(60) }, () => pick([pick(values), text(letters, 20)]));
    const source = Buffer.from(words.join(''));
    const mask = openByteMask(values);
    const pieces = cut(source, 1 + below(30)).map((piece) => mask.push(piece));
    const shown = Buffer.concat([...pieces, mask.flush()]);
    expect(shown.length, `seed ${seed}`).toBe(source.length);
    for (const value of values) expect(shown.includes(value), `seed ${seed}`).toBe(false);
    const only = values.length === 1 ? maskedWhole(source, values) : null;
    if (only !== null) expect(shown.toString(), `seed ${seed}`).toBe(only.toString());
    const ranged = Buffer.from(source);
    for (const { start, end } of mask.taken()) ranged.fill('*', start, end);
    expect(ranged.equals(shown), `seed ${seed}`).toBe(true);
  }
});

test('what is no beginning of a value is handed on at once', () => {
  const mask = openByteMask(['secret-value']);
  expect(mask.push(Buffer.from('a line\n')).toString()).toBe('a line\n');
  expect(mask.push(Buffer.from('another, sec')).toString()).toBe('another, ');
  expect(mask.push(Buffer.from('ond')).toString()).toBe('second');
  expect(mask.flush().toString()).toBe('');
});

test('a file is masked in its place, as often as it is done', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'mask-'));
  const path = join(folder.path, 'output');
  const before = `${'x'.repeat(65_530)}secret-value ${'y'.repeat(70_000)} secret-value`;
  await writeFile(path, before);
  await maskFileAt(path, ['secret-value']);
  await maskFileAt(path, ['secret-value']);
  expect(await readFile(path, 'utf8')).toBe(before.replaceAll('secret-value', '*'.repeat(12)));
  await maskFileAt(join(folder.path, 'none'), ['secret-value']);
});

test('a range that began before the file was emptied is masked as far as it is there', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'mask-'));
  const path = join(folder.path, 'output');
  await writeFile(path, 'value and more');
  await using file = await open(path, 'r+');
  await maskRanges(file, [{ start: 93, end: 105 }], 100);
  expect(await readFile(path, 'utf8')).toBe('***** and more');
});

test('a followed file is masked as it is read, while its writer goes on, also across its emptying', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'mask-'));
  const path = join(folder.path, 'output');
  let told = '';
  const tail = tailFile(path, {
    onText: (text) => (told += text),
    capBytes: 300,
    secrets: ['secret-value'],
  });
  let whole = '';
  const { cut } = dice(7);
  const source = Buffer.from('some words secret-value, '.repeat(40));
  for (const piece of cut(source, 25)) {
    await appendFile(path, piece);
    whole += piece.toString();
    await tail.drain();
    const now = await readFile(path, 'utf8');
    expect(now).not.toContain('secret-value');
    expect(told).not.toContain('secret-value');
  }
  await tail.close();
  expect(told).toBe(whole.replaceAll('secret-value', '*'.repeat(12)));
});
