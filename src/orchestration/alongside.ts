import type { Services } from '../services/run-services.ts';
import { guarded } from './guarded.ts';

/** Does something next to the tasks, until it is ended by calling what comes back. */
export function alongside(
  services: Services<'record' | 'workspaces'>,
  work: (signal: AbortSignal) => Promise<void>,
): () => Promise<void> {
  const end = new AbortController();
  const working = guarded(services, null, () => work(end.signal));
  return async () => {
    end.abort();
    await working;
  };
}
