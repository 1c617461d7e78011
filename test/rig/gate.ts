import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';

/** Holds scripted agents that call `hold NAME` until the test lets them go on: events instead of sleeps. */
export type Gate = {
  /** Resolves when so many agents stand at the gate, or stood there before. */
  readonly arrived: (count?: number) => Promise<void>;
  /** Lets everybody through, now and later. */
  readonly open: () => void;
  readonly close: () => void;
};

/** More than agents will ever stand at one gate, and less than a pipe holds. */
const everybody = '\n'.repeat(200);

/** Makes a gate of two FIFOs in the folder of a scripted agent. */
export function makeGate(directory: string, name: string): Gate {
  const [arrivals, releases] = [
    join(directory, `${name}.arrived`),
    join(directory, `${name}.open`),
  ];
  execFileSync('mkfifo', [arrivals, releases]);
  // Open at both ends, a FIFO neither blocks the process that opens it nor ends when a writer leaves.
  const mode = constants.O_RDWR | constants.O_NONBLOCK;
  const release = openSync(releases, mode);
  const socket = new Socket({ fd: openSync(arrivals, mode), readable: true, writable: false });
  let count = 0;
  let waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  socket.on('data', (chunk: Buffer) => {
    count += chunk.toString().split('\n').length - 1;
    waiting.filter((other) => other.count <= count).forEach(({ resolve }) => resolve());
    waiting = waiting.filter((other) => other.count > count);
  });
  return {
    arrived: (wanted = 1) =>
      new Promise((resolve) => {
        if (wanted <= count) resolve();
        else waiting.push({ count: wanted, resolve });
      }),
    open: () => void writeSync(release, everybody),
    close: () => {
      socket.destroy();
      closeSync(release);
    },
  };
}
