import { expect, test } from 'vitest';
import { unaskedForge } from '../../../test/rig/unasked-forge.ts';
import type { Forge } from '../../forge/forge.ts';
import type { RunEvent } from '../../model/event/event.ts';
import { countedForge } from './counted-forge.ts';
import { maskedForge } from './masked-forge.ts';

const secret = 'hunter2-hunter2-hunter2';

test('no secret goes to a forge in a text, nor comes from it', async () => {
  const sent: unknown[] = [];
  const take = async (params: unknown): Promise<{ number: number; url: string }> => {
    sent.push(params);
    return { number: 1, url: 'u' };
  };
  const forge: Forge = {
    ...unaskedForge,
    ensureIssue: take,
    ensurePullRequest: take,
    ensureAnswer: async (params) => void sent.push(params),
    readJobLog: async () => `log ${secret}`,
    readReviewRequests: async () => [
      { id: 'a', author: 'una', isTrusted: true, body: secret, path: null, line: null },
    ],
  };
  const discreet = maskedForge(forge, [secret]);
  const texts = { key: 'k', title: `Title ${secret}`, body: `Body ${secret}` };
  const parent = { forge: 'local', number: 1 } as const;
  await discreet.ensureIssue({ ...texts, kind: 'sub-issue', parent, labels: [] });
  await discreet.ensurePullRequest({ ...texts, head: 'h', base: 'b', closes: 1, checks: [] });
  await discreet.ensureAnswer({ number: 1, key: 'k', body: secret });
  const brought = [
    await discreet.readJobLog({ job: 1, most: 9 }),
    await discreet.readReviewRequests(1),
  ];
  expect(sent).toHaveLength(3);
  expect(JSON.stringify([sent, brought])).not.toContain(secret);
  expect(JSON.stringify([sent, brought])).toContain('"id":"a"');
});

test('a look that cost nothing is not journalled, and what was published always is', async () => {
  let counted = 3;
  const events: RunEvent[] = [];
  const forge: Forge = {
    ...unaskedForge,
    can: { ...unaskedForge.can, usage: true },
    usage: () => ({ calls: {}, counted, remaining: null }),
    lookAtPulls: async () => [],
    findPublished: async () => [],
    closeIssue: async () => undefined,
  };
  const inRun = countedForge(forge, (event) => events.push(event));
  await inRun.lookAtPulls([1]);
  expect(events).toEqual([]);
  counted += 1;
  await inRun.lookAtPulls([1]);
  await inRun.lookAtPulls([1]);
  await inRun.findPublished({ issue: { forge: 'local', number: 1 }, tasks: [] });
  await inRun.closeIssue(1);
  const used = { type: 'forge-used', calls: {}, counted: 4, remaining: null };
  expect(events).toEqual([used, used]);
});

test('where calls cost nothing, none is journalled', () => {
  expect(countedForge(unaskedForge, () => undefined)).toBe(unaskedForge);
});
