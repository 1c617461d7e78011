import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeMergeWorld, numbered } from '../../test/rig/merge-world.ts';
import { conflictsAfter, type SeenConflict } from '../model/merge/conflict.ts';
import type { ConflictsSeen } from '../model/event/merge-event.ts';
import { openRadar } from './radar.ts';
import { watchConflicts } from './watch-conflicts.ts';

/** Watches two tasks; `next` resolves with the next report. */
async function watchTwo(known: readonly SeenConflict[], two: string | null = null) {
  const world = await makeMergeWorld({ 'a.txt': numbered(30) });
  const workspaces = [
    { task: 1, path: await world.workspace(1), ground: world.base },
    { task: 2, path: await world.workspace(2), ground: world.base },
  ];
  const radar = openRadar({
    clone: world.clone,
    confinement: world.workspaces.confinement,
    directory: join(world.root, 'radar.git'),
  });
  const stop = new AbortController();
  const told: ConflictsSeen[] = [];
  let wake = Promise.withResolvers<ConflictsSeen>();
  let rounds = 0;
  const change = (task: number, line: number, text: string): void =>
    world.write(workspaces[task - 1]?.path ?? '', { 'a.txt': numbered(30, { [line]: text }) });
  change(1, 3, 'one');
  if (two !== null) change(2, 3, two);
  const first = wake.promise;
  const ended = watchConflicts({
    radar,
    look: () => {
      rounds += 1;
      // A look that fails is no end of the watch.
      if (rounds === 2) throw new Error('Not now');
      return { base: world.base, sides: workspaces };
    },
    tell: (news) => {
      told.push(news);
      wake.resolve(news);
      wake = Promise.withResolvers();
    },
    known,
    onTrouble: () => undefined,
    everyMs: 5,
    signal: stop.signal,
  });
  return {
    change,
    told,
    first,
    next: () => wake.promise,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await ended;
      await radar[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}

test('what arises and what is settled is reported, each once', async () => {
  await using watch = await watchTwo([]);
  const arising = watch.next();
  watch.change(2, 3, 'two');
  expect(await arising).toMatchObject({ arisen: [{ task: 1, with: 2 }], settled: [] });
  const known = watch.told.reduce(conflictsAfter, [] as SeenConflict[]);
  expect(known).toHaveLength(1);
  const settling = watch.next();
  watch.change(2, 20, 'two');
  expect(await settling).toEqual({
    type: 'conflicts-seen',
    arisen: [],
    settled: [{ task: 1, with: 2 }],
  });
  expect(watch.told.reduce(conflictsAfter, [] as SeenConflict[])).toEqual([]);
  expect(watch.told).toHaveLength(2);
});

test('what was known before is reported only when it is settled', async () => {
  const file = { path: 'a.txt', kind: 'content', hunks: [] } as const;
  const before = [
    { task: 1, with: 2, files: [file] },
    { task: 1, with: 'base', files: [file] },
  ] as const;
  await using watch = await watchTwo(before, 'two');
  await watch.first;
  expect(watch.told).toEqual([
    { type: 'conflicts-seen', arisen: [], settled: [{ task: 1, with: 'base' }] },
  ]);
});
