import type { Context } from 'hono';
import type { ActionAnswer } from './page-data.ts';

/** A longer issue is more than anybody reads: no more is taken of what is posted. */
export const mostBytes = 2_000_000;

/** Says why something was not done. */
export function refused(words: string): ActionAnswer {
  return { isDone: false, words };
}

/** What was posted; null where it is no JSON. */
export async function postedJson(context: Context): Promise<unknown> {
  return context.req.json().catch(() => null);
}
