import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { hiddenDirectories, stillThere } from './sandbox-hidden.ts';
import { isWithin } from './sandbox.ts';

/** What a program in the sandbox does not see of this machine, and which running programs it can talk to anyway. */
export type SandboxReach = {
  /** Directories and files, by their real paths. All else is as readable inside as outside. */
  readonly hidden: readonly string[];
  /** Names of sockets that are no files: they belong to the network, which is open. */
  readonly abstractSockets: readonly string[];
  /** Paths of sockets that are seen inside and that this account may write to. */
  readonly sockets: readonly string[];
};

/** Looks at this machine as it is now. */
export async function readSandboxReach(params: {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  readonly isRoot: boolean;
}): Promise<SandboxReach> {
  const hiding = await hiddenDirectories({ ...params, directory: '/', variables: [] });
  const hidden = hiding.map(({ path }) => path);
  const names = await socketNames();
  const isIn = (name: string, places: readonly string[]): boolean =>
    places.some((place) => isWithin(name, place));
  const paths = names.filter(
    (name) => name.startsWith('/') && (!isIn(name, hidden) || isIn(name, stillThere)),
  );
  return {
    hidden,
    abstractSockets: names.filter((name) => name.startsWith('@')),
    sockets: (await Promise.all(paths.map(keepReachable))).flat(),
  };
}

async function keepReachable(path: string): Promise<string[]> {
  return access(path, constants.W_OK).then(
    () => [path],
    () => [],
  );
}

/** The eighth column of the kernel's table; most sockets have no name. */
async function socketNames(): Promise<string[]> {
  const table = await readFile('/proc/net/unix', 'latin1').catch(() => '');
  const names = table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/u).slice(7).join(' '));
  return [...new Set(names.filter((name) => name !== ''))].toSorted();
}
