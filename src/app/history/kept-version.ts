import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { programVersion } from '../../files/program-version.ts';

/** Rises with each change of what is kept of runs, or of what comes out of the same events. */
export const madeVersion = 1;

/** Which program made what is kept of runs: its version, and when it was built, for one that is built again and again. */
export function keptVersion(): string {
  const { mtimeMs } = statSync(fileURLToPath(import.meta.url));
  return `${programVersion()} ${madeVersion} ${mtimeMs}`;
}
