import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ProcessIdentity } from '../model/process-identity.ts';
import { identify, identifySelf } from '../process/identity.ts';
import { openHolds, type Holds } from './holds.ts';

const execute = promisify(execFile);
let folder: Awaited<ReturnType<typeof mkdtempDisposable>>;
let file: string;
let opened: Holds[];

beforeEach(async () => {
  folder = await mkdtempDisposable(join(tmpdir(), 'holds-'));
  file = join(folder.path, 'holds.sqlite');
  opened = [];
});

afterEach(async () => {
  opened.forEach((holds) => holds.close());
  await folder.remove();
});

async function holdsOf(self?: ProcessIdentity): Promise<Holds> {
  const holds = openHolds(file, self ?? (await identifySelf()));
  opened.push(holds);
  return holds;
}

/** A process of its own that lives until its input ends. */
async function startOther(): Promise<{ identity: ProcessIdentity; end: () => Promise<void> }> {
  const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'spawn');
  const identity = await identify(child.pid ?? 0);
  if (identity === null) throw new Error('It is gone already');
  return {
    identity,
    end: async () => {
      child.stdin.end();
      await once(child, 'close');
    },
  };
}

test('a name is held by one, who is told to others, until it is given back', async () => {
  const self = await identifySelf();
  const [one, other] = [await holdsOf(), await holdsOf()];
  const hold = await one.tryTake('port:1');
  expect(hold.state).toBe('taken');
  expect(await other.tryTake('port:1')).toEqual({ state: 'held', holder: self });
  expect((await other.tryTake('port:2')).state).toBe('taken');
  expect(await other.heldNames('port:')).toEqual(new Set(['port:1', 'port:2']));
  expect(await other.heldNames('run:')).toEqual(new Set());
  if (hold.state === 'taken') hold.release();
  expect((await other.tryTake('port:1')).state).toBe('taken');
});

test('what a dead process held is free', async () => {
  const dead = await startOther();
  expect((await (await holdsOf(dead.identity)).tryTake('run:1')).state).toBe('taken');
  const holds = await holdsOf();
  expect(await holds.tryTake('run:1')).toEqual({ state: 'held', holder: dead.identity });
  await dead.end();
  expect(await holds.heldNames('run:')).toEqual(new Set());
  expect((await holds.tryTake('run:1')).state).toBe('taken');
});

test('another process with the pid of a dead one does not hold what that held', async () => {
  const self = await identifySelf();
  await (await holdsOf({ ...self, startTime: '1' })).tryTake('run:1');
  expect((await (await holdsOf()).tryTake('run:1')).state).toBe('taken');
  await (await holdsOf({ ...self, bootId: 'another boot' })).tryTake('run:2');
  expect((await (await holdsOf()).tryTake('run:2')).state).toBe('taken');
});

test('a hold that is shared lasts as long as either lives', async () => {
  const [owner, agent] = [await startOther(), await startOther()];
  const hold = await (await holdsOf(owner.identity)).tryTake('port:1');
  if (hold.state === 'taken') hold.shareWith(agent.identity);
  await owner.end();
  const holds = await holdsOf();
  expect(await holds.tryTake('port:1')).toEqual({ state: 'held', holder: agent.identity });
  await agent.end();
  expect((await holds.tryTake('port:1')).state).toBe('taken');
});

test('a late release does not give away what somebody else has taken since', async () => {
  const dead = await startOther();
  const hold = await (await holdsOf(dead.identity)).tryTake('run:1');
  await dead.end();
  const holds = await holdsOf();
  await holds.tryTake('run:1');
  if (hold.state === 'taken') hold.release();
  expect((await (await holdsOf()).tryTake('run:1')).state).toBe('held');
});

test('work under one name runs one at a time, in the order of asking, also after a failure', async () => {
  const holds = await holdsOf();
  const events: string[] = [];
  const work = (name: string) => async () => {
    events.push(`${name} in`);
    await new Promise((resolve) => setImmediate(resolve));
    events.push(`${name} out`);
    if (name === 'two') throw new Error('two failed');
  };
  const all = ['one', 'two', 'three'].map((name) => holds.during('mutex', work(name)));
  const ends = await Promise.allSettled(all);
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(events).toEqual(['one in', 'one out', 'two in', 'two out', 'three in', 'three out']);
});

test('three processes that contend for a name never hold it together', async () => {
  const log = join(folder.path, 'log');
  appendFileSync(log, '');
  const script = `
    import { appendFileSync } from 'node:fs';
    import { openHolds } from ${JSON.stringify(new URL('holds.ts', import.meta.url).href)};
    import { identifySelf } from ${JSON.stringify(new URL('../process/identity.ts', import.meta.url).href)};
    const holds = openHolds(${JSON.stringify(file)}, await identifySelf());
    for (let turn = 0; turn < 20; turn += 1)
      await holds.during('mutex', async () => {
        appendFileSync(${JSON.stringify(log)}, 'in\\n');
        await new Promise((resolve) => setImmediate(resolve));
        appendFileSync(${JSON.stringify(log)}, 'out\\n');
      });
    holds.close();`;
  await Promise.all(
    [1, 2, 3].map(() => execute(process.execPath, ['--input-type=module', '-e', script])),
  );
  expect(readFileSync(log, 'utf8')).toBe('in\nout\n'.repeat(60));
});
