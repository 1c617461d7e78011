import { realpath } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { readProcessUses, userOf } from './clean/live-use.ts';
import { runInside } from './run-inside.ts';
import type { Confinement } from './sandbox/confinement.ts';

/** A keeper or an agent that has just ended is seen for a moment longer. */
const looks = 20;
const betweenLooksMs = 100;

export type VisitOptions = {
  readonly confinement: Confinement;
  readonly workspace: string;
  /** Whatever carries it works for this workspace's task. */
  readonly marker: string;
  readonly signal?: AbortSignal;
};

/**
 * Removes what git can neither keep nor get past: FIFOs, sockets and devices, at which it would wait for ever. Names the
 * locks in the repository, which a git that was killed may have left.
 */
const tidy = `
find . -xdev '(' -type p -o -type s -o -type b -o -type c ')' -delete
find .git -xdev -name '*.lock' -type f -print
`;
const unlock = `find .git -xdev -name '*.lock' -type f -delete`;

/**
 * Makes a workspace fit for git before we look into it. To be called when nothing is meant to run there: locks go only
 * when nothing does, for they may belong to what still runs.
 */
export async function visitWorkspace(options: VisitOptions): Promise<void> {
  const what = ['the look at', options.workspace];
  const locks = await runInside(options, tidy, what);
  if (locks === '' || (await isStillUsed(options))) return;
  await runInside(options, unlock, what);
}

async function isStillUsed({ workspace, marker }: VisitOptions): Promise<boolean> {
  const place = { path: await realpath(workspace), marker };
  for (let look = 0; look < looks; look += 1) {
    if (userOf(await readProcessUses(), place) === null) return false;
    await pause(betweenLooksMs);
  }
  return true;
}
