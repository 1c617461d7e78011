import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { copyFile, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ProcessIdentity } from '../model/process-identity.ts';
import { identify, isAlive } from './identity.ts';
import { endTree, signalQuietly } from './process-tree.ts';
import { tailFile } from './tail-file.ts';

/** What a keeper is told to keep. */
export type KeeperOrder = {
  /** The attempt's own directory, outside every workspace; made when missing. */
  readonly directory: string;
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly prompt: string;
  readonly deadlineSeconds: number;
  /** Between TERM and KILL. */
  readonly graceSeconds: number;
  /** Unique to the attempt: finds whatever it started, even outside its group. */
  readonly marker: string;
};

/** How a kept process ended, as its keeper wrote it down; `lost` when the keeper died without a word. */
export type KeptEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: number }
  | { readonly kind: 'stopped'; readonly why: 'stopped' | 'timed-out' }
  | { readonly kind: 'lost' };

/** A process under a keeper, started by us or by an orchestrator before us. */
export type Kept = {
  readonly keeper: ProcessIdentity;
  /** Resolves when the whole tree has ended and all of its output was handed over. */
  readonly ended: Promise<KeptEnd>;
  /** Resolves when what the output held at the start was handed over. */
  readonly caughtUp: Promise<void>;
  /** Has the keeper end the whole tree; resolves with `ended`, in bounded time. */
  readonly stop: () => Promise<KeptEnd>;
};

/** Takes the output as it grows, with the byte at which the piece ends. */
export type OutputSink = (text: string, offset: number) => void;

const keeperScript = fileURLToPath(new URL('keeper.sh', import.meta.url));

/** Starts a program under a keeper of its own, which outlives us. Throws when the claim is already taken. */
export async function startKept(order: KeeperOrder, onOutput: OutputSink): Promise<Kept> {
  const { directory } = order;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  // A shell reads its script as it goes: a copy keeps it whole when Flotilla is upgraded meanwhile.
  const script = join(directory, 'keeper.sh');
  await Promise.all([
    copyFile(keeperScript, script),
    writeFile(join(directory, 'prompt'), order.prompt, { mode: 0o600 }),
  ]);
  const child = spawn(
    '/bin/sh',
    [
      script,
      directory,
      String(Math.ceil(order.deadlineSeconds)),
      String(Math.ceil(order.graceSeconds)),
      order.marker,
      ...order.argv,
    ],
    { cwd: order.cwd, env: order.env, detached: true, stdio: 'ignore' },
  );
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  exited.catch(() => undefined);
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  const keeper = (await identify(pid)) ?? { pid, startTime: '', bootId: '' };
  const ended = exited.then((code) => {
    if (code === claimTaken) throw new Error(`Another keeper holds the claim in ${directory}`);
  });
  return follow({ directory, keeper, marker: order.marker, from: 0, gone: ended, onOutput });
}

/** The exit code by which a keeper says that another one was first. */
const claimTaken = 75;

/** What a directory tells about an attempt that an earlier orchestrator started. */
export type FoundAttempt =
  | { readonly state: 'unclaimed' }
  | {
      readonly state: 'claimed';
      readonly keeper: ProcessIdentity;
      readonly how: 'alive' | 'ended' | 'dead';
    };

/** Looks at an attempt's directory and at the process that claimed it. */
export async function findAttempt(directory: string): Promise<FoundAttempt> {
  const keeper = await readJson<ProcessIdentity>(join(directory, 'claim'));
  if (keeper === null) return { state: 'unclaimed' };
  // In this order: a keeper that ends between the two looks has written its result before.
  const isKeeperAlive = await isAlive(keeper);
  const hasResult = (await readJson<KeptEnd>(join(directory, 'result'))) !== null;
  return { state: 'claimed', keeper, how: hasResult ? 'ended' : isKeeperAlive ? 'alive' : 'dead' };
}

/** Takes an attempt's claim, so that a keeper that comes late exits. False when somebody was first. */
export async function claimAttempt(directory: string, self: ProcessIdentity): Promise<boolean> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const draft = join(directory, `claim.${self.pid}`);
  await writeFile(draft, `${JSON.stringify(self)}\n`);
  try {
    await link(draft, join(directory, 'claim'));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Takes over a claimed attempt: its output from the start, its end when it comes, or the one that it came to. */
export function adoptKept(
  order: { readonly directory: string; readonly keeper: ProcessIdentity; readonly marker: string },
  onOutput: OutputSink,
): Kept {
  return follow({ ...order, from: 0, gone: untilGone(order.keeper), onOutput });
}

/** We are not its parent: no event tells that it has ended. */
async function untilGone(keeper: ProcessIdentity): Promise<void> {
  while (await isAlive(keeper)) await delay(200);
}

async function readJson<T>(path: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch {
    return null;
  }
}

type Following = {
  readonly directory: string;
  readonly keeper: ProcessIdentity;
  readonly marker: string;
  readonly from: number;
  /** Settles when the keeper's process is gone. */
  readonly gone: Promise<void>;
  readonly onOutput: OutputSink;
};

function follow(following: Following): Kept {
  const { directory, keeper } = following;
  const tail = tailFile(join(directory, 'output'), following.from, (text) =>
    following.onOutput(text, tail.offset()),
  );
  const watcher = watch(directory, { persistent: false }, (_event, name) => {
    if (name === 'output') void tail.drain();
  });
  watcher.on('error', () => undefined);
  const ended = following.gone
    .then(async (): Promise<KeptEnd> => {
      const end = await readJson<KeptEnd>(join(directory, 'result'));
      if (end === null) await endTree({ leader: null, marker: following.marker }, 0);
      await tail.drain();
      return end ?? { kind: 'lost' };
    })
    .finally(() => watcher.close());
  ended.catch(() => undefined);
  return { keeper, ended, caughtUp: tail.drain(), stop: () => stopKeeper(keeper, ended) };
}

/** The keeper's own bounded end takes its grace and five seconds; past that it is killed and we sweep. */
async function stopKeeper(keeper: ProcessIdentity, ended: Promise<KeptEnd>): Promise<KeptEnd> {
  const over = new AbortController();
  const finished = ended.finally(() => over.abort());
  finished.catch(() => undefined);
  for (let second = 0; second < 20 && !over.signal.aborted; second += 1) {
    if (await isAlive(keeper)) signalQuietly(keeper.pid, second < 15 ? 'SIGTERM' : 'SIGKILL');
    // A TERM that falls between two commands of the shell may come too early to be seen: say it again.
    await delay(1_000, undefined, { signal: over.signal }).catch(() => undefined);
  }
  return finished;
}
