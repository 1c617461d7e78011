import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createFileWriter } from './file-writer.ts';

test('neither writing nor adding goes through a link in the place of a file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'writer-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [mine, whole, log] = ['mine', 'whole', 'log'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(mine, 'mine');
  symlinkSync(mine, whole);
  symlinkSync(mine, log);
  const errors: Error[] = [];
  const writer = createFileWriter({
    prepare: () => Promise.resolve(),
    onError: (error) => errors.push(error),
  });
  writer.replace(whole, () => 'new');
  writer.append(log, 'added');
  await writer.flush();
  expect(readFileSync(mine, 'utf8')).toBe('mine');
  expect(readFileSync(whole, 'utf8')).toBe('new');
  expect(errors).toMatchObject([{ code: 'ELOOP' }]);
});
