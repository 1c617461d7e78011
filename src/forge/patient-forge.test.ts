import { expect, test } from 'vitest';
import { unaskedForge } from '../../test/rig/unasked-forge.ts';
import { ForgeError, type ForgeProblem } from '../model/forge-problem.ts';
import type { Forge } from './forge.ts';
import { patientForge } from './patient-forge.ts';

const offline: ForgeProblem = {
  kind: 'offline',
  host: 'h',
  why: 'ENOTFOUND',
  isProxyIgnored: false,
};
const params = { from: '/x', commit: 'c', branch: 'b' };

/** A forge whose push fails with each of these in turn, and then works. */
function failing(problems: readonly ForgeProblem[]): { forge: Forge; pushes: () => number } {
  let pushes = 0;
  const forge: Forge = {
    ...unaskedForge,
    push: async () => {
      const problem = problems[pushes];
      pushes += 1;
      if (problem !== undefined) throw new ForgeError(problem);
    },
  };
  return { forge, pushes: () => pushes };
}

function patience(signal: AbortSignal, longestMs = 60_000) {
  const waits: string[] = [];
  const now = (): Date => new Date();
  const onWait = ({ forge }: ForgeError): void => void waits.push(forge.kind);
  return { waits, options: { signal, longestMs, now, onWait } };
}

test('what passes is waited out, and told', async () => {
  const { forge, pushes } = failing([offline]);
  const { waits, options } = patience(new AbortController().signal);
  await patientForge(forge, options).push(params);
  expect([pushes(), waits]).toEqual([2, ['offline']]);
});

test('what waiting does not fix is thrown at once', async () => {
  const { forge, pushes } = failing([{ kind: 'archived', repository: 'una/shop' }]);
  const { options } = patience(new AbortController().signal);
  await expect(patientForge(forge, options).push(params)).rejects.toThrow('archived');
  expect(pushes()).toBe(1);
});

test('a wait that is longer than the patience is not begun', async () => {
  const resetsAt = new Date(Date.now() + 3_600_000).toISOString();
  const { forge } = failing([{ kind: 'primary-limit', resetsAt }]);
  const { waits, options } = patience(new AbortController().signal);
  await expect(patientForge(forge, options).push(params)).rejects.toThrow(resetsAt);
  expect(waits).toEqual([]);
});

test('the end of the run ends the wait', async () => {
  const stop = new AbortController();
  const { forge, pushes } = failing([{ kind: 'secondary-limit', retryAfterSeconds: 50 }]);
  const { options } = patience(stop.signal);
  const onWait = (): void => stop.abort();
  const pushing = patientForge(forge, { ...options, onWait }).push(params);
  await expect(pushing).rejects.toThrow('slow down');
  expect(pushes()).toBe(1);
});

test('what was waited for in vain is not waited for again by the next', async () => {
  const { forge, pushes } = failing([offline, offline, offline]);
  const { waits, options } = patience(new AbortController().signal, 1_500);
  const patient = patientForge(forge, options);
  await expect(patient.push(params)).rejects.toThrow('cannot be reached');
  expect([pushes(), waits.length]).toEqual([2, 1]);
  await expect(patient.push(params)).rejects.toThrow('cannot be reached');
  expect([pushes(), waits.length]).toEqual([3, 1]);
});

test('a merge train waits for operations that a run does not wait for', async () => {
  const { options } = patience(new AbortController().signal);
  for (const [user, asked] of [
    ['train', 2],
    ['run', 1],
  ] as const) {
    let asks = 0;
    const closeIssue = async (): Promise<void> => {
      asks += 1;
      if (asks === 1) throw new ForgeError(offline);
    };
    const closing = patientForge({ ...unaskedForge, closeIssue }, options, user).closeIssue(1);
    await closing.catch(() => undefined);
    expect([user, asks]).toEqual([user, asked]);
  }
});
