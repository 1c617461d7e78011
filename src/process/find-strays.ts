import { readdir, readFile, readlink } from 'node:fs/promises';
import type { ProcessIdentity } from '../model/process-identity.ts';
import { identify, statFields } from './identity.ts';

/** A process that may belong to something that has ended: it is unknown who started it. */
export type Stray = {
  readonly pid: number;
  /** Its words, with blanks between them; at most 200 characters. */
  readonly command: string;
};

export type StraySearch = {
  /** It works in one of these, runs a program of theirs, or has a file of theirs open. Real paths. */
  readonly directories: readonly string[];
  /** It was started by nobody at a terminal, and not before this process. */
  readonly since: ProcessIdentity;
};

/**
 * What was started since, and holds on to some directories. That is no proof of who started it: an editor of the user's
 * looks the same. So this is for reporting, never for ending. Empty where there is no `/proc`, and after a restart.
 */
export async function findStrays({ directories, since }: StraySearch): Promise<Stray[]> {
  const bootId = (await identify(process.pid))?.bootId;
  if (bootId === '' || bootId !== since.bootId) return [];
  const names = await readdir('/proc').catch(() => []);
  const pids = names.filter((name) => /^\d+$/u.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(pids.map((pid) => readStray(pid, { directories, since })));
  return found.filter((stray) => stray !== null);
}

async function readStray(pid: string, search: StraySearch): Promise<Stray | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => null);
  if (stat === null) return null;
  const fields = statFields(stat);
  const [isGone, terminal, startTicks] = ['ZX'.includes(fields[0] ?? 'Z'), fields[4], fields[19]];
  if (isGone || terminal !== '0' || Number(startTicks) < Number(search.since.startTime))
    return null;
  for await (const path of placesOf(pid))
    if (search.directories.some((directory) => isIn(path, directory)))
      return { pid: Number(pid), command: await commandOf(pid) };
  return null;
}

/** Those that are cheap to look at come first. */
async function* placesOf(pid: string): AsyncGenerator<string> {
  const link = (name: string): Promise<string> => readlink(`/proc/${pid}/${name}`).catch(() => '');
  for (const name of ['cwd', 'exe', 'root']) yield await link(name);
  for (const name of await readdir(`/proc/${pid}/fd`).catch(() => []))
    yield await link(`fd/${name}`);
}

function isIn(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}

async function commandOf(pid: string): Promise<string> {
  const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return words.replaceAll('\0', ' ').trim().slice(0, 200);
}
