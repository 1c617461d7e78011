import type { Forge } from '../../forge/forge.ts';
import { forgeOperations } from '../../forge/forge-operations.ts';
import { wrapForge } from '../../forge/wrap-forge.ts';
import type { RunEvent } from '../../model/event/event.ts';

/** A forge whose calls are journalled, after each operation for which `forgeOperations` says so. */
export function countedForge(forge: Forge, record: (event: RunEvent) => unknown): Forge {
  if (!forge.can.usage) return forge;
  let reported = forge.usage().counted;
  return wrapForge(forge, {
    around: async (operation, call, params) => {
      const { counted } = forgeOperations[operation];
      try {
        return await call(...params);
      } finally {
        if (counted !== 'never') note(counted === 'always');
      }
    },
  });

  function note(isAlways: boolean): void {
    const usage = forge.usage();
    // Looks that cost nothing are not worth an event.
    if (!isAlways && usage.counted === reported) return;
    if (!isAlways) reported = usage.counted;
    record({ type: 'forge-used', ...usage });
  }
}
