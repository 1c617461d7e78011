import { describe, expect, test } from 'vitest';
import type { Fault } from '../rig/github/faults.ts';
import { makeGitHubWorld, masterBody, publishedState, type GitHubWorld } from './github-world.ts';

const titles = ['Add the cart model', 'Add the cart API'];

const faults: readonly Fault[] = [
  { kind: '5xx-before' },
  { kind: '5xx-after' },
  { kind: 'html-before' },
  { kind: '429', retryAfterSeconds: 1 },
  { kind: '403-secondary', retryAfterSeconds: 1 },
  { kind: '403-abuse', retryAfterSeconds: 1 },
  { kind: 'primary-limit', resetInSeconds: 1 },
  { kind: 'cut' },
  { kind: 'cut-after' },
  { kind: 'cut-half' },
  { kind: 'garbled' },
];

async function run(site: GitHubWorld, params: { fault?: Fault; nth?: number }): Promise<object> {
  const { hub, shop } = site;
  const master = shop.issue({ title: 'Build the cart', body: masterBody(titles) });
  const { fault, nth = 1 } = params;
  if (fault !== undefined) hub.faults.queue({ ...fault, when: { nth } });
  // What fails before the run has begun is reported, and the same command continues.
  const first = await site.orchestrate(master.number);
  const told = `${first.stdout}${first.stderr}`;
  const ended = first.code === 0 ? first : await site.orchestrate(master.number);
  expect(ended.code, `${told}\n--- again\n${ended.stdout}${ended.stderr}`).toBe(0);
  if (first.code !== 0) expect(first.code, told).toBe(5);
  expect(hub.faults.pending()).toBe(0);
  return publishedState(site.shop, master.number);
}

async function undisturbed(): Promise<{ state: object; operations: string[] }> {
  await using site = await makeGitHubWorld({ onFinished: () => undefined });
  const state = await run(site, { nth: 1 });
  return { state, operations: site.hub.calls.map(({ operation }) => operation) };
}

const reference = await undisturbed();

/** Takes its time: an answer that never comes is given up after half a minute. */
const slow: Fault = { kind: 'slow' };

/** Each fault at each call by `FLOTILLA_FAULTS=all`; a sample otherwise. */
const isAll = process.env['FLOTILLA_FAULTS'] === 'all';

function cases(): { fault: Fault; nth: number; operation: string }[] {
  const all = reference.operations.flatMap((operation, index) =>
    [...faults, ...(isAll ? [slow] : [])].map((fault) => ({ fault, nth: index + 1, operation })),
  );
  return isAll ? all : all.filter((_, index) => index % 29 === 3);
}

describe.concurrent('a fault at one call of a run', () => {
  test.for(cases())(
    '$fault.kind at call $nth ($operation) ends as if nothing had happened',
    { timeout: 300_000 },
    async ({ fault, nth }, { onTestFinished }) => {
      await using site = await makeGitHubWorld({ onFinished: onTestFinished });
      expect(await run(site, { fault, nth })).toEqual(reference.state);
    },
  );
});
