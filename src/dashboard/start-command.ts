import type { CommandApart } from './page-commands.ts';
import type { ActionAnswer } from './page-data.ts';
import type { WatchedRun } from './watch-run.ts';

/**
 * Waits until a command that works apart has begun: it named its run, or it ended. One that names none has begun when the
 * run that it is about, on which nobody else works, is being merged.
 */
export async function startCommand(
  { run, ended }: CommandApart,
  about: WatchedRun | null = null,
): Promise<ActionAnswer & { readonly run: string | null }> {
  const over = new AbortController();
  const merging = about === null ? [] : [mergingOf(about, over.signal)];
  try {
    const begun = await Promise.race([run, ...merging]);
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

/** The run's name, once its merging has begun; where that was cut short before, once anything is heard of it again. */
async function mergingOf(about: WatchedRun, signal: AbortSignal): Promise<string> {
  const wasCutShort = about.state().merging !== null;
  do {
    await about.changed(about.seen(), signal);
  } while (!signal.aborted && !wasCutShort && about.state().merging === null);
  return about.state().run;
}
