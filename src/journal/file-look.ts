import { statSync } from 'node:fs';
import type { JournalOutline } from './journal-outline.ts';

/** What a journal's file looked like from outside. */
export type Look = {
  readonly inode: string;
  readonly bytes: string;
  /** When it was written, in nanoseconds since 1970. */
  readonly writtenAt: string;
  /** Whether there were events in the log next to it, which SQLite brings into the file later. */
  readonly hasLog: boolean;
  readonly schema: number;
  readonly lastSeq: number;
};

/** Looks at a journal's file after its outline was read. */
export function lookAt(file: string, { schema, lastSeq }: JournalOutline): Look {
  const { ino, size, mtimeNs } = statSync(file, { bigint: true });
  const log = statSync(`${file}-wal`, { throwIfNoEntry: false });
  return {
    ...{ inode: `${ino}`, bytes: `${size}`, writtenAt: `${mtimeNs}` },
    ...{ hasLog: log !== undefined && log.size > 0, schema, lastSeq },
  };
}

/** Whether new events alone can have made one look of a file into a later one. */
export function isExplained(before: Look, later: Look): boolean {
  const isSameJournal = before.inode === later.inode && before.schema === later.schema;
  if (!isSameJournal || later.lastSeq < before.lastSeq) return false;
  const isUntouched = before.bytes === later.bytes && before.writtenAt === later.writtenAt;
  return isUntouched || before.hasLog || later.lastSeq > before.lastSeq;
}
