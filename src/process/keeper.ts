import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { watchDirectory } from '../files/watch-directory.ts';
import type { ProcessIdentity } from '../model/process-identity.ts';
import { claimAttempt, findAttempt, readResult, type KeptEnd } from './claim.ts';
import { identify, isAlive } from './identity.ts';
import { endTree, signalQuietly } from './process-tree.ts';
import { tailFile } from './tail-file.ts';

/** What a keeper must keep. */
export type KeeperParams = {
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
  /** What is masked in its output, in all forms, also on the disk as soon as we have read it. */
  readonly secrets?: readonly string[] | undefined;
};

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

/** Takes what a kept process prints, as it grows: its standard output, and its standard error. */
export type OutputSink = (text: string, stream: 'output' | 'errors') => void;

const keeperScript = fileURLToPath(new URL('keeper.sh', import.meta.url));
const subreaperScript = fileURLToPath(new URL('subreaper.sh', import.meta.url));

/** Starts a program under a keeper of its own, which outlives us. Throws when the claim is already taken. */
export async function startKept(params: KeeperParams, onOutput: OutputSink): Promise<Kept> {
  const { directory } = params;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  // A shell reads its script as it goes: a copy keeps it whole when Flotilla is upgraded meanwhile.
  const script = join(directory, 'keeper.sh');
  await Promise.all([
    copyFile(keeperScript, script),
    writeFile(join(directory, 'prompt'), params.prompt, { mode: 0o600 }),
  ]);
  const child = spawn(
    '/bin/sh',
    [
      subreaperScript,
      '/bin/sh',
      script,
      directory,
      String(Math.ceil(params.deadlineSeconds)),
      String(Math.ceil(params.graceSeconds)),
      params.marker,
      ...params.argv,
    ],
    { cwd: params.cwd, env: params.env, detached: true, stdio: 'ignore' },
  );
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  exited.catch(() => undefined);
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  const keeper = (await identify(pid)) ?? { pid, startTime: '', bootId: '' };
  const ended = exited.then((code) => {
    if (code === claimTaken) throw new Error(`Another keeper holds the claim in ${directory}`);
    if (code === claimRefused)
      throw new Error(
        `No keeper can claim its attempt in ${directory}: the disk is full or refuses`,
      );
  });
  const { marker, secrets } = params;
  return follow({ directory, keeper, marker, secrets, gone: ended, onOutput });
}

/** The exit code of a keeper that finds that another one was first. */
const claimTaken = 75;
/** And that it could write no claim, though there was none. */
const claimRefused = 73;

/** Takes over a claimed attempt: its output from the start, its end when it comes, or the one that it came to. */
export function adoptKept(
  params: Pick<KeeperParams, 'directory' | 'marker' | 'secrets'> & {
    readonly keeper: ProcessIdentity;
  },
  onOutput: OutputSink,
): Kept {
  return follow({ ...params, gone: untilGone(params.keeper), onOutput });
}

/** We are not its parent: no event says that it has ended. */
async function untilGone(keeper: ProcessIdentity): Promise<void> {
  while (await isAlive(keeper)) await delay(200);
}

type Following = {
  readonly directory: string;
  readonly keeper: ProcessIdentity;
  readonly marker: string;
  readonly secrets?: readonly string[] | undefined;
  /** Settles when the keeper's process is gone. */
  readonly gone: Promise<void>;
  readonly onOutput: OutputSink;
};

/** What an agent prints is read on and on; no more of it than this, in bytes, is kept on the disk. */
const outputCapBytes = 100 * 1024 * 1024;

function follow(following: Following): Kept {
  const { directory, keeper, secrets = [], onOutput } = following;
  const tails = (['output', 'errors'] as const).map((name) => ({
    name,
    ...tailFile(join(directory, name), {
      onText: (text) => onOutput(text, name),
      capBytes: outputCapBytes,
      secrets,
    }),
  }));
  const watcher = watchDirectory(directory, (changed) => {
    for (const { name, nudge } of tails) if (changed === null || changed === name) nudge();
  });
  const caughtUp = Promise.all(tails.map(({ drain }) => drain())).then(() => undefined);
  caughtUp.catch(() => undefined);
  const ended = following.gone
    .then(async (): Promise<KeptEnd> => {
      const end = await readResult(directory);
      if (end === null) await endTree({ leader: null, marker: following.marker }, 0);
      return end ?? { kind: 'lost' };
    })
    .then(async (end) => {
      await Promise.all(tails.map(({ close }) => close()));
      return end;
    })
    .finally(() => watcher.close());
  ended.catch(() => undefined);
  return { keeper, ended, caughtUp, stop: () => stopKeeper(keeper).then(() => ended) };
}

/**
 * Has a keeper end its whole tree, and waits until it has. Its own end takes its grace and five seconds; past that it is
 * killed, and what it kept is left to the process that waits for it.
 */
export async function stopKeeper(keeper: ProcessIdentity): Promise<void> {
  for (let tenth = 0; tenth < 200; tenth += 1) {
    if (!(await isAlive(keeper))) return;
    // A TERM that falls between two commands of the shell may come too early to be seen: say it again.
    if (tenth % 10 === 0 && tenth < 150) signalQuietly(keeper.pid, 'SIGTERM');
    // With all that is below it: what has no marker would be found by nobody afterwards.
    if (tenth >= 150) await endTree({ leader: keeper.pid, marker: null }, 0);
    await delay(100);
  }
}

/**
 * Ends what runs in an attempt's directory with nobody to watch it, and waits until it has ended. One that nobody has
 * claimed is claimed: a keeper that comes late exits then. Gives whether there was one at all.
 */
export async function endUnwatched(directory: string, self: ProcessIdentity): Promise<boolean> {
  let found = await findAttempt(directory);
  if (found.state === 'unclaimed') {
    if (await claimAttempt(directory, self)) return false;
    found = await findAttempt(directory);
  }
  if (found.state === 'claimed' && found.how === 'alive') await stopKeeper(found.keeper);
  return true;
}
