import { commitTree, readCommit } from '../../../git/commits.ts';
import type { Git } from '../../../git/git.ts';
import { storeEmptyTree } from '../../../git/objects.ts';
import { deleteRef } from '../../../git/refs.ts';
import { fetchRemoteRef, findRemoteRef, pushRef } from '../../../git/remotes.ts';
import type { GitAccess } from './git-access.ts';
import { pushProblem } from './push-problem.ts';

/** Refs on GitHub that are not branches: short texts that only one of several writers can change at a time. */
export type SharedRefs = {
  /** What a ref holds now; null when there is none. */
  readonly read: (ref: string) => Promise<SharedText | null>;
  /** Makes a text that a ref can hold. Sends nothing. */
  readonly write: (text: string) => Promise<string>;
  /**
   * Sets a ref while it is still what it was (null: not there), or removes it. False when somebody else has changed it;
   * the server decides, and only one of two concurrent calls succeeds. May be asked again after an answer that got lost.
   */
  readonly swap: (params: SwapParams) => Promise<boolean>;
};

export type SharedText = { readonly id: string; readonly text: string };

export type SwapParams = {
  readonly ref: string;
  readonly from: string | null;
  readonly to: string | null;
};

export type SharedRefsParams = {
  /** On a bare repository of ours, where no agent writes. */
  readonly git: Git;
  readonly access: GitAccess;
  readonly host: string;
};

const author = { name: 'Flotilla', email: 'flotilla@localhost' };

/** Opens them; nothing is sent. Each method throws a `ForgeError` when GitHub cannot be reached or refuses. */
export function openSharedRefs({ git, access, host }: SharedRefsParams): SharedRefs {
  const named = async <T>(ref: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw pushProblem(error, { branch: ref, host });
    }
  };
  /** In one answer of the server's: between a look at the ref and another at its text it may have changed. */
  const fetchText = async (ref: string): Promise<SharedText | null> => {
    // Another process of ours may look at the same moment.
    const seen = `refs/flotilla/seen/${process.pid}/${ref.replace(/^refs\//u, '')}`;
    if (!(await fetchRemoteRef(git, access, { from: ref, to: seen }))) return null;
    const { id, message } = await readCommit(git, seen);
    await deleteRef(git, seen);
    return { id, text: message };
  };
  return {
    read: (ref) => named(ref, () => fetchText(ref)),
    write: async (text) => {
      const tree = await storeEmptyTree(git);
      return commitTree(git, { tree, parents: [], message: text, identity: author });
    },
    swap: ({ ref, from, to }) =>
      named(ref, async () => {
        try {
          await pushRef(git, access, { ref, lease: from ?? '', commit: to ?? '' });
          return true;
        } catch (error) {
          const now = await findRemoteRef(git, access, ref);
          // The answer got lost, and not the push.
          if (now === to) return true;
          if (now !== from) return false;
          throw error;
        }
      }),
  };
}
