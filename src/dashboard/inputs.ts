import { z } from 'zod';
import { mostBytes } from './answers.ts';

/** What is posted to a repository. These are loaded when something is: that is rare, and takes memory. */
export const repositoryInputs = {
  draft: z.strictObject({ text: z.string().max(mostBytes) }),
  start: z.strictObject({ path: z.string(), isForced: z.boolean().optional() }),
};

/** What was posted, as far as it is what it must be; else the words that say what is wrong with it. */
export type Posted<Input> =
  | { readonly ok: true; readonly input: Input }
  | { readonly ok: false; readonly words: string };

export function parsePosted<Input>(schema: z.ZodType<Input>, posted: unknown): Posted<Input> {
  const parsed = schema.safeParse(posted);
  return parsed.success
    ? { ok: true, input: parsed.data }
    : { ok: false, words: z.prettifyError(parsed.error) };
}
