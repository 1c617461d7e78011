import { copyFile, mkdir, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Git } from '../git/git.ts';
import { listPackedRefs } from '../git/refs.ts';
import { objectFormatOf } from '../git/repository.ts';

export type RepositoryLayout = {
  /** The work tree: an empty directory of ours that nobody else has seen. */
  readonly path: string;
  /** Git in our clone, on whose objects it builds. */
  readonly clone: Git;
  /** Null: HEAD is detached. */
  readonly branch: string | null;
  readonly commit: string;
  /** The branch of the base, which is there to be compared with; null for none. */
  readonly baseBranch: string | null;
};

/**
 * Writes a repository of a workspace's own, without a process: its refs, its index, its configuration and its new
 * objects are its own, and the objects of our clone lie behind it (`objects/info/alternates`). The files are not yet
 * checked out.
 */
export async function layOutRepository(layout: RepositoryLayout): Promise<void> {
  const { path, branch, commit, clone } = layout;
  const directory = join(path, '.git');
  const folders = ['info', 'objects/info', 'objects/pack', 'refs/heads', 'refs/tags'];
  await Promise.all(
    folders.map((name) => mkdir(join(directory, name), { recursive: true, mode: 0o755 })),
  );
  const refs = await sharedRefs(layout);
  const write = (name: string, text: string): Promise<void> =>
    writeFile(join(directory, name), text);
  await Promise.all([
    write('config', await configurationLike(clone)),
    write('HEAD', branch === null ? `${commit}\n` : `ref: refs/heads/${branch}\n`),
    // The real path: in a sandbox the links that lead there may be hidden.
    write('objects/info/alternates', `${join(await realpath(clone.directory), 'objects')}\n`),
    write('packed-refs', `${packedHeader}${refs.join('')}`),
    branch === null ? null : writeRef(directory, branch, commit),
    copyShallow(clone.directory, directory),
  ]);
}

const packedHeader = '# pack-refs with: peeled fully-peeled sorted \n';

async function writeRef(directory: string, branch: string, commit: string): Promise<void> {
  const place = join(directory, 'refs', 'heads', branch);
  await mkdir(dirname(place), { recursive: true });
  await writeFile(place, `${commit}\n`);
}

/** The tags of the clone, and the base's branch: what people compare and describe commits with. */
async function sharedRefs({ clone, branch, baseBranch }: RepositoryLayout): Promise<string[]> {
  const wanted = baseBranch === null || baseBranch === branch ? [] : [`refs/heads/${baseBranch}`];
  const listed = await listPackedRefs(clone, [...wanted, 'refs/tags']);
  return listed === '' ? [] : [listed];
}

/** Ids are of the clone's kind. */
async function configurationLike(clone: Git): Promise<string> {
  const format = await objectFormatOf(clone);
  const isPlain = format === 'sha1';
  const lines = [
    '[core]',
    `\trepositoryformatversion = ${isPlain ? 0 : 1}`,
    ...['\tfilemode = true', '\tbare = false', '\tlogallrefupdates = true'],
    ...(isPlain ? [] : ['[extensions]', `\tobjectformat = ${format}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** The file that says where a shallow history breaks off lies next to the objects, and not among them. */
async function copyShallow(from: string, to: string): Promise<void> {
  await copyFile(join(from, 'shallow'), join(to, 'shallow')).catch(
    (error: NodeJS.ErrnoException) => {
      // Most histories are whole.
      if (error.code !== 'ENOENT') throw error;
    },
  );
}
