import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessIdentity } from '../model/process-identity.ts';
import { isAlive } from './identity.ts';

/** How a kept process ended, as its keeper wrote it down; `lost` when the keeper died without a word. */
export type KeptEnd = (
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: number }
  | { readonly kind: 'stopped'; readonly why: 'stopped' | 'timed-out' }
  | { readonly kind: 'lost' }
) & {
  /** Pids of what no signal had ended after five seconds. */
  readonly left?: readonly number[];
  /** Nothing brought lost descendants back to the keeper: what changed its session and environment was not found. */
  readonly unheld?: boolean;
};

/** What a directory says about an attempt that an earlier orchestrator started. */
export type FoundAttempt =
  | { readonly state: 'unclaimed' }
  | {
      readonly state: 'claimed';
      readonly keeper: ProcessIdentity;
      readonly how: 'alive' | 'ended' | 'dead';
    };

const nobody: ProcessIdentity = { pid: 0, startTime: '', bootId: '' };

/** Looks at an attempt's directory and at the process that claimed it. */
export async function findAttempt(directory: string): Promise<FoundAttempt> {
  const claim = join(directory, 'claim');
  if ((await stat(claim).catch(() => null)) === null) return { state: 'unclaimed' };
  // A claim that a crash of the machine tore names no process; it is taken anyway.
  const keeper = (await readJson<ProcessIdentity>(claim)) ?? nobody;
  // In this order: a keeper that ends between the two looks has written its result before.
  const isKeeperAlive = await isAlive(keeper);
  const hasResult = (await readResult(directory)) !== null;
  return { state: 'claimed', keeper, how: hasResult ? 'ended' : isKeeperAlive ? 'alive' : 'dead' };
}

/** Takes an attempt's claim, so that a keeper that comes late exits. False when another process was first. */
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

/** How an attempt's keeper says that it ended; null when it has not written that down, or only half. */
export function readResult(directory: string): Promise<KeptEnd | null> {
  return readJson<KeptEnd>(join(directory, 'result'));
}

async function readJson<T>(path: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch {
    return null;
  }
}
