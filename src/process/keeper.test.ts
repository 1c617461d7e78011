import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { identify, identifySelf } from './identity.ts';
import { claimAttempt, findAttempt } from './claim.ts';
import { adoptKept, startKept, type Kept, type KeeperParams } from './keeper.ts';
import { treeMembers } from './process-tree.ts';

let folder: Awaited<ReturnType<typeof mkdtempDisposable>>;
let output: string;
let marker: string;

beforeEach(async () => {
  folder = await mkdtempDisposable(join(tmpdir(), 'keeper-'));
  output = '';
  marker = folder.path;
});

afterEach(async () => {
  const left = await treeMembers({ leader: null, marker });
  left.forEach((pid) => process.kill(pid, 'SIGKILL'));
  await folder.remove();
  expect(left).toEqual([]);
});

function attempt(): string {
  return join(folder.path, 'attempt');
}

function keep(script: string, change: Partial<KeeperParams> = {}): Promise<Kept> {
  const params: KeeperParams = {
    directory: attempt(),
    argv: ['/bin/sh', '-c', script],
    cwd: folder.path,
    env: { PATH: process.env['PATH'] },
    prompt: 'Do it.\n',
    deadlineSeconds: 60,
    graceSeconds: 1,
    marker,
  };
  return startKept(
    { ...params, ...change },
    (text, stream) => (output += stream === 'output' ? text : ''),
  );
}

/** Resolves when the kept program has printed this. */
async function printed(text: string): Promise<void> {
  await expect.poll(() => output, { timeout: 10_000, interval: 10 }).toContain(text);
}

/** The processes whose parent the keeper is. */
function childrenOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
  return children
    .split(' ')
    .filter((word) => word !== '')
    .map(Number);
}

describe('how it ends', () => {
  test('a program reads its prompt, is heard to its last word, and its exit code is reported', async () => {
    const kept = await keep('cat; echo done; exit 3');
    expect(await kept.ended).toEqual({ kind: 'exited', code: 3 });
    expect(output).toBe('Do it.\ndone\n');
    expect(await findAttempt(attempt())).toEqual({
      state: 'claimed',
      keeper: kept.keeper,
      how: 'ended',
    });
    expect(childrenOf(process.pid)).not.toContain(kept.keeper.pid);
  });

  test('a program that a signal ends', async () => {
    const kept = await keep('kill -KILL $$');
    expect(await kept.ended).toEqual({ kind: 'signalled', signal: 9 });
  });

  test('what it wrote to standard error is apart from its output', async () => {
    const kept = await keep('echo wrong >&2; echo right');
    await kept.ended;
    expect(output).toBe('right\n');
    expect(readFileSync(join(attempt(), 'errors'), 'utf8')).toBe('wrong\n');
  });

  test('an output of 5 MB with characters of several bytes arrives whole', async () => {
    const kept = await keep('yes "äöü €" | head -c 5500000');
    await kept.ended;
    expect(Buffer.byteLength(output)).toBe(5_500_000);
    expect(output).not.toContain('\uFFFD');
  });

  test('the deadline ends the whole tree, also what ignores TERM and what left the session', async () => {
    const deaf = 'trap "" TERM; sleep 1000; sleep 1000';
    const kept = await keep(`(${deaf}) & setsid sh -c '${deaf}' & ${deaf}`, { deadlineSeconds: 1 });
    expect(await kept.ended).toEqual({ kind: 'stopped', why: 'timed-out' });
  });

  test('what a program leaves running when it exits is ended', async () => {
    const kept = await keep('setsid sh -c "trap \\"\\" TERM; sleep 1000" & echo gone');
    expect(await kept.ended).toEqual({ kind: 'exited', code: 0 });
    expect(output).toBe('gone\n');
  });

  test('a stop lets the program clean up within the grace', async () => {
    const kept = await keep(
      'trap "echo cleaned up; exit 0" TERM; echo ready; while :; do sleep 0.05; done',
      {
        graceSeconds: 10,
      },
    );
    await printed('ready');
    expect(await kept.stop()).toEqual({ kind: 'stopped', why: 'stopped' });
    expect(output).toContain('cleaned up');
  });

  test('a stopped (suspended) program is ended, too', async () => {
    const kept = await keep('echo ready; kill -STOP $$; sleep 1000');
    await printed('ready');
    expect(await kept.stop()).toEqual({ kind: 'stopped', why: 'stopped' });
  });

  test('a keeper that is killed is lost, and nothing of its program is left', async () => {
    const kept = await keep('trap "" TERM; setsid sleep 1000 & echo ready; sleep 1000; sleep 1000');
    await printed('ready');
    process.kill(kept.keeper.pid, 'SIGKILL');
    expect(await kept.ended).toEqual({ kind: 'lost' });
    expect(existsSync(join(attempt(), 'result'))).toBe(false);
  });

  // After the deadline it would signal a pid that may be another's by then.
  test('the timer of a keeper that is killed ends with it', async () => {
    const kept = await keep('echo ready; sleep 1000');
    await printed('ready');
    process.kill(kept.keeper.pid, 'SIGKILL');
    await kept.ended;
    const left = processesIn(folder.path);
    left.forEach((pid) => process.kill(pid, 'SIGKILL'));
    expect(left).toEqual([]);
  });
});

describe('what hides from it', () => {
  test.each([
    ['a session of its own and no environment', "setsid sh -c 'env -i /bin/sh daemon & exit 0' &"],
    ['two forks', '(setsid env -i /bin/sh daemon &) & wait'],
    ['another directory', "setsid sh -c 'cd / && exec env -i /bin/sh $0/daemon' $PWD &"],
    ['a line break in its name', 'cp /bin/sh "x) S 1 1 1\ny"; setsid env -i ./x*y daemon &'],
    ['deaf ears', `setsid env -i /bin/sh -c 'trap "" TERM; . ./daemon' &`],
  ])('a process with %s is ended, too', async (_how, start) => {
    writeDaemon();
    const kept = await keep(`${start}\n${untilDaemon}`);
    expect(await kept.ended).toEqual({ kind: 'exited', code: 0 });
    expect(await identify(daemonPid())).toBeNull();
  });

  test('what somebody else started in the same place lives on', async () => {
    await using mine = new AsyncDisposableStack();
    const other = spawn('/bin/sh', ['-c', 'read -r line'], { cwd: folder.path, detached: true });
    mine.defer(async () => {
      other.stdin.end();
      await once(other, 'exit');
    });
    await once(other, 'spawn');
    const kept = await keep('setsid env -i sleep 1000 & echo ready');
    await kept.ended;
    expect(await identify(other.pid ?? 0)).not.toBeNull();
    expect(other.exitCode).toBeNull();
  });

  test('where nothing brings lost processes back, the result says so', async () => {
    const programs = join(folder.path, 'programs');
    mkdirSync(programs);
    for (const name of ['sh', 'sed', 'cut', 'cat', 'ln', 'mv', 'rm', 'env', 'setsid', 'sleep'])
      symlinkSync(`/bin/${name}`, join(programs, name));
    for (const name of ['grep', 'awk', 'tr']) symlinkSync(`/usr/bin/${name}`, join(programs, name));
    const kept = await keep('echo ran', { env: { PATH: programs } });
    expect(await kept.ended).toEqual({ kind: 'exited', code: 0, unheld: true });
    expect(output).toBe('ran\n');
  });
});

/** Says its pid once it runs. */
function writeDaemon(): void {
  const told = join(folder.path, 'pid');
  const lines = [`echo $$ >'${told}.new'`, `mv '${told}.new' '${told}'`];
  writeFileSync(
    join(folder.path, 'daemon'),
    `export PATH='${process.env['PATH']}'\n${lines.join('\n')}\nwhile :; do sleep 1; done\n`,
  );
}

const untilDaemon = 'while [ ! -e pid ]; do sleep 0.02; done';

function daemonPid(): number {
  return Number(readFileSync(join(folder.path, 'pid'), 'utf8'));
}

/** The processes that work in a folder. */
function processesIn(path: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/u.test(name));
  return pids.filter((pid) => placeOf(pid) === path).map(Number);
}

/** A process may be gone before it is looked at. */
function placeOf(pid: string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

describe('the claim', () => {
  test('of two keepers on one directory one runs its program, and the other exits', async () => {
    const both = await Promise.all([keep('echo ran'), keep('echo ran')]);
    const ends = await Promise.allSettled(both.map(({ ended }) => ended));
    expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(readFileSync(join(attempt(), 'output'), 'utf8')).toBe('ran\n');
    expect(readdirSync(attempt()).filter((name) => name.startsWith('claim'))).toEqual(['claim']);
  });

  test('a keeper that finds the claim taken starts nothing', async () => {
    expect(await findAttempt(attempt())).toEqual({ state: 'unclaimed' });
    const self = await identifySelf();
    expect(await claimAttempt(attempt(), self)).toBe(true);
    expect(await claimAttempt(attempt(), self)).toBe(false);
    const late = await keep('echo ran');
    await expect(late.ended).rejects.toThrow('claim');
    expect(existsSync(join(attempt(), 'output'))).toBe(false);
    expect(await findAttempt(attempt())).toEqual({ state: 'claimed', keeper: self, how: 'alive' });
  });

  test('a keeper to which the disk gives no claim starts nothing, and says that it is the disk', async () => {
    const programs = join(folder.path, 'programs');
    mkdirSync(programs);
    writeFileSync(join(programs, 'ln'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const kept = await keep('echo ran', { env: { PATH: `${programs}:${process.env['PATH']}` } });
    await expect(kept.ended).rejects.toThrow('the disk is full or refuses');
    expect(existsSync(join(attempt(), 'output'))).toBe(false);
    expect(await findAttempt(attempt())).toEqual({ state: 'unclaimed' });
  });

  test('another process takes a kept program over, hears it from the start, and can stop it', async () => {
    const kept = await keep('echo first; trap "" HUP; while :; do sleep 0.05; done');
    await printed('first');
    let heard = '';
    const adopted = adoptKept(
      { directory: attempt(), keeper: kept.keeper, marker },
      (text) => (heard += text),
    );
    await adopted.caughtUp;
    expect(heard).toBe('first\n');
    expect(await adopted.stop()).toEqual({ kind: 'stopped', why: 'stopped' });
    expect(await kept.ended).toEqual({ kind: 'stopped', why: 'stopped' });
  });
});

test('what was handed over is masked in the output, on the disk and when it is adopted', async () => {
  const secrets = ['secret-value'];
  const kept = await keep(
    'printf "one secret-"; sleep 0.3; echo "value two"; echo secret-value >&2',
    {
      secrets,
    },
  );
  await kept.ended;
  const shown = `one ${'*'.repeat(12)} two\n`;
  expect(output).toBe(shown);
  expect(readFileSync(join(attempt(), 'output'), 'utf8')).toBe(shown);
  expect(readFileSync(join(attempt(), 'errors'), 'utf8')).toBe(`${'*'.repeat(12)}\n`);
  // As an orchestrator that died before it had read anything leaves it.
  writeFileSync(join(attempt(), 'output'), 'one secret-value two\n');
  output = '';
  const { keeper } = kept;
  const adopted = adoptKept({ directory: attempt(), keeper, marker, secrets }, (text, stream) => {
    if (stream === 'output') output += text;
  });
  await adopted.ended;
  expect(output).toBe(shown);
  expect(readFileSync(join(attempt(), 'output'), 'utf8')).toBe(shown);
});
