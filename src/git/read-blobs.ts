import type { Git } from './git.ts';
import { streamObjects } from './stream-objects.ts';

type Options<Entry> = {
  readonly git: Git;
  readonly entries: readonly Entry[];
  /** Is given each file as it comes, in the order of the entries; binary and missing ones are left out. */
  readonly take: (entry: Entry, text: string) => void;
  readonly signal?: AbortSignal;
};

/** Reads the texts of files from one git, which reads ahead while a text is worked on. Rejects when it is stopped. */
export async function readBlobs<Entry extends { readonly blob: string }>({
  git,
  entries,
  take,
  signal,
}: Options<Entry>): Promise<void> {
  await streamObjects({
    git,
    objects: entries.map(({ blob }) => blob),
    signal,
    open: (at, { kind }) => {
      const entry = entries[at];
      if (kind !== 'blob' || entry === undefined) return null;
      const pieces: Buffer[] = [];
      return {
        take: (chunk) => void pieces.push(chunk),
        end: () => {
          const content = Buffer.concat(pieces);
          if (!isBinary(content)) take(entry, content.toString('utf8'));
        },
      };
    },
  });
}

function isBinary(content: Buffer): boolean {
  return content.subarray(0, 8_000).includes(0);
}
