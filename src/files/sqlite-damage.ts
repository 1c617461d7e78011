import { UserError, type UserProblem } from '../model/user-error.ts';

/** SQLite's primary result codes for a full disk, a damaged database, and a file that is none. */
const [full, corrupt, noDatabase] = [13, 11, 26];

/**
 * Does what needs a database, and turns what a user can mend (a full disk, a damaged file, text in it that is no JSON)
 * into a `UserError`; anything else is thrown as it is.
 */
export function tellDamage<T>(
  { file, damaged }: { readonly file: string; readonly damaged: (why: string) => UserProblem },
  work: () => T,
): T {
  try {
    return work();
  } catch (error) {
    const { errcode, message } = error as Error & { readonly errcode?: number };
    // The lowest byte is the primary code.
    const code = errcode === undefined ? null : errcode & 0xff;
    if (code === full) throw new UserError({ code: 'disk-full', where: file });
    if (code === corrupt || code === noDatabase || error instanceof SyntaxError)
      throw new UserError(damaged(message));
    throw error;
  }
}
