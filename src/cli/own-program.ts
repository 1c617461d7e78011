import { fileURLToPath } from 'node:url';

/** The file that starts this program in a process of its own: as a source, or compiled. */
export const ownProgram = fileURLToPath(
  new URL(`./main.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
);
