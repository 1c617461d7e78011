import { UserError } from '../../model/user-error.ts';

/** Outside a repository, or with a configuration that another command will report, there is nothing to say: null. */
export async function knownOnly<T>(look: () => Promise<T>): Promise<T | null> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}
