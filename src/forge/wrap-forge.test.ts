import { expect, test } from 'vitest';
import { unaskedForge } from '../../test/rig/unasked-forge.ts';
import { forgeOperations } from './forge-operations.ts';
import type { Forge } from './forge.ts';
import { wrapForge } from './wrap-forge.ts';

test('every operation is wrapped, and what is no operation is passed on', () => {
  const seen: string[] = [];
  const wrapped = wrapForge(unaskedForge, {
    around: (operation, call, params) => {
      seen.push(operation);
      return call(...params);
    },
  });
  expect(Object.keys(wrapped).toSorted()).toEqual(Object.keys(unaskedForge).toSorted());
  for (const member of Object.values(wrapped) as unknown[])
    if (typeof member === 'function') expect(member).toThrow('has no part in this test');
  expect(seen.toSorted()).toEqual(Object.keys(forgeOperations).toSorted());
  expect([wrapped.can, wrapped.secrets]).toEqual([unaskedForge.can, unaskedForge.secrets]);
});

test('what stands around an operation may ask again, and with another order', async () => {
  const asked: unknown[][] = [];
  const forge: Forge = {
    ...unaskedForge,
    syncBase: async (...order) => {
      asked.push(order);
      return `commit ${asked.length}`;
    },
  };
  const wrapped = wrapForge(forge, {
    around: async (_operation, call, params) => {
      await call(...params);
      return call(...params);
    },
  });
  expect(await wrapped.syncBase('main', 'sha')).toBe('commit 2');
  expect(asked).toEqual([
    ['main', 'sha'],
    ['main', 'sha'],
  ]);
});
