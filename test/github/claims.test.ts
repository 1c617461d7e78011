import { randomUUID } from 'node:crypto';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { IssueClaims } from '../../src/forge/forge.ts';
import {
  isLive,
  longestLeaseSeconds,
  parseClaim,
} from '../../src/forge/github/claims/claim-record.ts';
import { gitAccess } from '../../src/forge/github/repository/git-access.ts';
import { openIssueClaims } from '../../src/forge/github/claims/issue-claims.ts';
import { openSharedRefs, type SharedRefs } from '../../src/forge/github/repository/shared-refs.ts';
import { gitAt } from '../../src/git/git.ts';
import { startGitHub } from '../rig/github/github.ts';

type Claimant = {
  readonly refs: SharedRefs;
  readonly open: (
    owner: string,
    more?: { readonly isTakenOver?: boolean; readonly leaseSeconds?: number },
  ) => Promise<IssueClaims>;
};

/** A repository on a GitHub of the test's own, with a clock that the test sets. */
async function makeRepository() {
  const stack = new AsyncDisposableStack();
  const hub = await startGitHub();
  stack.defer(async () => {
    await hub.idle();
    await hub[Symbol.asyncDispose]();
  });
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'claims-')));
  const shop = await hub.makeRepository({ owner: 'una', name: 'shop' });
  const token = hub.token(['repo'], 'una');
  const clock = { now: new Date('2026-03-02T12:00:00.000Z') };
  const env = { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1' };
  const host = { host: new URL(hub.gitUrl).host, serverUrl: hub.gitUrl } as never;
  /** One machine. */
  const machine = async (name: string): Promise<Claimant> => {
    const git = gitAt(folder.path, env);
    await git.run(['init', '--quiet', '--bare', name]);
    const access = gitAccess({ host, to: { owner: 'una', repo: 'shop' }, token, env });
    const refs = openSharedRefs({ git: git.at(join(folder.path, name)), access, host: 'hub' });
    return {
      refs,
      open: (owner, { isTakenOver = false, leaseSeconds = 600 } = {}) =>
        openIssueClaims({
          ...{ refs, owner, isTakenOver, host: name, leaseSeconds, token: randomUUID },
          issue: { number: 7, name: 'una/shop#7' },
          serverNow: () => clock.now,
          isAway: () => false,
        }),
    };
  };
  const calls = (): number => hub.calls.length;
  return {
    machine,
    clock,
    refusePushes: shop.archive,
    calls,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

test('of many that take an issue at the same moment, one gets it', async () => {
  await using site = await makeRepository();
  const { machine } = site;
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const machines = await Promise.all(names.map(machine));
  const claims = await Promise.all(machines.map(({ open }, index) => open(`owner-${index}`)));
  const taken = await Promise.allSettled(claims.map(({ take }) => take()));
  const won = taken.filter(({ status }) => status === 'fulfilled');
  expect(won).toHaveLength(1);
  for (const answer of taken)
    if (answer.status === 'rejected')
      expect(answer.reason).toMatchObject({ problem: { code: 'issue-claimed' } });
  const [first] = won;
  if (first?.status === 'fulfilled') await first.value?.release();
});

test('an issue that another machine had while it was read must be read again', async () => {
  await using site = await makeRepository();
  const { machine, clock } = site;
  const [dead, one, other] = [await machine('dead'), await machine('one'), await machine('other')];
  await (await dead.open('dead')).take();
  clock.now = new Date('2026-03-02T12:11:00.000Z');
  const reading = await one.open('one');
  const claim = await (await other.open('other')).take();
  await expect(reading.take()).rejects.toMatchObject({ problem: { code: 'issue-claimed' } });
  await claim?.release();
  expect(await reading.take()).toBeNull();
  const after = await reading.take();
  expect(after).not.toBeNull();
  await after?.release();
  expect(await other.refs.read('refs/flotilla/claims/7')).toBeNull();
});

test('a claim holds until its lease is over by the clock of the server, also against a state of its own name', async () => {
  await using site = await makeRepository();
  const { machine, clock } = site;
  const [one, other] = [await machine('one'), await machine('other')];
  const claim = await (await one.open('one')).take();
  await expect(other.open('other')).rejects.toMatchObject({
    problem: { code: 'issue-claimed', host: 'one', since: '2026-03-02T12:00:00.000Z' },
  });
  // The same owner, whose orchestrator died: it goes on at once.
  const resumed = await (await one.open('one')).take();
  expect(resumed).not.toBeNull();
  clock.now = new Date('2026-03-02T12:09:59.000Z');
  await expect(other.open('other')).rejects.toThrow('issue-claimed');
  clock.now = new Date('2026-03-02T12:10:01.000Z');
  const after = await (await other.open('other')).take();
  expect(after).not.toBeNull();
  await claim?.release();
  await resumed?.release();
  // Neither of the two before had anything to release.
  expect(await other.refs.read('refs/flotilla/claims/7')).not.toBeNull();
  await after?.release();
});

test('what is no claim of ours holds nobody up', async () => {
  const now = new Date('2026-03-02T12:00:00.000Z');
  const record = {
    ...{ owner: 'a', host: 'b', token: 'c' },
    ...{ since: now.toISOString(), renewed: now.toISOString() },
  };
  const at = (seconds: number): string =>
    JSON.stringify({
      ...record,
      expires: new Date(now.getTime() + seconds * 1_000).toISOString(),
    });
  const live = (text: string): boolean => {
    const claim = parseClaim(text);
    return claim !== null && isLive(claim, now);
  };
  expect(live(at(60))).toBe(true);
  expect(live(at(-1))).toBe(false);
  expect(live(at(longestLeaseSeconds + 1))).toBe(false);
  expect(live('{"expires":"2096-01-01T00:00:00Z"}')).toBe(false);
  expect(live('no JSON')).toBe(false);
});

test('a claim that is renewed while another machine looks is seen whole', async () => {
  await using site = await makeRepository();
  const { machine, clock } = site;
  const [one, other] = [await machine('one'), await machine('other')];
  const ref = 'refs/flotilla/claims/7';
  let id: string | null = null;
  const renewals = (async () => {
    for (let count = 0; count < 15; count += 1) {
      const to = await one.refs.write(`renewal ${count} of ${clock.now.toISOString()}`);
      expect(await one.refs.swap({ ref, from: id, to })).toBe(true);
      id = to;
    }
  })();
  const isOver = renewals.then(() => true);
  while (!(await Promise.race([isOver, Promise.resolve(false)]))) {
    const found = await other.refs.read(ref);
    expect(found?.text ?? 'renewal').toMatch(/^renewal/u);
    await new Promise(setImmediate);
  }
});

test('a claim that cannot be renewed is not lost by that', async () => {
  await using site = await makeRepository();
  const { machine, calls, refusePushes } = site;
  const one = await machine('one');
  const claim = await (await one.open('one', { leaseSeconds: 0.3 })).take();
  const before = calls();
  refusePushes();
  // Two renewals that were refused, and the run goes on.
  await expect.poll(() => calls() - before, { timeout: 20_000 }).toBeGreaterThan(4);
  expect(claim?.lost.aborted).toBe(false);
  await claim?.release();
});
