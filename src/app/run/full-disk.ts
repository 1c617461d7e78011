import { UserError } from '../../model/user-error.ts';

const words = /ENOSPC|EDQUOT|No space left on device|Disk quota exceeded|database or disk is full/u;

/** The user's error behind one that says that a disk is full, no matter what met it: the system, git, or a database. Otherwise null. */
export function fullDiskError(error: unknown): UserError | null {
  if (!(error instanceof Error) || !words.test(error.message)) return null;
  const { path } = error as NodeJS.ErrnoException;
  return new UserError({ code: 'disk-full', where: path ?? "Flotilla's state" });
}
