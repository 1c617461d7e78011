import { UserError, type UserProblem } from '../model/user-error.ts';

/** SQLite's primary result codes for a full disk, a damaged database, and a file that is not one. */
const [full, corrupt, noDatabase] = [13, 11, 26];
/** Its codes for a place where it cannot write, or not even open; and what the system says of one that cannot be made. */
const unwritable: readonly unknown[] = [
  8,
  10,
  14,
  'EROFS',
  'EACCES',
  'EPERM',
  'ENOTDIR',
  'EEXIST',
  'ENOENT',
];

/** Whether an error says that a database is damaged, here or as a whole. */
export function isCorrupt(error: unknown): boolean {
  const { errcode } = error as { readonly errcode?: number };
  return errcode !== undefined && [corrupt, noDatabase].includes(errcode & 0xff);
}

/**
 * Does what needs a database, and turns what a user can fix (a full disk, a place where nothing can be written, a
 * damaged file, text in it that is not JSON) into a `UserError`; anything else is thrown as it is.
 */
export function tellDamage<T>(
  { file, damaged }: { readonly file: string; readonly damaged: (why: string) => UserProblem },
  work: () => T,
): T {
  try {
    return work();
  } catch (error) {
    const { errcode, message, code: named } = error as NodeJS.ErrnoException & { errcode?: number };
    // The lowest byte is the primary code.
    const code = errcode === undefined ? named : errcode & 0xff;
    if (code === full) throw new UserError({ code: 'disk-full', where: file });
    if (unwritable.includes(code))
      throw new UserError({ code: 'state-unwritable', file, why: message });
    if (code === corrupt || code === noDatabase || error instanceof SyntaxError)
      throw new UserError(damaged(message));
    throw error;
  }
}
