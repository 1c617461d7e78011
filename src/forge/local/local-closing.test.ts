import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openClosing, withTicks } from './local-closing.ts';
import { openRecords } from './records.ts';

const body = '# Shop\n\n- [ ] Add the cart\n- [ ] Add the shelf\n';

test('boxes are ticked and issues closed in our own copies, twice as well as once', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'closing-'));
  const records = openRecords(folder.path, (work) => work());
  const { number } = await records.ensure({ kind: 'issue', key: 'file:a', head: {}, body });
  const closing = openClosing(records);
  for (let times = 0; times < 2; times += 1) {
    await closing.tickItems({ number, items: [{ line: 4, title: 'Add the shelf' }] });
    await closing.closeIssue(number);
    const record = await records.read(number);
    expect(record?.body).toBe(body.replace('[ ] Add the shelf', '[x] Add the shelf'));
    expect(record?.head['state']).toBe('closed');
  }
  // The files are the user's to delete, too.
  await closing.closeIssue(99);
  await closing.tickItems({ number: 99, items: [{ line: 1, title: 'x' }] });
});

test('merged pull requests are those that went into the base', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'closing-'));
  const records = openRecords(folder.path, (work) => work());
  const make = async (key: string, head: object): Promise<number> =>
    (await records.ensure({ kind: 'pull', key, head: { ...head }, body: '' })).number;
  const numbers = [
    await make('a', { state: 'merged', base: 'main' }),
    await make('b', { state: 'merged', base: 'feat/issue-2' }),
    await make('c', { state: 'open', base: 'main' }),
    99,
  ];
  const closing = openClosing(records);
  expect(await closing.mergedPulls({ numbers, into: 'main' })).toEqual([numbers[0]]);
});

test('ticks stay in our copy when the file is read again, unless it says something else now', () => {
  const ticked = body.replace('[ ]', '[x]');
  expect(withTicks(body, ticked)).toBe(ticked);
  const edited = body.replace('cart', 'basket');
  expect(withTicks(edited, ticked)).toBe(edited);
  const theirs = body.replace('[ ] Add the shelf', '[x] Add the shelf');
  expect(withTicks(theirs, ticked)).toBe(ticked.replace('[ ]', '[x]'));
});
