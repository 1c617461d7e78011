import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BareClone } from '../../git/bare-clone.ts';
import { pointersIn, storeOf } from '../../git/large-files.ts';
import { runCommand } from '../../process/run-command.ts';
import type { Confinement } from '../sandbox/confinement.ts';

export type CollectLargeFilesOptions = {
  readonly clone: BareClone;
  readonly confinement: Confinement;
  readonly workspace: string;
  /** Whose pointers are meant: a commit of the clone. */
  readonly commit: string;
  readonly signal?: AbortSignal | undefined;
};

/** GitHub accepts no larger one. */
const mostBytes = 5 * 1024 * 1024 * 1024;
const timeLimitMs = 300_000;

/**
 * Brings what a workspace added to Git LFS into our clone's store. A content is taken by what it is: a file under the
 * name of a digest that is not its own, or a link to somewhere else, does not count.
 */
export async function collectLargeFiles(options: CollectLargeFilesOptions): Promise<void> {
  const { clone, commit } = options;
  const ids = await pointersIn(clone.git, commit);
  if (ids.size === 0) return;
  const store = await storeOf(clone.git);
  for (const id of ids) {
    const place = join(store, id.slice(0, 2), id.slice(2, 4), id);
    if ((await stat(place).catch(() => null)) === null) await collectOne(options, { id, place });
  }
}

/** A FIFO or a device has no content, and would never end. */
const script = '[ -f "$1" ] && exec head -c "$2" -- "$1" 2> /dev/null';

async function collectOne(
  { confinement, workspace, signal }: CollectLargeFilesOptions,
  { id, place }: { readonly id: string; readonly place: string },
): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  const draft = `${place}.${randomUUID()}.new`;
  const output = await open(draft, 'wx+', 0o600);
  const path = join('.git', 'lfs', 'objects', id.slice(0, 2), id.slice(2, 4), id);
  const read = ['/bin/sh', '-c', script, 'content', path, String(mostBytes)] as const;
  try {
    await runCommand({
      argv: await confinement.enter({ workspace, access: 'read' }, read),
      cwd: workspace,
      env: confinement.env,
      output,
      timeLimitMs,
      ...(signal === undefined ? {} : { signal }),
    });
    const hash = createHash('sha256');
    for await (const chunk of output.createReadStream({ start: 0, autoClose: false }))
      hash.update(chunk as Buffer);
    if (hash.digest('hex') === id) await rename(draft, place);
  } finally {
    await output.close();
    await rm(draft, { force: true });
  }
}
