import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { isPlainWay } from '../files/read-regular-file.ts';
import type { RunState } from '../model/state/run-state.ts';
import { runtimePaths } from '../reporting/files/runtime-paths.ts';
import type { LogPage } from './page-data.ts';

/** What is sent at once; of a longer log, the end. */
const mostBytes = 256 * 1024;

export type LogParams = {
  /** The user's repository. */
  readonly repository: string;
  readonly state: RunState;
  readonly task: number;
  /** `said`: what its agent said and did, in words; `raw`: the newest attempt's whole output. */
  readonly what: 'said' | 'raw';
  /** How many bytes of that file the reader has. */
  readonly after: number;
  /** The file that these were read from, as an earlier answer named it. */
  readonly of: string;
};

/** What was added to a task's log since. Its bytes are the agent's: no link is followed, and a reader takes them as text. */
export async function readLog(params: LogParams): Promise<LogPage> {
  const { state, task: ordinal } = params;
  const task = state.tasks.find((one) => one.ordinal === ordinal);
  const attempt = task?.attempts.at(-1);
  if (attempt === undefined) return nothing;
  const said = runtimePaths(params.repository, state).agentLog(ordinal);
  const path = params.what === 'said' ? said : join(attempt.directory, 'output');
  const root = params.what === 'said' ? params.repository : dirname(path);
  const of = params.what === 'said' ? 'said' : `attempt ${attempt.attempt}`;
  const known = params.of === of ? params.after : 0;
  if (!(await isPlainWay(root, relative(root, path)))) return { ...nothing, of };
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  await using file = await open(path, flags).catch(() => null);
  const found = await file?.stat();
  if (file === null || !found?.isFile()) return { ...nothing, of };
  // One that was emptied begins again.
  const from = known > found.size ? 0 : known;
  const start = Math.max(from, found.size - mostBytes);
  const bytes = Buffer.alloc(found.size - start);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
  const whole = lastWhole(bytes.subarray(0, bytesRead));
  return {
    of,
    text: whole.toString('utf8'),
    next: start + whole.length,
    isCut: start > from,
    isNew: from === 0,
  };
}

const nothing: LogPage = { of: '', text: '', next: 0, isCut: false, isNew: true };

/** Without the beginning of a character whose rest is not written yet. */
function lastWhole(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}
