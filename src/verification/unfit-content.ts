import type { Git } from '../git/git.ts';
import { streamObjects } from '../git/stream-objects.ts';
import { isWithin } from '../model/plan/plan.ts';
import { knownToBase } from './known-to-base.ts';
import { asPushed, listNewContent, type NewBlob, type NewContent } from './new-content.ts';
import { findSecretsIn, openSecretScan, type FoundSecret } from './scan-secrets.ts';

/** What in a branch's commits must not be published, whether or not a later commit takes it back: history keeps it. */
export type UnfitContent = {
  readonly tooLarge: readonly { readonly path: string; readonly bytes: number }[];
  readonly secrets: readonly {
    /** As it is shown: never with the key, also where a file is called by it. */
    readonly place: string;
    readonly kind: string;
  }[];
  /** Bytes of all that the commits bring, when that is more than is looked through. */
  readonly tooMuch: number | null;
};

export type ContentParams = {
  /** Git in any repository that has both commits. */
  readonly git: Git;
  /** The commit that the branch started from. */
  readonly baseSha: string;
  /** The commit that will be published; `HEAD` when left out. */
  readonly head?: string | undefined;
  /** Paths in which what looks like a key is not one; a trailing `/` means a whole directory. */
  readonly allowed: readonly string[];
  /** Secrets that agents were handed, in all their forms; none when left out. */
  readonly handed?: readonly string[] | undefined;
};

/** GitHub refuses a push with a larger file anywhere in its commits. */
const mostBytes = 100 * 1024 * 1024;
/** About half a minute of reading. */
const mostBytesTogether = 4 * 1024 * 1024 * 1024;

/**
 * Looks through every commit of a branch, with its message and its people; every version of every file that they bring,
 * whatever it is called, and every name. The content is read as bytes, a window at a time.
 */
export async function findUnfitContent(params: ContentParams): Promise<UnfitContent> {
  const content = await listNewContent({ ...params, head: params.head ?? 'HEAD' });
  const tooLarge = content.blobs
    .filter(({ bytes }) => bytes > mostBytes)
    .map(({ paths, bytes }) => ({ path: shownPath(paths[0] ?? '', params.handed), bytes }));
  const together = content.blobs.reduce((sum, { bytes }) => sum + bytes, 0);
  if (together > mostBytesTogether) return { tooLarge, secrets: [], tooMuch: together };
  const placed = [
    ...(await secretsInFiles(params, content)),
    ...(await secretsInCommits(params, content)),
    ...secretsInNames(params, content),
  ];
  const isKnown = await knownToBase(params, placed);
  return {
    tooLarge,
    tooMuch: null,
    secrets: placed
      .filter((secret) => !isKnown(secret))
      .map(({ place, kind }) => ({ place, kind })),
  };
}

type Placed = FoundSecret & {
  readonly place: string;
  /** What the base has in the same place. */
  readonly before: readonly string[];
};

async function secretsInFiles(
  { git, allowed, handed }: ContentParams,
  { blobs }: NewContent,
): Promise<Placed[]> {
  const wanted = blobs.flatMap((blob): (NewBlob & { readonly path: string })[] => {
    // One that also lies elsewhere is looked at, and named by where it lies there.
    const path = blob.paths.find((one) => !isAllowed(one, allowed));
    const isNamed = path !== undefined || blob.paths.length === 0;
    return blob.bytes <= mostBytes && isNamed ? [{ ...blob, path: path ?? '' }] : [];
  });
  const placed: Placed[] = [];
  await streamObjects({
    git,
    env: asPushed,
    objects: wanted.map(({ blob }) => blob),
    open: (at) => {
      const scan = openSecretScan(handed);
      const { path = '', before = [] } = wanted[at] ?? {};
      const end = (): void => {
        for (const found of scan.end())
          placed.push({ ...found, before, place: `${shownPath(path, handed)}:${found.line}` });
      };
      return { take: scan.take, end };
    },
  });
  return placed;
}

async function secretsInCommits(
  { git, handed }: ContentParams,
  { commits }: NewContent,
): Promise<Placed[]> {
  const placed: Placed[] = [];
  await streamObjects({
    git,
    env: asPushed,
    objects: commits,
    open: (at) => {
      const scan = openSecretScan(handed);
      const place = `commit ${commits[at]?.slice(0, 9) ?? ''} (its message or its people)`;
      const end = (): void => {
        for (const found of scan.end()) placed.push({ ...found, before: [], place });
      };
      return { take: scan.take, end };
    },
  });
  return placed;
}

function secretsInNames({ allowed, handed }: ContentParams, { names }: NewContent): Placed[] {
  return [...names]
    .filter((path) => !isAllowed(path, allowed))
    .flatMap((path) =>
      findSecretsIn(Buffer.from(path, 'latin1'), handed).map((found) => ({
        ...found,
        before: [],
        place: `the name of ${shownPath(path, handed)}`,
      })),
    );
}

function isAllowed(path: string, allowed: readonly string[]): boolean {
  const name = Buffer.from(path, 'latin1').toString('utf8');
  return allowed.some((known) => isWithin(name, known));
}

/** A path as people read it: without a key in it, and with every character that hides or moves something in words. */
function shownPath(path: string, handed: readonly string[] | undefined): string {
  const bare = findSecretsIn(Buffer.from(path, 'latin1'), handed).reduce(
    (name, { value }) => (value === null ? name : name.replaceAll(value, '[key]')),
    path,
  );
  if (bare === '') return 'a file without a name';
  const name = Buffer.from(bare, 'latin1').toString('utf8');
  return name.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** What to say about it, and what to do; null when all is fit. Never the secret itself. */
export function describeUnfitContent(unfit: UnfitContent): string | null {
  const { tooLarge, secrets, tooMuch } = unfit;
  if (secrets.length > 0) {
    const places = secrets.map(({ place, kind }) => `${kind} in ${place}`);
    return `The branch's commits hold what looks like ${listed(places)}. Nothing was published. If it is a real key, withdraw it; keep keys out of the repository, and start the task from the base again: --retry --fresh. If it is not a key, name its file in verification.allow_secrets_in of the configuration`;
  }
  if (tooLarge.length > 0) {
    const files = tooLarge.map(
      ({ path, bytes }) => `${path} (${Math.round(bytes / 1024 / 1024)} MB)`,
    );
    return `The branch's commits hold ${listed(files)}: GitHub refuses a file of more than 100 MB, also one that a later commit deletes. Let git ignore it, or keep it in Git LFS, and start the task from the base again: --retry --fresh`;
  }
  if (tooMuch !== null) {
    const gigabytes = (tooMuch / 1024 ** 3).toFixed(1);
    return `The branch's commits bring ${gigabytes} GB of files, and no more than 4 GB are searched for keys. Nothing was published. Let git ignore what need not be in the repository, and start the task from the base again: --retry --fresh`;
  }
  return null;
}

const mostListed = 5;

function listed(places: readonly string[]): string {
  const unique = [...new Set(places)];
  const rest = unique.length - mostListed;
  return `${unique.slice(0, mostListed).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
