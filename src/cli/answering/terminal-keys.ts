import { StringDecoder } from 'node:string_decoder';
import { isInForeground } from '../../process/foreground.ts';
import { createKeyReader, type Key } from './key-reader.ts';

/** The keys of a terminal, one by one, while somebody listens; otherwise the terminal is as it was. */
export type TerminalKeys = {
  /** Takes the keys, unless they go to another program; may be called again. */
  readonly take: () => void;
  /** Whether the keys come here. */
  readonly areTaken: () => boolean;
  /** Gives them back, with the terminal as it was; may be called again. */
  readonly giveBack: () => void;
};

/** A terminal sends the bytes of one key together: what does not follow by then does not belong to it. */
const escapeMs = 50;
const [pastesAreMarked, pastesAreNotMarked] = ['\u001b[?2004h', '\u001b[?2004l'];

export type TerminalKeysParams = {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** Keys that came together: a person's come one by one. */
  readonly onKeys: (keys: readonly Key[]) => void;
};

export function openTerminalKeys({ stdin, stdout, onKeys }: TerminalKeysParams): TerminalKeys {
  let isTaken = false;
  let [reader, decoder] = [createKeyReader(), new StringDecoder('utf8')];
  let timer: NodeJS.Timeout | undefined;
  const hand = (keys: readonly Key[]): void => {
    if (keys.length > 0) onKeys(keys);
  };
  const onData = (chunk: Buffer): void => {
    clearTimeout(timer);
    hand(reader.read(decoder.write(chunk)));
    if (isTaken && reader.isUnfinished()) timer = setTimeout(() => hand(reader.finish()), escapeMs);
  };
  const giveBack = (): void => {
    if (!isTaken) return;
    isTaken = false;
    clearTimeout(timer);
    process.off('exit', giveBack);
    stdin.off('data', onData).off('end', giveBack).off('error', giveBack);
    stdin.pause();
    stdout.write(pastesAreNotMarked);
    setRaw(stdin, false);
  };
  return {
    take: () => {
      if (isTaken || !isInForeground() || !setRaw(stdin, true)) return;
      isTaken = true;
      [reader, decoder] = [createKeyReader(), new StringDecoder('utf8')];
      stdout.write(pastesAreMarked);
      // A terminal that goes away has no keys any more.
      stdin.on('data', onData).on('end', giveBack).on('error', giveBack);
      stdin.resume();
      process.once('exit', giveBack);
    },
    areTaken: () => isTaken,
    giveBack,
  };
}

/** Whether it could be done: a terminal may be gone, and in the background, changing it would stop us. */
function setRaw(stdin: NodeJS.ReadStream, isRaw: boolean): boolean {
  if (!isInForeground()) return false;
  try {
    stdin.setRawMode(isRaw);
    return true;
  } catch {
    return false;
  }
}
