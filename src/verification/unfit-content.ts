import { readBlobs } from '../git/read-blobs.ts';
import type { Git } from '../git/git.ts';
import { isWithin } from '../model/plan.ts';
import { findSecrets, type FoundSecret } from './secret-shapes.ts';

/** What in a branch's commits must not be published, whether or not a later commit takes it back: history keeps it. */
export type UnfitContent = {
  readonly tooLarge: readonly { readonly path: string; readonly bytes: number }[];
  readonly secrets: readonly {
    readonly path: string;
    readonly line: number;
    readonly kind: string;
  }[];
};

export type ContentOrder = {
  readonly git: Git;
  /** The commit that the branch started from. */
  readonly baseSha: string;
  readonly head: string;
  /** Paths in which what looks like a key is none; a trailing `/` means a whole directory. */
  readonly allowed: readonly string[];
};

/** GitHub refuses a push with a larger file anywhere in its commits. */
const mostBytes = 100 * 1024 * 1024;
/** A larger file is data, and nobody wrote it by hand. */
const mostReadBytes = 5 * 1024 * 1024;

/** Looks through every version of every file that the branch's commits bring. */
export async function findUnfitContent(order: ContentOrder): Promise<UnfitContent> {
  const blobs = await newBlobs(order);
  const readable = blobs.filter(
    ({ path, bytes }) =>
      bytes <= mostReadBytes && !order.allowed.some((known) => isWithin(path, known)),
  );
  const secrets: PlacedSecret[] = [];
  await readBlobs({
    git: order.git,
    entries: readable,
    take: ({ path }, text) => {
      secrets.push(...findSecrets(text).map((found) => ({ ...found, path })));
    },
  });
  return {
    tooLarge: blobs.filter(({ bytes }) => bytes > mostBytes),
    secrets: await unknownToBase(order, secrets),
  };
}

type PlacedSecret = FoundSecret & { readonly path: string };

type Blob = { readonly blob: string; readonly bytes: number; readonly path: string };

async function newBlobs({ git, baseSha, head }: ContentOrder): Promise<Blob[]> {
  const objects = await git.run(['rev-list', '--objects', `${baseSha}..${head}`]);
  const format = '%(objecttype) %(objectname) %(objectsize) %(rest)';
  const told = await git.run(['cat-file', '--buffer', `--batch-check=${format}`], {
    input: objects,
  });
  return told.split('\n').flatMap((line) => {
    const [, blob, bytes, path] = /^blob (\w+) (\d+) (.+)$/u.exec(line) ?? [];
    return blob === undefined ? [] : [{ blob, bytes: Number(bytes), path: path ?? '' }];
  });
}

/** A file that is changed brings all its lines again: what the base has already, nobody gives away now. */
async function unknownToBase(
  { git, baseSha }: ContentOrder,
  secrets: readonly PlacedSecret[],
): Promise<UnfitContent['secrets']> {
  const known = new Map<string, boolean>();
  for (const { value } of secrets) {
    if (known.has(value)) continue;
    // On standard input: arguments can be seen by every user of the machine.
    const search = ['grep', '--quiet', '--fixed-strings', '-f', '-', baseSha];
    known.set(value, (await git.probe(search, { input: `${value}\n` })).code === 0);
  }
  return secrets
    .filter(({ value }) => !known.get(value))
    .map(({ path, line, kind }) => ({ path, line, kind }));
}

/** What to say of it, and what to do; null when all is fit. Never the secret itself. */
export function describeUnfitContent({ tooLarge, secrets }: UnfitContent): string | null {
  if (secrets.length > 0) {
    const places = secrets.map(({ path, line, kind }) => `${kind} in ${path}:${line}`);
    return `The branch's commits hold what looks like ${listed(places)}. Nothing was published. If it is a real key, withdraw it; keep keys out of the repository, and start the task from the base again: --retry --fresh. If it is none, name its file in verification.allow_secrets_in of the configuration`;
  }
  if (tooLarge.length > 0) {
    const files = tooLarge.map(
      ({ path, bytes }) => `${path} (${Math.round(bytes / 1024 / 1024)} MB)`,
    );
    return `The branch's commits hold ${listed(files)}: GitHub refuses a file of more than 100 MB, also one that a later commit deletes. Have git ignore it or keep it in Git LFS, and start the task from the base again: --retry --fresh`;
  }
  return null;
}

const mostListed = 5;

function listed(places: readonly string[]): string {
  const unique = [...new Set(places)];
  const rest = unique.length - mostListed;
  return `${unique.slice(0, mostListed).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
