import { watch } from 'node:fs';

/** Gives its watch back. */
export type DirectoryWatch = { readonly close: () => void };

/** How often to look, in milliseconds, if no event arrives. */
const lookMs = 1_000;

/**
 * Calls back when something in a directory changes, with its name. The watches of a machine are counted, and editors take
 * many: where there is none left, it calls back from time to time, with null for whatever may have changed. It keeps no
 * process alive.
 */
export function watchDirectory(
  directory: string,
  onChange: (name: string | null) => void,
): DirectoryWatch {
  let timer: NodeJS.Timeout | null = null;
  const look = (): void => {
    timer ??= setInterval(onChange, lookMs, null).unref();
  };
  const watcher = tryToWatch(directory, onChange);
  if (watcher === null) look();
  watcher?.on('error', look);
  return {
    close: () => {
      watcher?.close();
      if (timer !== null) clearInterval(timer);
    },
  };
}

function tryToWatch(
  directory: string,
  onChange: (name: string | null) => void,
): ReturnType<typeof watch> | null {
  try {
    return watch(directory, { persistent: false }, (_event, name) => onChange(name));
  } catch {
    return null;
  }
}
