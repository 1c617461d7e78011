import type { BareClone } from '../../git/bare-clone.ts';
import type { Git, GitIdentity } from '../../git/git.ts';
import { counted } from '../../reporting/figures.ts';
import { plainText } from '../../model/text/plain-text.ts';
import { confinedGit, type Confinement } from '../../workspace/sandbox/confinement.ts';
import { findIgnoredWork, type IgnoredWork } from '../../workspace/salvage/ignored-work.ts';
import { salvageIgnored } from '../../workspace/salvage/salvage-ignored.ts';
import { sizeText } from '../../reporting/size-text.ts';

/** So much of what git ignores is kept in a salvage ref; more would fill the clone. */
const mostBytes = 50 * 1024 * 1024;

export type KeepParams = {
  readonly confinement: Confinement;
  /** The bare clone, which takes the files. */
  readonly clone: BareClone;
  readonly identity: GitIdentity;
  readonly path: string;
  /** The root of the user's work tree. */
  readonly own: string;
  readonly salvageAs: string;
  /** Whether what is too large to be kept may be deleted. */
  readonly isDiscarding: boolean;
};

/**
 * Keeps what a workspace holds that git ignores before it is removed; describes it, or gives null when there is
 * nothing. Throws when it is too large to be kept and the user has not agreed to lose it.
 */
export async function keepIgnored(params: KeepParams): Promise<string | null> {
  const { clone, confinement, identity, path, salvageAs } = params;
  const found = await findIgnoredWork(gitIn(confinement, path), path, params.own);
  if (found.files.length === 0) return null;
  const what = ignoredWords(found);
  if (isTooMuch(found)) {
    if (params.isDiscarding) return `${what} was deleted with it`;
    throw new Error(
      `${what} would be lost, since it is too large to be salvaged: copy it, or give --discard-ignored`,
    );
  }
  const { files } = found;
  const ref = await salvageIgnored({ clone, confinement, identity, path, salvageAs, files });
  return `${what} is in ${ref}`;
}

/** What becomes of it when the workspace is removed. */
export async function describeIgnored(
  confinement: Confinement,
  path: string,
  own: string,
): Promise<string | null> {
  const found = await findIgnoredWork(gitIn(confinement, path), path, own);
  if (found.files.length === 0) return null;
  const fate = isTooMuch(found) ? 'is lost with --discard-ignored' : 'goes to a salvage ref, too';
  return `${ignoredWords(found)} ${fate}`;
}

/** A look that takes longer is given up. */
const lookLimitMs = 5_000;

function gitIn(confinement: Confinement, workspace: string): Git {
  const place = { workspace, access: 'read' } as const;
  return confinedGit({ confinement, place, signal: AbortSignal.timeout(lookLimitMs) });
}

function isTooMuch({ bytes, isCutShort }: IgnoredWork): boolean {
  return bytes > mostBytes || isCutShort;
}

const mostNamed = 5;

function ignoredWords({ named, files, bytes, isCutShort }: IgnoredWork): string {
  const shown = named.slice(0, mostNamed).map((name) => plainText(name, 80));
  const more = named.length > mostNamed ? ', …' : '';
  const count = `${isCutShort ? 'more than ' : ''}${counted(files.length, 'file')}`;
  return `what git ignores (${shown.join(', ')}${more}: ${count}, ${sizeText(bytes)})`;
}
