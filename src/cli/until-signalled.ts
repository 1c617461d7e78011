import { once } from 'node:events';

/** Resolves at the first signal that ends a program; a second one ends it as ever. */
export async function untilSignalled(): Promise<void> {
  const enough = new AbortController();
  const { signal } = enough;
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => once(process, name, { signal }));
  try {
    await Promise.race(signals);
  } finally {
    enough.abort();
    await Promise.allSettled(signals);
  }
}
