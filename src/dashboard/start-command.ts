import type { CommandApart } from './page-commands.ts';
import type { ActionAnswer } from './page-data.ts';
import type { WatchedRun } from './watch-run.ts';

/**
 * Waits until a command that works apart has begun: it named its run, or it ended. One that names none has begun when
 * something is written into the journal of the run that it is about, on which nobody else works.
 */
export async function startCommand(
  { run, ended }: CommandApart,
  about: WatchedRun | null = null,
): Promise<ActionAnswer & { readonly run: string | null }> {
  const over = new AbortController();
  const seen = about?.seen();
  const written =
    about === null || seen === undefined
      ? []
      : [about.changed(seen, over.signal).then(() => about.state().run)];
  try {
    const begun = await Promise.race([run, ...written]);
    if (begun !== null) return { isDone: true, words: 'It has begun.', run: begun };
    const { code, output, errors } = await ended;
    const words = [errors, output]
      .filter((part) => part.trim() !== '')
      .join('\n')
      .trim();
    return { isDone: code === 0, words: words.slice(-4_000), run: null };
  } finally {
    over.abort();
  }
}
